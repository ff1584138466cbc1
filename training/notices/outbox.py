"""The outbox: putting mail in, taking it out again, holding all of it and letting it go.

Nothing here sends. Rows are written in the transaction of whatever they tell, or by a reader
(training.notices.reading) from what is on record; the worker sends them (training.notices.sending).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from courses.models import Review
from courses.reviewing import take_link
from training.notices.kinds import Kind, Reason
from training.notices.models import Notice, Outbox
from training.notices.writing import Words
from training.people.models import User
from training.records.models import Enrolment

LONGEST_REASON = 500
BLANK = {"text": "", "html": "", "address": ""}


class NoRecipient(ValueError):
    """A mail is to go to nobody, or to several at once."""


class NoticeIsDone(ValueError):
    """A mail that was sent or dropped has no text any more: it cannot be tried again."""


# --- One mail -----------------------------------------------------------------------------------


def new_notice(
    kind: Kind,
    *,
    key: str,
    words: Words,
    at: datetime,
    person: User | None = None,
    address: str = "",
    enrolment: Enrolment | None = None,
    review: Review | None = None,
    due_on: date | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Notice:
    """Return a mail that is not saved yet; raises NoRecipient.

    `key` names what it tells and to whom, such as "certificate:42": it is told once for ever.
    With an `enrolment` it is sent only while that is still to be done, and still due on `due_on`;
    with a `review` it goes to its reviewer, and only while that is open.
    """
    if sum(map(bool, (person, address, review))) != 1:
        raise NoRecipient(key)
    return Notice(
        kind=kind,
        key=key,
        person=person,
        address=address,
        enrolment=enrolment,
        review=review,
        due_on=due_on,
        subject=words.subject,
        text=words.text,
        html=words.html,
        queued_at=at,
        not_before=not_before or at,
        not_after=not_after,
    )


def queue_notice(kind: Kind, *, key: str, **fields: Any) -> Notice:
    """Put one mail into the outbox, in the transaction of the caller; see new_notice.

    Returns the one that has this key already, as it is, if there is one: also when it was sent.
    """
    queue_notices([new_notice(kind, key=key, **fields)])
    return Notice.objects.get(key=key)


def queue_notices(notices: list[Notice]) -> None:
    """Put many in; those whose key is there already are left out."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=100)


@transaction.atomic
def drop_notices(notices: QuerySet[Notice], *, reason: Reason, at: datetime) -> int:
    """Decide not to send what is not sent yet, and forget its text; returns how many.

    What a worker has in hand at that moment is left to it.
    """
    in_hand = Q(claimed_until__gt=at, given_up_at=None)
    undone = notices.filter(sent_at=None, dropped_at=None).exclude(in_hand)
    return undone.update(dropped_at=at, given_up_at=None, reason=reason, **BLANK)


@transaction.atomic
def retry_notice(notice: Notice, *, at: datetime) -> Notice:
    """Try a mail again at once, with all its tries; raises NoticeIsDone.

    One that a worker has in hand stays there.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.sent_at is not None or notice.dropped_at is not None:
        raise NoticeIsDone(notice.pk)
    notice.given_up_at = None
    notice.tries = 0
    notice.not_before = at
    notice.save(update_fields=["given_up_at", "tries", "not_before"])
    return notice


# --- All mail -----------------------------------------------------------------------------------


def outbox(*, at: datetime) -> Outbox:
    """Return the one row; made now if this is the first time, so that nothing older is told."""
    return Outbox.objects.get_or_create(pk=1, defaults={"reads_since": at})[0]


def is_held() -> bool:
    """Say whether mail is held."""
    return Outbox.objects.filter(held_at__isnull=False).exists()


@transaction.atomic
def hold_mail(*, reason: str, at: datetime, by: User | None = None) -> Outbox:
    """Send nothing from now on; what is queued waits. Held again, the first reason stays."""
    outbox(at=at)
    row = Outbox.objects.select_for_update(of=("self",)).get()
    if row.held_at is None:
        row.held_at, row.held_by, row.held_reason = at, by, reason[:LONGEST_REASON]
        row.save(update_fields=["held_at", "held_by", "held_reason"])
    return row


@transaction.atomic
def release_mail(*, at: datetime, is_dropping: bool = False) -> int:
    """Let mail go out again; returns how many wait, or with `is_dropping` how many were dropped.

    Dropping, what happened until now is told to nobody: the way back from a restored backup. Links
    to reviewers that were not queued yet are dropped too: their mail may have gone before.
    """
    outbox(at=at)
    row = Outbox.objects.select_for_update(of=("self",)).get()
    row.held_at, row.held_by, row.held_reason = None, None, ""
    if is_dropping:
        row.reads_since = at
    row.save(update_fields=["held_at", "held_by", "held_reason", "reads_since"])
    waiting = Notice.objects.waiting()
    if not is_dropping:
        return waiting.count()
    taken = [take_link(review) for review in Review.objects.exclude(link_to_mail="")]
    return drop_notices(waiting, reason=Reason.BY_HAND, at=at) + len(taken)
