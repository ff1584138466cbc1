"""Where a manager's people stand in a course: status and dates, never answers or scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from courses.models import Course, Release
from training.people.models import User
from training.records.models import Completion, Enrolment
from training.records.rules import Status


@dataclass(frozen=True)
class TeamCounts:
    """How many people stand where."""

    people: int
    complete: int
    in_progress: int
    not_started: int
    overdue: int

    @property
    def complete_percent(self) -> int:
        """Return the share of people who completed the course, rounded down."""
        return 100 * self.complete // self.people if self.people else 0


def offered_courses() -> QuerySet[Course]:
    """Return the courses that have a published release."""
    return Course.objects.filter(pk__in=Release.objects.current().values("course")).order_by(
        "title"
    )


def with_status(people: QuerySet[User], course: Course, *, on: date) -> QuerySet[Any]:
    """Annotate people with `status`, `completed_on`, `due_on` and `is_overdue` in a course.

    `due_on` is there only while the course is to be done; `on` is the day it is compared with. Who
    takes the course again, because a release changed what matters, is in progress.
    """
    # A person has at most one open enrolment in a course: it need not be put in order.
    own = Enrolment.objects.open().filter(person=OuterRef("pk"), course=course).order_by()
    completions = Completion.objects.filter(
        enrolment__person=OuterRef("pk"), enrolment__course=course
    )
    last_completed = completions.order_by("-completed_at").values("completed_on")[:1]
    return people.annotate(
        completed_on=Subquery(last_completed),
        due_on=Subquery(own.values("due_on")[:1]),
        status=Case(
            When(Exists(own.filter(started_at__isnull=False)), then=Value(Status.IN_PROGRESS)),
            When(Exists(completions), then=Value(Status.COMPLETE)),
            default=Value(Status.NOT_STARTED),
            output_field=CharField(),
        ),
        is_overdue=Exists(own.filter(due_on__lt=on)),
    )


def count_by_status(people: QuerySet[Any]) -> TeamCounts:
    """Count people annotated by `with_status`."""
    counts = people.order_by().aggregate(
        people=Count("pk"),
        complete=Count("pk", filter=Q(status=Status.COMPLETE)),
        in_progress=Count("pk", filter=Q(status=Status.IN_PROGRESS)),
        not_started=Count("pk", filter=Q(status=Status.NOT_STARTED)),
        overdue=Count("pk", filter=Q(is_overdue=True)),
    )
    return TeamCounts(**counts)
