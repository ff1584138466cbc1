"""Mail to reviewers: the link that they were promised, and reminders; nothing once that is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from courses.models import Review
from courses.reviewing import forget_late_contacts, take_link
from training.notices.kinds import OF_REVIEWS, Kind, Reason
from training.notices.models import Notice
from training.notices.outbox import drop_notices, new_notice, queue_notice
from training.notices.rules import (
    REVIEW_SCHEDULES,
    Reminder,
    at_a_good_hour,
    due_dates_to_look_at,
    end_of_day,
    reminder_on,
)
from training.notices.writing import review_reminder_words, review_words
from training.people.organisation import current_organisation
from training.records.assigning import organisation_day


def queue_links(*, at: datetime) -> None:
    """Put the links that wait to be mailed into the outbox; each leaves its review for good."""
    for review in Review.objects.open(at=at).exclude(link_to_mail=""):
        queue_link(review, at=at)


@transaction.atomic
def queue_link(review: Review, *, at: datetime) -> None:
    token = take_link(review)
    if token:
        queue_notice(
            Kind.REVIEW_ASKED,
            key=f"review-asked:{review.pk}",
            words=review_words(
                token=token, due_on=review.due_on, last_day=organisation_day(review.expires_at)
            ),
            at=at,
            review=review,
        )


def review_reminders(*, at: datetime) -> list[Notice]:
    """Return the reminders of this day to reviewers who got their link before and have not decided.

    Without that mail there is nothing to remind of: a reminder cannot bring the link.
    """
    today = organisation_day(at)
    first, last = due_dates_to_look_at(today, schedules=REVIEW_SCHEDULES)
    asked = Notice.objects.filter(kind=Kind.REVIEW_ASKED, review=OuterRef("pk"))
    due = Review.objects.open(at=at).filter(due_on__range=(first, last)).exclude(contact="")
    rows: QuerySet[Any] = due.annotate(asked_at=Subquery(asked.values("sent_at")[:1]))
    found = []
    for row in rows.filter(asked_at__isnull=False):
        reminder = reminder_on(today, due_on=row.due_on, schedules=REVIEW_SCHEDULES)
        if reminder is not None and organisation_day(row.asked_at) < today:
            found.append(reminder_notice(row, reminder, at=at))
    return found


def reminder_notice(review: Review, reminder: Reminder, *, at: datetime) -> Notice:
    zone = current_organisation().zone
    return new_notice(
        Kind.REVIEW_REMINDER,
        key=f"review-reminder:{review.pk}:{reminder.days}",
        words=review_reminder_words(due_on=review.due_on, is_overdue=reminder.is_overdue),
        at=at,
        review=review,
        not_before=at_a_good_hour(at, zone),
        not_after=end_of_day(reminder.last_day, zone),
    )


def forget_reviewers(*, at: datetime) -> int:
    """Drop mail to reviewers whose review is over, and the addresses of those who did not decide.

    Mail that is held or was given up is dropped too, for its link; returns how many mails.
    """
    forget_late_contacts(at=at)
    is_open = Q(review__in=Review.objects.open(at=at))
    over = Notice.objects.filter(kind__in=OF_REVIEWS).exclude(is_open)
    return drop_notices(over, reason=Reason.OUTDATED, at=at)
