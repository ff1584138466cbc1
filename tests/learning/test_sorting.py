"""A sorting exercise: cards are placed with radio buttons, and the answer comes in its place."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.conftest import allow
from tests.factories import PASSWORD
from tests.learner import Learner
from training.records.models import CheckAnswer

pytestmark = pytest.mark.django_db

STEP, BLOCK = "when-in-doubt", "three-things"
WHY = {
    "apple-core": "It once grew.",
    "old-phone": "There is a battery in it.",
    "tea-leaves": "They become",
}


@pytest.fixture
def started(learner) -> Learner:
    learner.start()
    return learner


def url(learner: Learner) -> str:
    return learner.url("sorting-check", STEP, BLOCK)


def placed(**bins: str) -> dict[str, str]:
    return {f"{BLOCK}-{card.replace('_', '-')}": bin_ for card, bin_ in bins.items()}


def test_the_cards_are_there_without_a_script_and_without_the_answers(started):
    text = started.client.get(started.url("lesson", STEP)).content.decode()

    assert text.count('type="radio" name="three-things-') == 6
    assert "An old phone" in text
    assert not any(why in text for why in WHY.values())


def test_each_card_that_was_placed_says_why(started):
    answer = placed(apple_core="caretaker", old_phone="caretaker")
    text = started.post(url(started), answer).content.decode()

    assert "1 of 3 cards are where they belong" in text
    assert WHY["apple-core"] in text
    assert WHY["old-phone"] in text
    assert WHY["tea-leaves"] not in text
    assert text.count("Have another look.") == 1
    assert 'name="three-things-old-phone" value="caretaker" checked' in text


def test_all_cards_in_their_places_are_right(started):
    answer = placed(apple_core="green", old_phone="caretaker", tea_leaves="green")
    text = started.post(url(started), answer).content.decode()

    assert "3 of 3 cards are where they belong" in text
    assert "Have another look." not in text


def test_pressing_check_with_no_card_placed_says_what_to_do(started):
    text = started.post(url(started), placed(apple_core="attic")).content.decode()

    assert "Choose a place for a card first" in text


def test_our_script_gets_the_exercise_alone(started):
    response = started.post(
        url(started), placed(apple_core="green"), headers={"X-Requested-With": "fetch"}
    )

    text = response.content.decode().strip()
    assert text.startswith("<section")
    assert "<h1" not in text
    assert WHY["apple-core"] in text


def test_nothing_of_it_is_recorded(started):
    started.post(url(started), placed(apple_core="green"))

    assert not CheckAnswer.objects.exists()
    assert not any(
        why in started.client.get(started.url("lesson", STEP)).content.decode()
        for why in WHY.values()
    )


def test_what_was_placed_is_kept_while_signing_in_again(started):
    started.client.logout()
    response = started.post(url(started), placed(old_phone="green"))
    carried = response.context["carried"]
    fields = {"login": started.person.email, "password": PASSWORD, "carried": carried}
    assert started.client.post(reverse("account_login"), fields).url == url(started)

    text = started.client.get(url(started), follow=True).content.decode()

    assert "Your answer was kept while you were signed out" in text
    assert 'name="three-things-old-phone" value="green" checked' in text
    assert WHY["old-phone"] not in text


def test_a_trainer_tries_it_in_the_preview(small_course, client_for, ada):
    address = f"/preview/green-bins/{STEP}/sortings/{BLOCK}/"
    client = client_for(allow(ada, "courses.view_course"))
    assert client.get(f"/preview/green-bins/{STEP}/").content.decode().count(address)

    text = client.post(address, placed(apple_core="green")).content.decode()

    assert WHY["apple-core"] in text
    assert client.post(address.replace(BLOCK, "the-battery"), {}).status_code == 404
