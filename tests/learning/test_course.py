"""My learning, the course page, and starting."""

import pytest
from django.urls import reverse

from training.records.models import Enrolment

pytestmark = pytest.mark.django_db


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_my_learning_offers_what_is_published(learner):
    assert learner.document.title in page(learner.client.get(reverse("learning:my-learning")))


def test_my_learning_says_so_when_there_is_nothing(client_for, cast):
    text = page(client_for(cast.lena).get(reverse("learning:my-learning")))
    assert "There is no course for you yet" in text


def test_the_course_page_tells_what_it_is_about_before_it_is_started(learner):
    text = page(learner.client.get(learner.url("course")))
    assert "Start the course" in text
    for step in learner.document.steps:
        assert step.title in text
    assert not Enrolment.objects.exists()


def test_starting_pins_the_release_and_opens_the_first_lesson(learner):
    response = learner.post(learner.url("course-start"))
    assert response.url == learner.url("lesson", learner.lessons[0].key)
    assert learner.enrolment.release.course == learner.course
    assert learner.enrolment.progress.count() == len(learner.document.steps)


def test_starting_twice_is_starting_once(learner):
    learner.start()
    learner.start()
    assert Enrolment.objects.count() == 1


def test_starting_by_opening_the_address_changes_nothing(learner):
    assert learner.client.get(learner.url("course-start")).url == learner.url("course")
    assert not Enrolment.objects.exists()


def test_a_lesson_of_a_course_not_started_leads_to_the_course_page(learner):
    response = learner.client.get(learner.url("lesson", learner.lessons[0].key))
    assert response.url == learner.url("course")


def test_a_course_that_does_not_exist_is_not_found(learner):
    assert learner.client.get(reverse("learning:course", args=["no-such"])).status_code == 404


def test_continue_leads_to_the_first_step_that_is_open(learner):
    learner.start()
    learner.post(learner.url("lesson-complete", learner.lessons[0].key))
    expected = learner.url("lesson", learner.lessons[1].key)
    assert f'href="{expected}"' in page(learner.client.get(reverse("learning:my-learning")))
