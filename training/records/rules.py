"""Rules of completion, over plain data: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Status(StrEnum):
    """Where a person stands in a course, as a manager may know it."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"


class CertificateStatus(StrEnum):
    """What whoever has its code learns about a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ERASED = "erased"


@dataclass(frozen=True)
class StepState:
    """What completion looks at of one step of an enrolment."""

    key: str
    kind: str
    is_required: bool
    is_completed: bool
    has_passed_attempt: bool = False


def counts_as_complete(step: StepState) -> bool:
    """Say whether a step is done: a quiz only by a passed attempt, whatever else is recorded."""
    if step.kind == "quiz":
        return step.is_completed and step.has_passed_attempt
    return step.is_completed


def is_course_complete(steps: Iterable[StepState]) -> bool:
    """Say whether every required step is complete. A course with no required step never is."""
    required = [step for step in steps if step.is_required]
    return bool(required) and all(counts_as_complete(step) for step in required)


def is_quiz_open(steps: Iterable[StepState], key: str) -> bool:
    """Say whether the quiz step `key` may be taken: the required lessons before it are complete."""
    for step in steps:
        if step.key == key:
            return True
        if step.kind == "lesson" and step.is_required and not counts_as_complete(step):
            return False
    return False


def next_step(steps: Iterable[StepState]) -> str | None:
    """Return the key of the first step still to do, or None when all are done."""
    return next((step.key for step in steps if not counts_as_complete(step)), None)


def steps_to_do(steps: Iterable[StepState]) -> set[str]:
    """Return the keys of the required steps that are not complete."""
    return {step.key for step in steps if step.is_required and not counts_as_complete(step)}


def not_yet_completed(required: Iterable[str], completed: Collection[str]) -> list[str]:
    """Return which of the courses that another requires are still to be completed, in order."""
    return [course for course in required if course not in completed]


def with_what_comes_first(
    courses: Iterable[str], missing: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return courses in order, each after those that are to be completed before it.

    `missing` maps a course to what is missing before it; what is missing before that comes along
    too. Courses that lead back to each other stand where they are met first.
    """
    placed: dict[str, None] = {}
    waiting = [(course, False) for course in courses][::-1]
    met: set[str] = set()
    while waiting:
        course, is_ready = waiting.pop()
        if is_ready:
            placed[course] = None
        elif course not in met:
            met.add(course)
            waiting.append((course, True))
            waiting += [(first, False) for first in missing.get(course, ())][::-1]
    return list(placed)


def date_in_zone(at: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of an instant where the organisation is."""
    return at.astimezone(zone).date()


def certificate_status(
    day: date, *, is_erased: bool, is_revoked: bool, is_replaced: bool, expires_on: date | None
) -> CertificateStatus:
    """Return the status of a certificate on a day; on `expires_on` it is still valid."""
    if is_erased:
        return CertificateStatus.ERASED
    if is_replaced:
        return CertificateStatus.REPLACED
    if is_revoked:
        return CertificateStatus.REVOKED
    if expires_on is not None and day > expires_on:
        return CertificateStatus.EXPIRED
    return CertificateStatus.VALID


# --- A new release: what stays complete ----------------------------------------------------------


@dataclass(frozen=True)
class StepVersion:
    """A step as a release has it; a change is small when the trainer said so at publishing."""

    digest: str
    is_small_change: bool = False


def is_carried(done: str, since: Sequence[StepVersion | None]) -> bool:
    """Say whether a step completed with the digest `done` counts as complete in a later release.

    `since` is the step in each release since then, the oldest first and the later release last;
    None where a release has no such step. It counts when it is the same again, or when each change
    on the way was a small one.
    """
    if not since or since[-1] is None:
        return False
    if since[-1].digest == done:
        return True
    before = done
    for version in since:
        if version is None or not (version.digest == before or version.is_small_change):
            return False
        before = version.digest
    return True


# --- Assignments: whom they reach, and by when ---------------------------------------------------


@dataclass(frozen=True)
class Clause:
    """One part of whom an assignment reaches; exactly one of these is set.

    `department` is a department's path, such as /3/17/; its sections' paths begin with it.
    """

    is_everyone: bool = False
    department: str | None = None
    job_role: int | None = None
    person: int | None = None


@dataclass(frozen=True)
class Worker:
    """What the clauses look at of a person; `department` is the path, empty without one."""

    person: int
    department: str
    job_roles: frozenset[int]


def fits(clause: Clause, worker: Worker) -> bool:
    """Say whether one clause fits a person."""
    if clause.is_everyone:
        return True
    if clause.department is not None:
        return worker.department.startswith(clause.department)
    if clause.job_role is not None:
        return clause.job_role in worker.job_roles
    return clause.person == worker.person


def is_reached(clauses: Iterable[Clause], worker: Worker) -> bool:
    """Say whether an assignment reaches a person: one clause that fits is enough."""
    return any(fits(clause, worker) for clause in clauses)


def due_date(*, due_on: date | None, due_days: int | None, reached_on: date) -> date:
    """Return when a person must be done: on a day, or so many days after it reached them."""
    return due_on or reached_on + timedelta(days=due_days or 0)


def is_overdue(due_on: date | None, *, on: date) -> bool:
    """Say whether something was due before `on`; on the due date itself it is not late."""
    return due_on is not None and due_on < on
