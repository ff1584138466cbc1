"""Whether this database is the one that was here before, or a backup of it that was brought back.

A restored backup holds mail that was sent since, and knows nothing of what happened after it. So
the worker writes when it looked, into the database and, beside it, into a file of this machine that
no backup of the database brings back. A file that is further on than the database means that the
database went back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext

from training.notices.models import Outbox
from training.notices.outbox import hold_mail, outbox

ASLEEP = timedelta(hours=36)
"""A database that no worker looked at for so long may be a backup; a nightly job is shorter."""


def look(*, at: datetime) -> Outbox:
    """Note that a worker is here; hold all mail first if the database may be a backup."""
    seen_here = read_seen(outbox(at=at))
    row = outbox(at=at)  # after the file: another worker writes the database first, then the file
    reason = why_it_may_be_a_backup(row, seen_here=seen_here, at=at)
    if reason:
        row = hold_mail(reason=reason, at=at)
    Outbox.objects.filter(Q(seen_at=None) | Q(seen_at__lt=at)).update(seen_at=at)
    write_seen(row, at=at)
    return row


def why_it_may_be_a_backup(row: Outbox, *, seen_here: datetime | None, at: datetime) -> str:
    """Return why, in words for an administrator; empty when nothing speaks for it."""
    if row.seen_at is None:
        return ""
    if seen_here is not None and seen_here > row.seen_at:
        return gettext("The database is older than what this machine saw: a backup was restored.")
    if settings.MAIL_LEAVES and at - row.seen_at > ASLEEP:
        return gettext("No mail was sent for more than a day: this may be a restored backup.")
    return ""


def seen_file(row: Outbox) -> Path:
    """Return where this machine keeps when it last looked at this database."""
    return Path(settings.MAIL_FOLDER) / f"last-seen-{row.mark}"


def read_seen(row: Outbox) -> datetime | None:
    try:
        return datetime.fromisoformat(seen_file(row).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def write_seen(row: Outbox, *, at: datetime) -> None:
    path = seen_file(row)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(at.isoformat(), encoding="ascii")
