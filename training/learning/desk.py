"""My learning: what is due, what is in progress, what can be started, what is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from courses.models import ReleaseStep
from training.learning.coursework import place_url
from training.learning.standing import RequiredCourse, Standing, offered_releases, standing_of
from training.people.models import User
from training.records.assigning import organisation_day
from training.records.models import Certificate, Enrolment, StepProgress
from training.records.progress import step_states
from training.records.rules import (
    counts_as_complete,
    next_step,
    steps_to_do,
    with_what_comes_first,
)


@dataclass(frozen=True)
class Due:
    """By when a course is to be done, as seen on a day where the organisation is."""

    on: date
    is_overdue: bool
    is_today: bool


@dataclass(frozen=True)
class ToDo:
    """A course that is assigned or was started: by when, how far, and where it goes on.

    One that has to come before a course that is due is to be done as well; `needed_for` says which.
    """

    course_key: str
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
    missing: tuple[RequiredCourse, ...] = ()
    needed_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """A course that was completed, with its certificate."""

    enrolment: Enrolment
    certificate: Certificate | None


@dataclass(frozen=True)
class Offered:
    """A course that the person can take, and what comes before it."""

    release: Any
    missing: list[RequiredCourse]


@dataclass
class Desk:
    due: list[ToDo] = field(default_factory=list)
    in_progress: list[ToDo] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    offered: list[Offered] = field(default_factory=list)

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
    standing = standing_of(person, offered_releases())
    desk = Desk()
    for enrolment in enrolments:
        if enrolment.is_completed:
            desk.done.append(done(enrolment))
            continue
        due = due_of(enrolment, today)
        if enrolment.release_id is None:
            row = not_started(enrolment, standing, due)
        else:
            row = in_progress(enrolment, steps[enrolment.release_id], due)
        (desk.due if due else desk.in_progress).append(row)
    desk.due.sort(key=lambda row: (row.due.on if row.due else today, row.title))
    put_first(desk, standing)
    taken = {row.course.key for row in enrolments} | {row.course_key for row in desk.due}
    desk.offered = [
        Offered(release, standing.missing(release))
        for key, release in standing.offered.items()
        if key not in taken
    ]
    return desk


def put_first(desk: Desk, standing: Standing) -> None:
    """Put what has to come before a course that is due in front of it, whether it is due or not."""
    rows = {row.course_key: row for row in [*desk.in_progress, *desk.due]}
    missing = missing_by_course(rows.values(), standing)
    order = with_what_comes_first([row.course_key for row in desk.due], missing)
    needed_for = {
        key: tuple(row.title for row in rows.values() if key in missing.get(row.course_key, ()))
        for key in order
    }
    desk.due = [
        replace(
            rows.get(key) or to_take(key, standing, title=standing.title_of(key)),
            needed_for=needed_for[key],
        )
        for key in order
    ]
    desk.in_progress = [row for row in desk.in_progress if row.course_key not in order]


def missing_by_course(rows: Iterable[ToDo], standing: Standing) -> dict[str, list[str]]:
    """Return what is missing before each course that is to be done, and before that in turn."""
    missing = {row.course_key: [first.key for first in row.missing] for row in rows}
    for key, release in standing.offered.items():
        if key not in missing:
            missing[key] = [first.key for first in standing.missing(release)]
    return missing


def to_take(key: str, standing: Standing, *, title: str, due: Due | None = None) -> ToDo:
    """Return a course to take that is not started; `title` is that of its draft."""
    release = standing.offered.get(key)
    return ToDo(
        course_key=key,
        title=release.title if release else title,
        due=due,
        is_started=False,
        is_offered=release is not None,
        missing=tuple(standing.missing(release)) if release else (),
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


def not_started(enrolment: Enrolment, standing: Standing, due: Due | None) -> ToDo:
    course = enrolment.course
    return to_take(course.key, standing, title=course.title, due=due)


def in_progress(enrolment: Enrolment, steps: list[ReleaseStep], due: Due | None) -> ToDo:
    progress: dict[str, StepProgress] = {row.step_key: row for row in enrolment.progress.all()}
    states = step_states(((step.key, step.kind) for step in steps), progress)
    key = next_step(states)
    following = next((step for step in steps if step.key == key), None)
    open_keys = steps_to_do(states) if enrolment.is_opened_again else set()
    course_key = enrolment.course.key
    return ToDo(
        course_key=course_key,
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
