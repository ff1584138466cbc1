"""What is on record and has not been told yet, read into the outbox.

Each reader can run at any time, as often as one likes, on as many machines: what it finds carries
a key that the outbox takes once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from courses.models import Release
from training.notices.kinds import REMINDERS, Kind
from training.notices.models import Notice
from training.notices.outbox import new_notice, outbox, queue_notices
from training.notices.reviews import queue_links, review_reminders
from training.notices.rules import (
    Reminder,
    at_a_good_hour,
    due_dates_to_look_at,
    end_of_day,
    has_rested,
    reminder_on,
)
from training.notices.writing import assigned_words, certificate_words, reminder_words
from training.people.organisation import current_organisation
from training.records.assigning import organisation_day
from training.records.models import Certificate, Enrolment, Reach


def due_notices(*, at: datetime) -> int:
    """Queue whatever is to be told and has not been; returns how many mails are new."""
    before = Notice.objects.count()
    queue_links(at=at)
    for reader in (certificates, assignments, reminders, review_reminders):
        queue_notices(reader(at=at))
    return Notice.objects.count() - before


# --- Certificates -------------------------------------------------------------------------------


def certificates(*, at: datetime) -> list[Notice]:
    """Return a mail for every certificate that was issued and not told of.

    One that replaces another is told of too.
    """
    told = Notice.objects.filter(
        key=Concat(Value("certificate:"), Cast(OuterRef("pk"), CharField()))
    )
    rows = (
        Certificate.objects.valid()
        .filter(issued_at__gte=outbox(at=at).reads_since)
        .filter(completion__enrolment__person__is_active=True)
        .exclude(Exists(told))
        .select_related("completion__enrolment__person")
        .order_by("pk")
    )
    return [certificate_notice(row, at=at) for row in rows]


def certificate_notice(certificate: Certificate, *, at: datetime) -> Notice:
    person = certificate.completion.enrolment.person
    words = certificate_words(
        name=person.name,
        course=certificate.course_title,
        completed_on=certificate.completion.completed_on,
        code=certificate.code,
    )
    key = f"certificate:{certificate.pk}"
    return new_notice(Kind.CERTIFICATE, key=key, words=words, at=at, person=person)


# --- What is assigned ---------------------------------------------------------------------------


def to_do() -> QuerySet[Any]:
    """Return what people who work here are to do by a date, with what a mail says of it.

    A course that nobody can open at the moment is left out.
    """
    rows = Enrolment.objects.open().filter(due_on__isnull=False, person__is_active=True)
    published = Release.objects.published().filter(course=OuterRef("course")).order_by("-number")
    title = Coalesce("release__title", Subquery(published.values("title")[:1]))
    rows = rows.annotate(released_title=title).filter(released_title__isnull=False)
    return rows.select_related("person", "course").order_by("pk")


def assignments(*, at: datetime) -> list[Notice]:
    """Return a mail for every course that was assigned to somebody who has not been told."""
    since = organisation_day(outbox(at=at).reads_since)
    reached = Reach.objects.filter(
        person=OuterRef("person"), assignment__course=OuterRef("course"), reached_on__gte=since
    )
    told = Notice.objects.filter(kind=Kind.ASSIGNED, enrolment=OuterRef("pk")).filter(
        Q(dropped_at=None) | Q(due_on=OuterRef("due_on"))
    )
    rows = to_do().filter(Exists(reached)).exclude(Exists(told))
    not_before = at_a_good_hour(at, current_organisation().zone)
    return [assigned_notice(row, at=at, not_before=not_before) for row in rows]


def assigned_notice(row: Any, *, at: datetime, not_before: datetime) -> Notice:
    """Return the mail about an enrolment that comes from `to_do`."""
    words = assigned_words(
        name=row.person.name,
        course=row.released_title,
        course_key=row.course.key,
        due_on=row.due_on,
    )
    return new_notice(
        Kind.ASSIGNED,
        key=f"assigned:{row.pk}:{row.due_on}",
        words=words,
        at=at,
        person=row.person,
        enrolment=row,
        due_on=row.due_on,
        not_before=not_before,
    )


# --- Reminders ----------------------------------------------------------------------------------


def reminders(*, at: datetime) -> list[Notice]:
    """Return the reminders of this day, for whoever wants them and was not mailed lately."""
    today = organisation_day(at)
    first, last = due_dates_to_look_at(today)
    rows = to_do().filter(due_on__range=(first, last))
    rows = rows.exclude(person__notice_preference__wants_reminders=False)
    known = Notice.objects.filter(kind__in=REMINDERS, due_on__range=(first, last))
    keys = set(known.values_list("key", flat=True))
    wanted = []
    for row in rows.annotate(told_at=last_told()):
        reminder = reminder_on(today, due_on=row.due_on)
        if reminder is None or reminder_key(row, reminder) in keys:
            continue
        if has_rested(today, told_on=row.told_at and organisation_day(row.told_at)):
            wanted.append(reminder_notice(row, reminder, at=at))
    return wanted


def last_told() -> Subquery:
    """Return when a person was last mailed about an enrolment, or is about to be."""
    about = Notice.objects.filter(enrolment=OuterRef("pk"), dropped_at=None)
    return Subquery(about.order_by("-queued_at").values("queued_at")[:1])


def reminder_key(enrolment: Enrolment, reminder: Reminder) -> str:
    return f"reminder:{enrolment.pk}:{enrolment.due_on}:{reminder.days}"


def reminder_notice(row: Any, reminder: Reminder, *, at: datetime) -> Notice:
    """Return the reminder about an enrolment that comes from `to_do`."""
    zone = current_organisation().zone
    words = reminder_words(
        name=row.person.name,
        course=row.released_title,
        course_key=row.course.key,
        due_on=reminder.due_on,
        is_overdue=reminder.is_overdue,
    )
    return new_notice(
        Kind.OVERDUE if reminder.is_overdue else Kind.DUE_SOON,
        key=reminder_key(row, reminder),
        words=words,
        at=at,
        person=row.person,
        enrolment=row,
        due_on=reminder.due_on,
        not_before=at_a_good_hour(at, zone),
        not_after=end_of_day(reminder.last_day, zone),
    )
