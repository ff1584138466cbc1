"""Sending what is due. Each mail is claimed first, so that two workers never send one.

A worker that is killed leaves its claim behind; it lapses after CLAIM, and the next worker takes
the mail up again, with the same Message-ID: should the first have handed it over already, mailboxes
know it as the same mail.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F

from courses.models import Review
from training.notices.kinds import (
    DELAYS,
    FOR_GOOD,
    MOST_TRIES,
    OF_REVIEWS,
    REMINDERS,
    SERVER_TROUBLE,
    Reason,
)
from training.notices.models import Notice
from training.notices.outbox import BLANK, is_held
from training.notices.preferences import wants_reminders
from training.records.models import Enrolment

log = logging.getLogger(__name__)

ROUND = 10
CLAIM = timedelta(minutes=30)
"""Longer than a round takes when the mail server answers each time at the last moment."""
LOOK_AHEAD = 20
FAILED_FOR_GOOD = 500
"""SMTP codes from here on say that trying again is of no use (RFC 5321, 4.2.1)."""


@dataclass
class Sent:
    """What became of the mails of a round."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    is_stopped: bool = False
    """The mail server is in trouble: what is left waits for another round."""

    @property
    def count(self) -> int:
        return self.sent + self.failed + self.dropped


def send_due(*, at: datetime, most: int = ROUND) -> Sent:
    """Send what is due, at most so many, unless mail is held; safe to run at once anywhere."""
    done = Sent()
    connection = get_connection()
    try:
        while done.count < most and not done.is_stopped and not is_held():
            notice = claim_next(at=at)
            if notice is None:
                break
            send_claimed(notice, connection, done, at=at)
    finally:
        close(connection)
    return done


def close(connection: Any) -> None:
    """Close a connection to the mail server, which may be broken already."""
    with suppress(OSError):
        connection.close()


# --- Claiming -----------------------------------------------------------------------------------


def claim_next(*, at: datetime) -> Notice | None:
    """Return the next mail that is due, claimed, or None when there is none.

    One that was claimed so often and never came to an end is given up.
    """
    while candidates := list(Notice.objects.due(at=at)[:LOOK_AHEAD]):
        for notice in candidates:
            if claim_notice(notice, at=at):
                if notice.tries < MOST_TRIES:
                    return Notice.objects.select_related("person", "enrolment", "review").get(
                        pk=notice.pk
                    )
                finish(notice, given_up_at=at, reason=Reason.INTERRUPTED)
    return None


def claim_notice(notice: Notice, *, at: datetime) -> bool:
    """Claim a mail, in one statement: of all who try, one is told True."""
    notice.claim = secrets.token_hex(16)
    free = Notice.objects.due(at=at).filter(pk=notice.pk).order_by()
    return bool(free.update(claim=notice.claim, claimed_until=at + CLAIM, tries=F("tries") + 1))


def finish(notice: Notice, **fields: Any) -> bool:
    """Write what became of a claimed mail; False when the claim had lapsed and was taken."""
    mine = Notice.objects.filter(pk=notice.pk, claim=notice.claim)
    return bool(mine.update(claim="", claimed_until=None, **fields))


# --- Sending ------------------------------------------------------------------------------------


def send_claimed(notice: Notice, connection: Any, done: Sent, *, at: datetime) -> None:
    """Send one mail that is claimed, or drop it, or note why it did not go; counts it in `done`."""
    unwanted = why_not(notice, at=at)
    if unwanted is not None:
        finish(notice, dropped_at=at, reason=unwanted, **BLANK)
        done.dropped += 1
        return
    trouble = hand_over(notice, connection)
    if trouble is None:
        finish(notice, sent_at=at, reason="", **BLANK)
        done.sent += 1
        return
    note_failure(notice, trouble, at=at)
    done.failed += 1
    done.is_stopped = trouble in SERVER_TROUBLE


def why_not(notice: Notice, *, at: datetime) -> Reason | None:
    """Return why a mail is not to be sent after all, or None when it is."""
    if notice.person is not None and not notice.person.is_active:
        return Reason.LEFT
    if notice.kind in OF_REVIEWS and not is_still_asked(notice.review, at=at):
        return Reason.OUTDATED
    if not notice.recipient:
        return Reason.NO_ADDRESS
    if notice.not_after is not None and at >= notice.not_after:
        return Reason.LATE
    if notice.due_on is not None and not is_still_due(notice.enrolment, notice):
        return Reason.OUTDATED
    if notice.kind in REMINDERS and not wants_reminders(notice.person):
        return Reason.SWITCHED_OFF
    return None


def is_still_due(enrolment: Enrolment | None, notice: Notice) -> bool:
    """Say whether what a mail is about is still to be done, by the date that it names."""
    return (
        enrolment is not None
        and enrolment.completed_at is None
        and enrolment.closed_at is None
        and enrolment.due_on == notice.due_on
    )


def is_still_asked(review: Review | None, *, at: datetime) -> bool:
    """Say whether a verdict is still asked for in a review."""
    return review is not None and review.is_open and not review.is_expired(at=at)


def hand_over(notice: Notice, connection: Any) -> Reason | None:
    """Hand a mail to the mail server; returns None, or why it was not taken."""
    try:
        connection.open()  # once for a round; nothing when it is open
        connection.send_messages([message_of(notice)])
    except OSError as problem:  # what smtplib raises is one of these too
        close(connection)
        log.warning("Mail %s was not sent: %s", notice.pk, type(problem).__name__)
        return reason_of(problem)
    except ValueError as problem:
        log.warning("Mail %s cannot be written: %s", notice.pk, type(problem).__name__)
        return Reason.UNWRITABLE
    return None


def message_of(notice: Notice) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        notice.subject,
        notice.text,
        to=[notice.recipient],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(notice.html, "text/html")
    return message


def message_id(notice: Notice) -> str:
    """Return the same identifier for the same mail, whichever worker sends it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    token = hashlib.sha256(f"{settings.SECRET_KEY}:{notice.key}".encode()).hexdigest()[:32]
    return f"<{token}@{domain}>"


# --- Failing ------------------------------------------------------------------------------------


def note_failure(notice: Notice, trouble: Reason, *, at: datetime) -> None:
    """Let a mail wait, longer after each failure; after the last one, or for good, give it up."""
    fields: dict[str, Any] = {"failed_at": at, "reason": trouble}
    if trouble in FOR_GOOD or notice.tries >= MOST_TRIES:
        fields["given_up_at"] = at
    else:
        fields["not_before"] = at + DELAYS[notice.tries - 1]
    finish(notice, **fields)


def reason_of(problem: OSError) -> Reason:
    """Return what a failure of the mail server comes to, in words for an administrator."""
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return Reason.SIGN_IN
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in problem.recipients.values()]
        is_final = bool(codes) and min(codes) >= FAILED_FOR_GOOD
        return Reason.REFUSED_ADDRESS if is_final else Reason.REFUSED
    if isinstance(problem, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return Reason.UNREACHABLE
    return Reason.REFUSED if isinstance(problem, smtplib.SMTPException) else Reason.UNREACHABLE
