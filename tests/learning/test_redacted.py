"""A release that was withdrawn or taken out: no page breaks, nobody loses what they did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.models import Prose, Release
from courses.publishing import redact_release, withdraw_release
from tests.conftest import NOW
from tests.factories import publish_early
from training.administration.verifying import verify_records
from training.people.organisation import current_organisation
from training.records.completion import move_off
from training.records.models import Certificate, Enrolment

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def first(small_course) -> Release:
    return small_course.releases.get(number=1)


def publish(course, ada, text: str = "Ask at noon.") -> Release:
    Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")
    return publish_early(course, by=ada, at=LATER)


def test_every_page_of_a_redacted_release_says_so_and_the_certificate_stays(
    learner, first, small_course, ada
):
    learner.complete()
    redact_release(first, reason="Somebody withdrew their consent.", by=ada, at=LATER)
    lesson = learner.lessons[0]
    pages = [
        reverse("learning:course", args=[small_course.key]),
        reverse("learning:lesson", args=[small_course.key, lesson.key]),
        reverse("learning:quiz", args=[small_course.key, learner.quiz.key]),
        reverse("courses:evidence", args=[small_course.key]) + "?release=1",
        reverse("courses:glossary", args=[small_course.key]) + "?release=1",
    ]
    for page in pages:
        response = learner.client.get(page)
        assert response.status_code == 410, page
        assert "was taken out on" in text_of(response)
        assert "Somebody withdrew their consent." in text_of(response)
    certificate = Certificate.objects.get()
    shown = learner.client.get(reverse("learning:certificate", args=[certificate.code]))
    assert shown.status_code == 200
    assert learner.client.get(reverse("learning:my-learning")).status_code == 200
    assert verify_records().problems == []


def test_whoever_is_in_the_middle_of_a_withdrawn_release_moves_on(
    learner, first, small_course, ada, client_for
):
    learner.start()
    learner.post(learner.url("lesson-complete", learner.lessons[0].key))
    second = publish(small_course, ada)
    withdraw_release(first, reason="A figure was wrong.", by=ada, at=LATER)

    assert move_off(organisation=current_organisation(), at=LATER) == 1
    assert move_off(organisation=current_organisation(), at=LATER) == 0

    enrolment = Enrolment.objects.get()
    assert enrolment.release == second
    done = dict(enrolment.progress.values_list("step_key", "completed_at"))
    assert done["what-goes-where"] is not None
    assert done["when-in-doubt"] is None
    assert verify_records().problems == []
    page = learner.client.get(reverse("learning:lesson", args=[small_course.key, "when-in-doubt"]))
    assert "Ask at noon." in text_of(page)


def test_without_another_release_everybody_stays(learner, first, small_course, ada):
    learner.start()
    withdraw_release(first, reason="A figure was wrong.", by=ada, at=LATER)
    assert move_off(organisation=current_organisation(), at=LATER) == 0
    page = reverse("learning:lesson", args=[small_course.key, learner.lessons[0].key])
    assert learner.client.get(page).status_code == 200


def test_a_withdrawn_release_moves_people_back_to_the_older_one(learner, small_course, ada):
    second = publish(small_course, ada)
    learner.start()
    learner.post(learner.url("lesson-complete", learner.lessons[0].key))
    withdraw_release(second, reason="A figure was wrong.", by=ada, at=LATER)
    assert move_off(organisation=current_organisation(), at=LATER) == 1
    enrolment = Enrolment.objects.get()
    assert enrolment.release.number == 1
    assert enrolment.progress.get(step_key="what-goes-where").completed_at is not None


def test_whoever_completed_a_release_can_read_it_again_as_it_was(
    learner, first, small_course, ada, client_for, otto
):
    learner.complete()
    second = publish(small_course, ada, "Ask at noon.")
    withdraw_release(second, reason="Wrong.", by=ada, at=LATER)
    withdraw_release(first, reason="A figure was wrong.", by=ada, at=LATER)
    taken = reverse("learning:taken", args=[small_course.key, 1])
    page = text_of(learner.client.get(taken))
    assert "A figure was wrong." in page
    certificate = Certificate.objects.get()
    shown = learner.client.get(reverse("learning:certificate", args=[certificate.code]))
    assert taken in text_of(shown)

    lesson, check = learner.check
    address = reverse("learning:taken-lesson", args=[small_course.key, 1, lesson.key])
    answer = {"choice": sorted(check.item.body.correct_keys())}
    response = learner.client.post(f"{address}?block={check.key}", answer)
    assert "That is right" in text_of(response)
    assert client_for(otto).get(taken).status_code == 404
    gone = reverse("learning:taken", args=[small_course.key, 2])
    assert learner.client.get(gone).status_code == 404


def test_a_redacted_release_is_not_read_again(learner, first, small_course, ada):
    learner.complete()
    redact_release(first, reason="Consent.", by=ada, at=LATER)
    taken = reverse("learning:taken", args=[small_course.key, 1])
    assert learner.client.get(taken).status_code == 410
