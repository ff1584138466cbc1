"""A course that requires another: shown, explained, and kept to when somebody starts it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import NOW, learners_of
from tests.factories import make_assignment, make_course_after
from tests.learning.test_due import desk, main_of
from training.records.assigning import sync
from training.records.models import Enrolment
from training.records.prerequisites import PrerequisitesOpen
from training.records.progress import start_course

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 30)


@pytest.fixture
def blue_bins(small_course):
    """Publish “Blue bins”, which asks for the small course first."""
    return make_course_after(small_course, key="blue-bins", title="Blue bins", at=NOW)


@pytest.fixture
def in_blue_bins(blue_bins, cast):
    return learners_of(blue_bins)(cast.lena)


def test_a_course_says_what_comes_first_and_cannot_be_started(in_blue_bins, learner):
    text = main_of(in_blue_bins.client.get(in_blue_bins.url("course")))
    assert "What comes first" in text and f'href="{learner.url("course")}"' in text
    assert "not started" in text and "Start the course" not in text
    learner.start()
    assert "in progress" in main_of(in_blue_bins.client.get(in_blue_bins.url("course")))


@pytest.mark.protection
def test_starting_is_refused_where_it_happens(in_blue_bins, blue_bins, cast):
    with pytest.raises(PrerequisitesOpen) as refused:
        start_course(blue_bins, by=cast.lena, at=NOW)
    assert refused.value.missing == ["green-bins"]
    response = in_blue_bins.post(in_blue_bins.url("course-start"), follow=True)
    assert "Another course comes first" in main_of(response) + response.content.decode()
    assert not Enrolment.objects.exists()


def test_whoever_completed_it_once_may_start(in_blue_bins, learner):
    learner.complete()
    text = main_of(in_blue_bins.client.get(in_blue_bins.url("course")))
    assert "Start the course" in text and "What comes first" not in text and "completed" in text
    in_blue_bins.start()
    assert in_blue_bins.enrolment.started_at


def test_somebody_elses_completion_does_not_count(in_blue_bins, learner_for, otto, blue_bins, cast):
    learner_for(otto).complete()
    with pytest.raises(PrerequisitesOpen):
        start_course(blue_bins, by=cast.lena, at=NOW)


def test_who_has_started_goes_on_when_the_course_asks_for_more(learner, small_course, blue_bins):
    learner.start()
    Enrolment.objects.update(release=blue_bins.releases.get())
    assert start_course(small_course, by=learner.person, at=NOW) == learner.enrolment


def test_my_learning_offers_it_with_what_comes_first(in_blue_bins, learner):
    assert f'Take first: <a href="{learner.url("course")}">Green bins</a>' in desk(learner)
    learner.complete()
    assert "Take first" not in desk(learner)


def test_what_is_due_stands_after_what_comes_first(in_blue_bins, learner, blue_bins, clock):
    make_assignment(blue_bins, due_on=DUE, person=learner.person)
    sync(at=NOW)
    text = desk(learner)
    assert text.index("Green bins</a></h3>") < text.index("Blue bins</a></h3>")
    assert "Comes before: Blue bins." in text
    assert "Courses you can take" not in text
    learner.start()
    text = desk(learner)
    assert text.index("Green bins</a></h3>") < text.index("Blue bins</a></h3>")
    assert "In progress" not in text
    learner.do_lessons()
    learner.take_quiz()
    assert "Comes before" not in desk(learner)


def test_both_assigned_stand_in_order_whatever_their_dates(
    in_blue_bins, learner, blue_bins, small_course, clock
):
    make_assignment(blue_bins, due_on=DUE, person=learner.person)
    make_assignment(small_course, due_on=date(2026, 12, 30), person=learner.person)
    sync(at=NOW)
    text = desk(learner)
    assert text.index("Green bins</a></h3>") < text.index("Blue bins</a></h3>")
    assert text.count("Green bins</a></h3>") == 1
