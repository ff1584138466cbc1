"""Topics, items and quizzes in the admin."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from quizzes.models import Attempt, Item, ItemVersion, PaperItem, QuizVersion, Topic
from tests.conftest import NOW
from tests.factories import make_person
from tests.quizzes.bank import fix, make_item, make_quiz, single

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(organisation) -> Client:
    client = Client()
    client.force_login(make_person("Ada Alderwood", is_staff=True, is_superuser=True))
    return client


def test_items_are_found_by_their_question(trainer):
    make_item("ferry", single("Who rows the ferry?"))
    make_item("other", single("What is a weir?"))
    page = trainer.get("/admin/quizzes/item/", {"q": "ROWS the"}).content.decode()
    assert "Who rows the ferry?" in page
    assert "What is a weir?" not in page


def test_a_quiz_says_whether_it_can_be_published(trainer):
    quiz = make_quiz(draw=2, of=4)
    address = f"/admin/quizzes/quiz/{quiz.pk}/change/"
    assert "It draws from 4 items." in trainer.get(address).content.decode()
    fix(quiz, make_item("a-check", use=Item.Use.CHECK))
    assert "a-check is on every paper" in trainer.get(address).content.decode()


def test_a_key_is_chosen_once(trainer):
    topic = Topic.objects.create(key="rivers", title="Rivers")
    trainer.post(
        f"/admin/quizzes/topic/{topic.pk}/change/", {"title": "Running water", "key": "water"}
    )
    topic.refresh_from_db()
    assert (topic.title, topic.key) == ("Running water", "rivers")


def test_topics_count_their_items(trainer):
    make_item("ferry")
    make_item("weir", use=Item.Use.CHECK)
    Item.objects.filter(key="ferry").update(retired_at=NOW)
    page = trainer.get("/admin/quizzes/topic/").content.decode()
    assert 'class="field-graded_count">0<' in page
    assert 'class="field-check_count">1<' in page


@pytest.mark.protection
@pytest.mark.parametrize("model", [Attempt, PaperItem, ItemVersion, QuizVersion])
def test_answers_papers_and_frozen_rows_are_not_in_the_admin(model):
    assert not admin.site.is_registered(model)
