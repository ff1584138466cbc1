"""Assignments: whom they reach, by when, and that nothing is doubled or lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.factories import make_assignment, make_department, make_job_role, make_person
from tests.together import at_once
from training.people.departments import place
from training.records.assigning import clauses_of, end_assignment, people_reached, sync, workers
from training.records.models import Assignment, AudienceClause, Enrolment, Reach
from training.records.progress import start_course
from training.records.rules import Clause, Worker, due_date, is_overdue, is_reached

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 31)


def enrolled(person) -> Enrolment | None:
    return Enrolment.objects.filter(person=person).first()


# --- The rules ----------------------------------------------------------------------------------


def test_a_department_means_its_sections_too_and_nothing_beside():
    clause = [Clause(department="/3/17/")]
    assert is_reached(clause, Worker(1, "/3/17/", frozenset()))
    assert is_reached(clause, Worker(1, "/3/17/40/", frozenset()))
    for path in ("/3/", "/3/170/", "/17/", ""):
        assert not is_reached(clause, Worker(1, path, frozenset()))


def test_one_clause_that_fits_is_enough_and_none_reaches_nobody():
    worker = Worker(7, "/3/", frozenset({2}))
    assert is_reached([Clause(job_role=9), Clause(person=7)], worker)
    assert is_reached([Clause(job_role=2)], worker)
    assert is_reached([Clause(is_everyone=True)], worker)
    assert not is_reached([Clause(job_role=9), Clause(person=8)], worker)
    assert not is_reached([], worker)


@given(st.dates(max_value=date(2100, 1, 1)), st.integers(0, 5000))
def test_days_are_counted_from_the_day_on_which_it_reached_the_person(reached_on, days):
    due = due_date(due_on=None, due_days=days, reached_on=reached_on)
    assert (due - reached_on).days == days
    assert not is_overdue(due, on=due)
    assert is_overdue(due, on=due + timedelta(days=1))


def test_what_has_no_due_date_is_never_overdue():
    assert not is_overdue(None, on=date.max)


# --- Whom it reaches ----------------------------------------------------------------------------


def test_each_kind_of_clause_reaches_whom_it_names(cast, small_course):
    reached = {
        "department": {cast.lena, cast.bo, cast.max},
        "job_role": {cast.bo},
        "person": {cast.otto},
        "is_everyone": set(cast.everyone()),
    }
    values = {
        "department": cast.safety,
        "job_role": make_job_role("bylaw-officer"),
        "person": cast.otto,
        "is_everyone": True,
    }
    for kind, people in reached.items():
        assignment = make_assignment(small_course, due_on=DUE, **{kind: values[kind]})
        assert set(people_reached(assignment)) == people


def test_the_rule_and_the_query_agree(cast, small_course):
    night = make_department("Night shift", parent=cast.bylaw)
    make_person(department=night, role="night")
    make_person()
    cast.otto.is_active = False
    cast.otto.save()
    for audience in (
        {"department": cast.safety},
        {"department": night},
        {"job_role": make_job_role("night")},
        {"person": cast.otto},
        {"person": cast.pia},
        {"is_everyone": True},
    ):
        assignment = make_assignment(small_course, due_on=DUE, **audience)
        assignment.audience.create(job_role=make_job_role("bylaw-officer"))
        clauses = clauses_of(assignment)
        by_rule = {each.person for each in workers() if is_reached(clauses, each)}
        assert set(people_reached(assignment).values_list("pk", flat=True)) == by_rule


def test_a_clause_names_exactly_one_thing(cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE)
    for audience in ({}, {"is_everyone": True, "person": cast.bo}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AudienceClause.objects.create(assignment=assignment, **audience)


def test_an_assignment_is_due_on_a_day_or_after_days(small_course):
    for due in ({}, {"due_on": DUE, "due_days": 3}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Assignment.objects.create(course=small_course, **due)


# --- Sync ---------------------------------------------------------------------------------------


def test_who_is_reached_is_enrolled_not_started_with_a_due_date(cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    synced = sync(at=NOW)
    assert (synced.made, synced.dated, synced.removed) == (3, 3, 0)
    row = enrolled(cast.lena)
    assert (row.reason, row.due_on, row.release, row.started_at) == ("assigned", DUE, None, None)
    assert enrolled(cast.otto) is None


def test_a_second_sync_changes_nothing(cast, small_course):
    make_assignment(small_course, due_days=30, is_everyone=True)
    sync(at=NOW)
    before = list(Enrolment.objects.order_by("pk").values())
    again = sync(at=NOW + timedelta(days=5))
    assert (again.made, again.dated, again.removed) == (0, 0, 0)
    assert list(Enrolment.objects.order_by("pk").values()) == before


def test_the_earliest_due_date_wins(cast, small_course):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    make_assignment(small_course, due_days=10, job_role=make_job_role("bylaw-officer"))
    sync(at=NOW)
    assert enrolled(cast.bo).due_on == date(2026, 12, 3)
    assert enrolled(cast.lena).due_on == DUE
    assert Enrolment.objects.filter(person=cast.bo).count() == 1


def test_a_later_due_date_of_the_assignment_moves_what_is_open(cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, person=cast.lena)
    sync(at=NOW)
    Assignment.objects.filter(pk=assignment.pk).update(due_on=date(2027, 2, 1))
    assert sync(at=NOW).dated == 1
    assert enrolled(cast.lena).due_on == date(2027, 2, 1)


def test_starting_pins_the_release_and_keeps_the_due_date(cast, small_course):
    make_assignment(small_course, due_on=DUE, person=cast.lena)
    sync(at=NOW)
    started = start_course(small_course, by=cast.lena, at=NOW)
    assert started == Enrolment.objects.get()
    assert (started.release.number, started.due_on, started.reason) == (1, DUE, "assigned")
    assert started.progress.count() == 3


def test_what_somebody_chose_themselves_gets_the_due_date_and_stays_theirs(cast, small_course):
    chosen = start_course(small_course, by=cast.lena, at=NOW)
    assignment = make_assignment(small_course, due_on=DUE, person=cast.lena)
    sync(at=NOW)
    chosen.refresh_from_db()
    assert (chosen.due_on, chosen.reason) == (DUE, "chosen")
    end_assignment(assignment, at=NOW)
    sync(at=NOW)
    chosen.refresh_from_db()
    assert chosen.due_on is None


def test_who_has_completed_the_course_is_not_asked_again(cast, small_course, learner, clock):
    learner.complete()
    make_assignment(small_course, due_on=DUE, person=cast.lena)
    assert sync(at=NOW).made == 0
    assert Enrolment.objects.get().due_on is None


def test_who_moves_away_loses_what_they_have_not_started(cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    sync(at=NOW)
    start_course(small_course, by=cast.bo, at=NOW)
    for person in (cast.lena, cast.bo):
        person.department = cast.parks
        person.save()
    assert sync(at=NOW).removed == 1
    assert enrolled(cast.lena) is None
    assert enrolled(cast.bo).started_at == NOW and enrolled(cast.bo).due_on is None


def test_who_joins_moves_in_or_gets_the_role_is_reached_from_that_day(cast, small_course):
    make_assignment(small_course, due_days=14, department=cast.safety)
    make_assignment(small_course, due_days=7, job_role=make_job_role("bylaw-officer"))
    sync(at=NOW)
    joined = make_person("Jo Juniper", department=cast.bylaw)
    place(cast.parks, parent=cast.safety)
    sync(at=NOW + timedelta(days=2))
    assert enrolled(joined).due_on == date(2026, 12, 9)
    assert enrolled(cast.otto).due_on == date(2026, 12, 9)
    cast.otto.job_roles.add(make_job_role("bylaw-officer"))
    sync(at=NOW + timedelta(days=3))
    assert enrolled(cast.otto).due_on == date(2026, 12, 3)


def test_who_comes_back_gets_all_their_days_again(cast, small_course):
    make_assignment(small_course, due_days=14, department=cast.safety)
    sync(at=NOW)
    for department in (cast.parks, cast.safety):
        cast.lena.department = department
        cast.lena.save()
        sync(at=NOW + timedelta(days=10))
    assert enrolled(cast.lena).due_on == date(2026, 12, 17)


def test_who_has_left_is_not_reached(cast, small_course):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    cast.otto.is_active = False
    cast.otto.save()
    sync(at=NOW)
    assert enrolled(cast.otto) is None


def test_an_ended_assignment_takes_back_what_nobody_started(cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    start_course(small_course, by=cast.lena, at=NOW)
    first = end_assignment(assignment, at=NOW)
    assert end_assignment(assignment, at=NOW + timedelta(days=1)).ended_at == first.ended_at
    sync(at=NOW)
    assert [row.person for row in Enrolment.objects.all()] == [cast.lena]
    assert not Reach.objects.exists()


# --- Days ---------------------------------------------------------------------------------------

BEFORE_MIDNIGHT = datetime(2026, 12, 1, 6, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
"""In Vancouver, seven hours behind all year since 2026, where UTC has been in December for long."""


def test_an_assignment_starts_when_the_day_begins_where_the_organisation_is(cast, small_course):
    make_assignment(small_course, due_days=1, starts_on=date(2026, 12, 1), person=cast.lena)
    assert sync(at=BEFORE_MIDNIGHT).made == 0
    assert sync(at=MIDNIGHT).made == 1
    assert enrolled(cast.lena).due_on == date(2026, 12, 2)


# --- At once ------------------------------------------------------------------------------------


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_syncs_and_starts_at_once_make_one_enrolment_a_person(cast, small_course):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    syncs = [lambda: sync(at=NOW)] * 4
    starts = [lambda: start_course(small_course, by=cast.lena, at=NOW)] * 4
    at_once(*syncs, *starts)
    assert Enrolment.objects.count() == Reach.objects.count() == len(cast.everyone())
    lena = enrolled(cast.lena)
    assert lena.started_at == NOW and lena.progress.count() == 3
    sync(at=NOW)
    assert enrolled(cast.lena).due_on == DUE


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_who_starts_while_the_assignment_ends_keeps_what_they_started(cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    end_assignment(assignment, at=NOW)
    at_once(
        *[lambda: sync(at=NOW)] * 2,
        *[lambda: start_course(small_course, by=cast.lena, at=NOW)] * 2,
    )
    assert [row.person for row in Enrolment.objects.all()] == [cast.lena]
    assert enrolled(cast.lena).started_at == NOW


# --- The command --------------------------------------------------------------------------------


def test_the_command_says_what_it_did(cast, small_course, clock, capsys):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    call_command("syncassignments")
    assert "7 courses assigned, 7 due dates written, 0 assigned" in capsys.readouterr().out
