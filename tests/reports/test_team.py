"""The manager's page: status and dates of their own people, nothing else."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW, allow, canary
from tests.factories import make_assignment, make_department, make_person
from training.records.assigning import sync

pytestmark = pytest.mark.django_db

TEAM = "/team/"


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def main_of(response) -> str:
    return text_of(response).split("<main")[1].split("</main>")[0]


@pytest.fixture
def manager(client_for, cast, small_course):
    return client_for(cast.max)


def test_a_manager_sees_their_people_and_those_of_sections_but_nobody_else(manager, cast):
    text = main_of(manager.get(TEAM))
    assert canary(cast.lena) in text and canary(cast.bo) in text
    for person in (cast.otto, cast.ada, cast.amin, cast.pia):
        assert canary(person) not in text


def test_who_has_completed_and_when_is_seen_at_once(manager, cast, learner_for, clock):
    lena, bo = learner_for(cast.lena), learner_for(cast.bo)
    lena.complete()
    bo.start()
    text = main_of(manager.get(TEAM))
    assert "23 November 2026" in text
    assert "In progress" in text
    counts = manager.get(TEAM).context["counts"]
    assert (counts.complete, counts.in_progress, counts.not_started) == (1, 1, 1)


@pytest.mark.protection
def test_no_score_no_answer_and_no_number_of_attempts_is_shown(manager, cast, learner_for):
    lena = learner_for(cast.lena)
    lena.start()
    lena.do_lessons()
    lena.take_quiz(rightly=False)
    attempt = lena.take_quiz()
    text = main_of(manager.get(TEAM))
    assert f"{attempt.percent}" not in text and "100 %" not in text
    assert "attempt" not in text.lower()
    url = lena.url("result", lena.quiz.key, attempt.pk)
    assert manager.get(url).status_code == 404


def test_passing_at_the_first_try_or_the_third_looks_the_same(manager, cast, learner_for, clock):
    lena, bo = learner_for(cast.lena), learner_for(cast.bo)
    for learner, fails in ((lena, 0), (bo, 2)):
        learner.start()
        learner.do_lessons()
        for _ in range(fails):
            learner.take_quiz(rightly=False)
        learner.take_quiz()
    people = {row.pk: row for row in manager.get(TEAM).context["page"]}
    first, second = people[cast.lena.pk], people[cast.bo.pk]
    assert (first.status, first.completed_on) == (second.status, second.completed_on)


DUE = date(2026, 11, 30)
LAST_SECOND = datetime(2026, 12, 1, 6, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def move(manager, cast, clock):
    """Let time pass; by then everybody has to sign in again."""

    def to(instant):
        clock.move_to(instant)
        manager.force_login(cast.max)

    return to


@pytest.fixture
def due(cast, small_course, clock):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    sync(at=NOW)


def test_who_has_not_started_is_shown_with_the_due_date(manager, cast, due):
    text = " ".join(main_of(manager.get(TEAM)).split())
    assert text.count("30 November 2026") == 3
    assert manager.get(TEAM).context["counts"].overdue == 0
    assert '<span class="tag late">' not in text


def test_overdue_begins_at_midnight_where_the_organisation_is(
    manager, cast, due, learner_for, move
):
    learner_for(cast.lena).complete()
    learner_for(cast.bo).start()
    move(LAST_SECOND)
    assert manager.get(TEAM).context["counts"].overdue == 0
    move(MIDNIGHT)
    page = manager.get(TEAM)
    counts = page.context["counts"]
    assert (counts.overdue, counts.complete, counts.in_progress, counts.not_started) == (2, 1, 1, 1)
    assert main_of(page).count('<span class="tag late">Overdue</span>') == 2


def test_the_overdue_are_listed_alone(manager, cast, due, learner_for, move):
    learner_for(cast.lena).complete()
    move(MIDNIGHT)
    page = manager.get(TEAM, {"status": "overdue"})
    assert {row.pk for row in page.context["page"]} == {cast.bo.pk, cast.max.pk}
    assert canary(cast.lena) not in main_of(page)


@pytest.mark.protection
def test_overdue_people_of_another_department_are_neither_listed_nor_counted(
    manager, cast, small_course, move
):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    move(MIDNIGHT)
    page = manager.get(TEAM, {"status": "overdue"})
    assert page.context["counts"].overdue == 3
    assert canary(cast.otto) not in main_of(page)


def test_done_late_looks_like_done_in_time(manager, cast, due, learner_for, move):
    learner_for(cast.lena).complete()
    move(MIDNIGHT)
    learner_for(cast.bo).complete()
    people = {row.pk: row for row in manager.get(TEAM).context["page"]}
    lena, bo = people[cast.lena.pk], people[cast.bo.pk]
    assert (lena.status, lena.due_on, lena.is_overdue) == (bo.status, bo.due_on, bo.is_overdue)


def test_filters_narrow_the_list(manager, cast, learner_for):
    learner_for(cast.lena).start()
    assert canary(cast.bo) not in main_of(manager.get(TEAM, {"status": "in-progress"}))
    assert canary(cast.lena) not in main_of(manager.get(TEAM, {"name": "Bracken"}))
    in_section = main_of(manager.get(TEAM, {"department": cast.bylaw.pk}))
    assert canary(cast.bo) in in_section and canary(cast.lena) not in in_section


@pytest.mark.parametrize("query", ["course=x", "status=x", "department=x", "page=x", "page=999"])
def test_a_filter_that_is_not_offered_is_no_error(manager, cast, query):
    assert canary(cast.lena) in text_of(manager.get(f"{TEAM}?{query}"))


@pytest.mark.protection
def test_a_department_of_somebody_else_cannot_be_asked_for(manager, cast):
    text = main_of(manager.get(TEAM, {"department": cast.parks.pk}))
    assert canary(cast.otto) not in text


def test_nobody_matching_says_so(manager):
    assert "Nobody matches" in main_of(manager.get(TEAM, {"name": "zzz"}))


def test_whoever_manages_nobody_is_refused(client_for, cast, small_course):
    assert client_for(cast.lena).get(TEAM).status_code == 403
    assert "/team/" not in client_for(cast.lena).get("/my-learning/").content.decode()


def test_the_right_to_see_the_whole_organisation_shows_everyone(client_for, cast, small_course):
    allow(cast.amin, "people.see_whole_organisation")
    text = main_of(client_for(cast.amin).get(TEAM))
    for person in cast.everyone():
        assert canary(person) in text


def test_who_has_left_is_not_listed(manager, cast):
    cast.bo.is_active = False
    cast.bo.save()
    assert canary(cast.bo) not in main_of(manager.get(TEAM))


def test_the_page_says_so_when_no_course_is_published(client_for, cast):
    assert "No course is published yet" in main_of(client_for(cast.max).get(TEAM))


def test_more_people_cost_no_more_queries(manager, cast):
    manager.get(TEAM)
    with CaptureQueriesContext(connection) as before:
        manager.get(TEAM)
    section = make_department("Night shift", parent=cast.bylaw)
    for _ in range(12):
        make_person(department=section)
    with CaptureQueriesContext(connection) as after:
        manager.get(TEAM)
    assert len(after) <= len(before) <= 14
