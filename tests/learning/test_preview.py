"""The preview of a draft: as a learner sees it, for trainers alone, and nothing is kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import Prose
from tests.conftest import allow
from training.records.models import CheckAnswer, Enrolment, Reflection

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(small_course, client_for, ada):
    return client_for(allow(ada, "courses.view_course"))


def address(*args: str) -> str:
    names = {1: "learning:preview", 2: "learning:preview-step", 3: "learning:preview-check"}
    return reverse(names[len(args)], args=args)


LESSON = ("green-bins", "what-goes-where")


def test_the_draft_is_shown_and_not_the_release(trainer):
    Prose.objects.filter(key="opening").update(text="<p>Four bins.[@bin-bylaw]</p>")

    response = trainer.get(address(*LESSON))

    text = response.content.decode()
    assert "Four bins." in text and "Three bins" not in text
    assert 'class="cite"' in text
    assert "no-store" in response["Cache-Control"]


def test_every_step_can_be_opened(trainer):
    page = trainer.get(address("green-bins"))
    for step in page.context["steps"]:
        assert trainer.get(step.url).status_code == 200


def test_a_check_answers_as_it_would_a_learner_and_keeps_nothing(trainer):
    url = address(*LESSON, "check-apple-core")

    page = trainer.post(url, {"choice": "a"})

    assert 'class="feedback' in page.content.decode()
    assert not CheckAnswer.objects.exists()
    assert trainer.post(url, {}).status_code == 200
    fragment = trainer.post(url, {}, headers={"X-Requested-With": "fetch"})
    assert fragment.status_code == 422


def test_what_a_form_of_the_preview_sends_is_not_kept(trainer):
    page = trainer.post(address(*LESSON), {"text": "Ospreys."}, follow=True)

    assert "nothing is kept" in page.content.decode()
    assert not Reflection.objects.exists()
    assert not Enrolment.objects.exists()


def test_a_draft_that_cannot_be_shown_says_what_is_in_the_way(trainer):
    Prose.objects.filter(key="opening").update(text="<p>A.[@nothing]</p>")

    for url in (address("green-bins"), address(*LESSON)):
        assert "no source nothing" in trainer.get(url).content.decode()


def test_what_is_not_there_is_not_found(trainer):
    for url in (
        address("blue-bins"),
        address("green-bins", "glass"),
        address(*LESSON, "your-kitchen"),
        address("green-bins", "green-bins", "check-apple-core"),
    ):
        assert trainer.get(url).status_code == 404
