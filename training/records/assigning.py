"""Assignments brought down to people: who is to take which course, and by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from training.people.models import User
from training.people.organisation import current_organisation
from training.records.models import Assignment, AudienceClause, Enrolment, Reach
from training.records.rules import Clause, Worker, date_in_zone, due_date, is_reached

BATCH = 500
Pair = tuple[int, int]


@dataclass(frozen=True)
class Synced:
    """What a sync changed: enrolments made, given a due date or another, and taken back."""

    made: int
    dated: int
    removed: int


def organisation_day(at: datetime) -> date:
    """Return the date of an instant where the organisation is."""
    return date_in_zone(at, current_organisation().zone)


# --- Whom an assignment reaches ------------------------------------------------------------------


def people_reached(assignment: Assignment) -> QuerySet[User]:
    """Return the people whom an assignment's clauses fit, whether it has begun or ended or not."""
    return people_fitting(assignment.audience.select_related("department"))


def people_fitting(clauses: Iterable[AudienceClause]) -> QuerySet[User]:
    """Return the people whom at least one clause fits, saved or not."""
    fitting = Q(pk__in=())
    for clause in clauses:
        fitting |= clause_filter(clause)
    return User.objects.filter(is_active=True).filter(fitting)


def clause_filter(clause: AudienceClause) -> Q:
    """Return the same as rules.fits does, as a condition on people."""
    if clause.is_everyone:
        return Q(pk__isnull=False)
    if clause.department is not None:
        return Q(department__path__startswith=clause.department.path)
    if clause.job_role_id is not None:
        of_role = User.job_roles.through.objects.filter(jobrole=clause.job_role_id)
        return Q(pk__in=of_role.values("user"))
    return Q(pk=clause.person_id)


def clauses_of(assignment: Assignment) -> list[Clause]:
    """Return the clauses as the rules look at them; `audience` should be prefetched."""
    return [
        Clause(
            is_everyone=row.is_everyone,
            department=row.department.path if row.department else None,
            job_role=row.job_role_id,
            person=row.person_id,
        )
        for row in assignment.audience.all()
    ]


def workers() -> list[Worker]:
    """Return everybody who works here, as the rules look at them."""
    roles: dict[int, set[int]] = defaultdict(set)
    for person, role in User.job_roles.through.objects.values_list("user", "jobrole"):
        roles[person].add(role)
    people = User.objects.filter(is_active=True).values_list("pk", "department__path")
    return [Worker(pk, path or "", frozenset(roles[pk])) for pk, path in people]


# --- Ending --------------------------------------------------------------------------------------


@transaction.atomic
def end_assignment(assignment: Assignment, *, at: datetime) -> Assignment:
    """End an assignment: it reaches nobody any more. Ending it again changes nothing."""
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.ended_at is None:
        assignment.ended_at = at
        assignment.save(update_fields=["ended_at"])
    return assignment


# --- Sync ----------------------------------------------------------------------------------------


@transaction.atomic
def sync(*, at: datetime) -> Synced:
    """Bring every person's enrolments into line with the assignments; safe to repeat.

    Whoever is reached has an open enrolment with the earliest of the due dates, unless they have
    completed the course. What was assigned to somebody who is no longer reached is taken back as
    long as they have not started; who has started goes on, without a due date.
    """
    list(Assignment.objects.select_for_update().order_by("pk"))  # one sync at a time
    due = due_dates(on=organisation_day(at))
    made = make_missing(due)
    return write_due_dates(due, made=made)


def due_dates(*, on: date) -> dict[Pair, date]:
    """Write down whom each assignment reaches; return the earliest date by (person, course).

    Who is reached anew is reached on `on`; who is not reached any more is forgotten.
    """
    running = Assignment.objects.running(on=on)
    assignments = list(running.prefetch_related("audience__department"))
    people = workers()
    wanted: set[Pair] = set()
    for assignment in assignments:
        clauses = clauses_of(assignment)
        wanted |= {(assignment.pk, each.person) for each in people if is_reached(clauses, each)}
    since = write_reaches(wanted, on=on)
    earliest: dict[Pair, date] = {}
    rows = {assignment.pk: assignment for assignment in assignments}
    for (assignment_id, person), reached_on in since.items():
        row = rows[assignment_id]
        mine = due_date(due_on=row.due_on, due_days=row.due_days, reached_on=reached_on)
        key = (person, row.course_id)
        earliest[key] = min(earliest.get(key, mine), mine)
    return earliest


def write_reaches(wanted: set[Pair], *, on: date) -> dict[Pair, date]:
    """Keep exactly the pairs (assignment, person) in `wanted`; return since when each holds."""
    rows = {(row.assignment_id, row.person_id): row for row in Reach.objects.all()}
    delete_rows(Reach.objects.all(), [row.pk for pair, row in rows.items() if pair not in wanted])
    new = sorted(wanted - set(rows))
    Reach.objects.bulk_create(
        [Reach(assignment_id=pair[0], person_id=pair[1], reached_on=on) for pair in new],
        batch_size=BATCH,
    )
    kept = {pair: row.reached_on for pair, row in rows.items() if pair in wanted}
    return kept | dict.fromkeys(new, on)


def make_missing(due: Iterable[Pair]) -> int:
    """Make an enrolment for everybody who is to take a course and has none in it.

    Who completed the course has done it; who has it open keeps that. Should somebody start at this
    very moment, the database keeps one row: theirs, or this one, which they then start.
    """
    have: set[Pair] = set()
    last: dict[Pair, int] = {}
    rows = Enrolment.objects.values_list("person", "course", "cycle", "closed_at")
    for person, course, cycle, closed_at in rows:
        last[person, course] = max(last.get((person, course), 0), cycle)
        if closed_at is None:
            have.add((person, course))
    missing = sorted(set(due) - have)
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                person_id=person,
                course_id=course,
                cycle=last.get((person, course), 0) + 1,
                reason=Enrolment.Reason.ASSIGNED,
            )
            for person, course in missing
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return len(missing)


def write_due_dates(due: Mapping[Pair, date], *, made: int) -> Synced:
    """Give every open enrolment its due date, and take back what reaches nobody any more.

    A cycle that a material release opened has no due date: the assignment was about the first.
    """
    rows = Enrolment.objects.open().exclude(reason=Enrolment.Reason.RELEASE)
    stale: list[int] = []
    moved: list[Enrolment] = []
    for enrolment in rows.select_for_update().order_by("pk"):
        wanted = due.get((enrolment.person_id, enrolment.course_id))
        if wanted is None and is_only_assigned(enrolment):
            stale.append(enrolment.pk)
        elif enrolment.due_on != wanted:
            enrolment.due_on = wanted
            moved.append(enrolment)
    delete_rows(Enrolment.objects.all(), stale)
    Enrolment.objects.bulk_update(moved, ["due_on"], batch_size=BATCH)
    return Synced(made=made, dated=len(moved), removed=len(stale))


def is_only_assigned(enrolment: Enrolment) -> bool:
    """Say whether an enrolment is there by assignment alone, and nothing was done in it."""
    return enrolment.reason == Enrolment.Reason.ASSIGNED and enrolment.started_at is None


def delete_rows(rows: QuerySet[Any], keys: Sequence[int]) -> None:
    """Delete rows by key, so many at a time as any database takes in one query."""
    for first in range(0, len(keys), BATCH):
        rows.filter(pk__in=keys[first : first + BATCH]).delete()
