"""One round of the worker: the daily work once a day, then what is to be told, then the mail.

Every part can be cut short and done again: it takes up what is left and does nothing twice. One
that fails is logged, and keeps none of the others from being done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from training.notices.models import Outbox
from training.notices.outbox import outbox
from training.notices.reading import due_notices
from training.notices.reviews import forget_reviewers
from training.notices.sending import Sent, send_due
from training.notices.watching import look
from training.records.assigning import organisation_day
from training.records.nightly import Nightly, sync_records

log = logging.getLogger(__name__)
Done = TypeVar("Done")


@dataclass
class Round:
    """What a round of the worker did; `nightly` only when the daily work was done in it."""

    queued: int = 0
    sent: Sent = field(default_factory=Sent)
    nightly: Nightly | None = None
    is_held: bool = False
    failures: int = 0
    """How many parts failed; the log says how."""

    def part(self, do: Callable[..., Done], *, at: datetime) -> Done | None:
        try:
            return do(at=at)
        except Exception:
            log.exception("The worker failed in %s.", do.__name__)
            self.failures += 1
            return None


def work(*, at: datetime) -> Round:
    """Do one round, with at most so many mails as training.notices.sending.ROUND."""
    done = Round()
    box = done.part(look, at=at)
    if box is None:
        return done  # no mail without knowing whether it is held
    done.is_held = box.is_held
    done.nightly = done.part(daily_work, at=at)
    done.part(forget_reviewers, at=at)
    done.queued = done.part(due_notices, at=at) or 0
    done.sent = done.part(send_due, at=at) or Sent()
    return done


def daily_work(*, at: datetime) -> Nightly | None:
    """Bring assignments and releases down to people, unless that was done on this day before.

    Noted when it is done, not when it begins: whoever is killed in the middle does it again.
    """
    today = organisation_day(at)
    if outbox(at=at).synced_on == today:
        return None
    nightly = sync_records(at=at)
    Outbox.objects.update(synced_on=today)
    return nightly
