"""Looking things up: the catalogue, search, and lessons that are read and not taken."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import Lesson, Prose, Release
from tests.conftest import NOW, learners_of
from tests.factories import make_course_after, publish_early
from tests.learning.test_due import main_of
from tests.learning.test_queries import more_courses, queries_of  # noqa: F401
from training.records.models import CheckAnswer, Enrolment, StepProgress

pytestmark = pytest.mark.django_db


def catalogue(learner) -> str:
    return main_of(learner.client.get(reverse("learning:catalogue")))


def searched(learner, question: str) -> str:
    return main_of(learner.client.get(reverse("learning:search"), {"q": question}))


def look_up_url(learner, step: str) -> str:
    return learner.url("look-up", step)


@pytest.fixture
def changed(learner, small_course, ada):
    """Lena is on release 1; release 2 says something else in one lesson."""
    learner.start()
    lesson = Lesson.objects.get(key="when-in-doubt")
    Prose.objects.filter(parent=lesson).update(text="<p>Ask the gardener about those.</p>")
    publish_early(small_course, by=ada, at=NOW)
    return learner


# --- The catalogue -------------------------------------------------------------------------------


def test_the_catalogue_says_what_each_course_is_and_where_one_stands(learner, small_course):
    make_course_after(small_course, key="blue-bins", title="Blue bins", at=NOW)
    text = catalogue(learner)
    assert "How a made-up town hall sorts" in text and "This course mentions fish bones." in text
    assert "2 lessons, about 10 minutes of reading. Recorded as 0.25 h." in text
    assert learner.url("course") in text and "/courses/green-bins/evidence/" in text
    assert "Take first:" in text and "In progress" not in text
    learner.start()
    assert "In progress" in catalogue(learner)


def test_the_catalogue_marks_what_is_complete(learner, small_course):
    make_course_after(small_course, key="blue-bins", title="Blue bins", at=NOW)
    learner.complete()
    text = catalogue(learner)
    assert "Complete</span>" in text and "Take first" not in text


def test_the_catalogue_says_so_when_it_is_empty(client_for, cast):
    text = main_of(client_for(cast.lena).get(reverse("learning:catalogue")))
    assert "No course is offered at the moment." in text


def test_the_catalogue_asks_the_same_of_more_courses(learner, more_courses):  # noqa: F811
    before = queries_of(learner.client, reverse("learning:catalogue"))
    more_courses()
    assert queries_of(learner.client, reverse("learning:catalogue")) <= before


# --- Search --------------------------------------------------------------------------------------


def test_a_course_not_started_is_found_and_can_be_looked_up(learner):
    text = searched(learner, "old battery")
    assert f'href="{look_up_url(learner, "when-in-doubt")}#the-battery"' in text
    assert "<mark>battery</mark>" in text
    assert "When in doubt" in text and "Green bins" in text


def test_in_a_course_that_is_started_results_lead_to_its_own_lesson(learner):
    learner.start()
    text = searched(learner, "old battery")
    assert f'href="{learner.url("lesson", "when-in-doubt")}#the-battery"' in text
    assert "/look-up/" not in text


def test_terms_and_sources_lead_to_glossary_and_evidence(learner):
    assert 'href="/courses/green-bins/glossary/#term-compost"' in searched(learner, "compost")
    source = 'href="/courses/green-bins/evidence/#source-compost-study"'
    assert source in searched(learner, "apple core becomes")


def test_what_changed_is_found_as_it_is_now_and_as_one_has_it(changed):
    text = searched(changed, "gardener")
    assert f'href="{look_up_url(changed, "when-in-doubt")}#opening"' in text
    assert f'href="{changed.url("lesson", "when-in-doubt")}' not in text
    text = searched(changed, "things fit no bin caretaker")
    assert f'href="{changed.url("lesson", "when-in-doubt")}#opening"' in text
    assert "release 1, as you have it" in text


def test_what_did_not_change_is_found_once_in_the_lesson_one_is_on(changed):
    text = searched(changed, "kitchen floor wrong")
    assert text.count("#your-kitchen") == 1
    assert f'href="{changed.url("lesson", "what-goes-where")}#your-kitchen"' in text


def test_a_content_note_stands_with_what_is_found_under_it(learner):
    assert "This lesson mentions fish bones." in searched(learner, "newspapers blue bin")


def test_without_all_the_words_it_says_so(learner):
    text = searched(learner, "battery submarine")
    assert "No passage has all of these words." in text and "<mark>battery</mark>" in text


def test_what_is_not_there_says_what_to_try(learner):
    assert "Nothing was found for “submarine”." in searched(learner, "submarine")
    assert "What you look for is not kept." in searched(learner, "")
    assert "at most 200 characters" in searched(learner, "bin" * 90)


def test_what_was_asked_is_escaped(learner):
    assert "<script>" not in searched(learner, "<script>battery")


@pytest.mark.protection
def test_a_draft_and_a_withdrawn_release_are_not_found(learner, ada):
    Prose.objects.filter(key="opening").update(text="<p>A submarine.</p>")
    assert "Nothing was found" in searched(learner, "submarine")
    Release.objects.update(withdrawn_at=NOW, withdrawn_by=ada, withdrawn_reason="Wrong.")
    assert "Nothing was found" in searched(learner, "battery")
    assert learner.client.get(look_up_url(learner, "when-in-doubt")).status_code == 404


def test_search_asks_the_same_of_more_courses_and_results(learner, more_courses):  # noqa: F811
    address = reverse("learning:search") + "?q=bin"
    before = queries_of(learner.client, address)
    more_courses()
    assert queries_of(learner.client, address) <= before <= 7


# --- Lessons to look things up in ----------------------------------------------------------------


@pytest.mark.protection
def test_a_lesson_that_is_looked_up_records_nothing_and_takes_no_answer(learner):
    response = learner.client.get(look_up_url(learner, "when-in-doubt"))
    text = main_of(response)
    assert "Some things fit no bin." in text and "The caretaker has a box for batteries." in text
    assert "An old battery fits the black bin." in text and "It would leak" not in text
    assert "An old phone" in text and "There is a battery in it." not in text
    assert "<form" not in text and "check.js" not in response.content.decode()
    assert "This is the course as it is now: release 1" in text
    assert not Enrolment.objects.exists() and not CheckAnswer.objects.exists()
    assert not StepProgress.objects.exists()


def test_it_shows_the_course_as_it_is_now_to_who_is_on_an_older_release(changed):
    text = main_of(changed.client.get(look_up_url(changed, "when-in-doubt")))
    assert "Ask the gardener" in text and "release 2" in text
    assert "Ask the gardener" not in main_of(
        changed.client.get(changed.url("lesson", "when-in-doubt"))
    )


def test_a_quiz_is_not_looked_up(learner):
    assert learner.client.get(look_up_url(learner, learner.quiz.key)).status_code == 404


def test_a_course_with_something_before_it_can_be_looked_up(learner, small_course, cast):
    second = make_course_after(small_course, key="blue-bins", title="Blue bins", at=NOW)
    reader = learners_of(second)(cast.lena)
    assert "Some things fit no bin." in main_of(
        reader.client.get(look_up_url(reader, "when-in-doubt"))
    )
