"""My learning: what is due, what is in progress, what can be started, what is done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from courses.models import Release, ReleaseStep
from training.learning.coursework import place_url
from training.people.models import User
from training.records.assigning import organisation_day
from training.records.models import Certificate, Enrolment, StepProgress
from training.records.progress import step_states
from training.records.rules import counts_as_complete, next_step, steps_to_do


@dataclass(frozen=True)
class Due:
    """By when a course is to be done, as seen on a day where the organisation is."""

    on: date
    is_overdue: bool
    is_today: bool


@dataclass(frozen=True)
class ToDo:
    """A course that is assigned or was started: by when, how far, and where it goes on."""

    enrolment: Enrolment
    title: str
    due: Due | None
    is_started: bool
    is_offered: bool = True
    done_count: int = 0
    step_count: int = 0
    next_title: str = ""
    next_url: str = ""
    open_again: tuple[str, ...] = ()
    """The steps still to do, by title, when a release that changed what matters opened it."""


@dataclass(frozen=True)
class Done:
    """A course that was completed, with its certificate."""

    enrolment: Enrolment
    certificate: Certificate | None


@dataclass
class Desk:
    due: list[ToDo] = field(default_factory=list)
    in_progress: list[ToDo] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    offered: list[Release] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.in_progress or self.offered or self.done)


def desk_of(person: User, *, at: datetime) -> Desk:
    """Return what a person's first page shows, in a number of queries that never grows."""
    today = organisation_day(at)
    enrolments = (
        Enrolment.objects.filter(person=person, closed_at=None)
        .select_related("course", "release", "completion")
        .prefetch_related(
            "progress",
            Prefetch("completion__certificates", Certificate.objects.valid(), "valid"),
        )
        .order_by("-started_at")
    )
    steps = steps_by_release({row.release_id for row in enrolments if row.release_id})
    current = {row.course_id: row for row in offered_releases()}
    desk = Desk()
    for enrolment in enrolments:
        if enrolment.is_completed:
            desk.done.append(done(enrolment))
            continue
        due = due_of(enrolment, today)
        if enrolment.release_id is None:
            row = not_started(enrolment, current.get(enrolment.course_id), due)
        else:
            row = in_progress(enrolment, steps[enrolment.release_id], due)
        (desk.due if due else desk.in_progress).append(row)
    desk.due.sort(key=lambda row: (row.enrolment.due_on or today, row.title))
    taken = {row.course_id for row in enrolments}
    desk.offered = [row for row in current.values() if row.course_id not in taken]
    return desk


def offered_releases() -> QuerySet[Any]:
    """Return what people can start now, by title, each with the number of its lessons."""
    return (
        Release.objects.current()
        .select_related("course")
        .annotate(lesson_count=Count("steps", filter=Q(steps__kind=ReleaseStep.Kind.LESSON)))
        .order_by("title")
    )


def due_of(enrolment: Enrolment, today: date) -> Due | None:
    """Return by when an open enrolment is due, or None when it has no due date."""
    if enrolment.due_on is None or enrolment.is_completed:
        return None
    return Due(
        on=enrolment.due_on,
        is_overdue=enrolment.is_overdue(on=today),
        is_today=enrolment.due_on == today,
    )


def steps_by_release(releases: set[int]) -> dict[int, list[ReleaseStep]]:
    steps: dict[int, list[ReleaseStep]] = defaultdict(list)
    for step in ReleaseStep.objects.filter(release__in=releases).order_by("position"):
        steps[step.release_id].append(step)
    return steps


def done(enrolment: Enrolment) -> Done:
    valid: list[Certificate] = getattr(enrolment.completion, "valid", [])
    return Done(enrolment, valid[0] if valid else None)


def not_started(enrolment: Enrolment, release: Release | None, due: Due | None) -> ToDo:
    return ToDo(
        enrolment=enrolment,
        title=release.title if release else enrolment.course.title,
        due=due,
        is_started=False,
        is_offered=release is not None,
    )


def in_progress(enrolment: Enrolment, steps: list[ReleaseStep], due: Due | None) -> ToDo:
    progress: dict[str, StepProgress] = {row.step_key: row for row in enrolment.progress.all()}
    states = step_states(((step.key, step.kind) for step in steps), progress)
    key = next_step(states)
    following = next((step for step in steps if step.key == key), None)
    open_keys = steps_to_do(states) if enrolment.is_opened_again else set()
    course_key = enrolment.course.key
    return ToDo(
        enrolment=enrolment,
        title=enrolment.release.title if enrolment.release else enrolment.course.title,
        due=due,
        is_started=True,
        done_count=sum(counts_as_complete(state) for state in states),
        step_count=len(states),
        open_again=tuple(step.title for step in steps if step.key in open_keys),
        next_title=following.title if following else "",
        next_url=place_url(course_key, following.kind, progress[following.key])
        if following
        else reverse("learning:course", args=[course_key]),
    )
