"""What is due: first on My learning, with its date, and overdue in words."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Release
from tests.conftest import NOW
from tests.factories import make_assignment
from training.records.assigning import end_assignment, sync
from training.records.models import Enrolment

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 30)
LAST_SECOND = datetime(2026, 12, 1, 6, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
"""In Vancouver, seven hours behind all year since 2026."""


def main_of(response) -> str:
    assert response.status_code == 200
    text = response.content.decode()
    return " ".join(text.split("<main")[1].split("</main>")[0].split())


def desk(learner) -> str:
    return main_of(learner.client.get("/my-learning/"))


def course_page(learner) -> str:
    return main_of(learner.client.get(learner.url("course")))


def move(clock, instant, learner):
    """Let time pass; by then everybody has to sign in again."""
    clock.move_to(instant)
    learner.client.force_login(learner.person)


@pytest.fixture
def assigned(learner, small_course, clock):
    make_assignment(small_course, due_on=DUE, person=learner.person)
    sync(at=NOW)
    return learner


def test_what_is_assigned_stands_under_due_and_is_not_offered_again(assigned):
    text = desk(assigned)
    assert "Due on 30 November 2026" in text and "Not started" in text
    assert "Courses you can take" not in text and "In progress" not in text
    assert "Due on 30 November 2026" in course_page(assigned)


def test_what_is_started_stays_under_due_until_it_is_done(assigned):
    assigned.start()
    text = desk(assigned)
    assert "Due on 30 November 2026" in text and "Continue" in text
    assert "Due on 30 November 2026" in course_page(assigned)
    assigned.do_lessons()
    assigned.take_quiz()
    assert Enrolment.objects.get().due_on == DUE
    for text in (desk(assigned), course_page(assigned)):
        assert "Due on" not in text and "Completed on" in text


@pytest.mark.parametrize("has_started", [True, False])
def test_overdue_begins_at_midnight_where_the_organisation_is(assigned, clock, has_started):
    if has_started:
        assigned.start()
    move(clock, LAST_SECOND, assigned)
    for text in (desk(assigned), course_page(assigned)):
        assert "Due today" in text and "Overdue" not in text
    move(clock, MIDNIGHT, assigned)
    for text in (desk(assigned), course_page(assigned)):
        assert "Overdue</span> It was due on 30 November 2026." in text


def test_what_was_done_late_is_done(assigned, clock):
    move(clock, MIDNIGHT, assigned)
    assigned.complete()
    assert "verdue" not in desk(assigned) + course_page(assigned)


def test_nobody_elses_due_date_is_shown(assigned, learner_for, cast):
    otto = learner_for(cast.otto)
    assert "Due" not in desk(otto) + course_page(otto)


def test_an_assignment_that_ended_leaves_the_course_to_choose(assigned, small_course):
    end_assignment(small_course.assignments.get(), at=NOW)
    sync(at=NOW)
    text = desk(assigned)
    assert "Courses you can take" in text and "Due" not in text


def test_a_course_that_was_withdrawn_is_shown_but_not_to_be_opened(assigned, ada):
    Release.objects.update(withdrawn_at=NOW, withdrawn_by=ada)
    text = desk(assigned)
    assert "not open at the moment" in text
    assert assigned.url("course") not in text


def test_the_page_asks_no_more_when_more_is_due(assigned, small_course):
    def count():
        with CaptureQueriesContext(connection) as queries:
            desk(assigned)
        return len(queries)

    count()
    before = count()
    for number in range(4):
        other = type(small_course).objects.create(
            key=f"course-{number}", title=f"Course {number}", hours=1
        )
        make_assignment(other, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    assert "Course 3" in desk(assigned)
    assert count() <= before
