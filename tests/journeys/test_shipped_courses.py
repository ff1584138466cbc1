"""The shipped courses in a real browser, each from start to certificate, two without scripts."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from courses.documents import Check, LessonStep, Reflection, Sorting
from courses.models import Course
from quizzes.papers import questions
from tests.conftest import learners_of
from tests.learner import Learner

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]

WAYS = [
    pytest.param("foundations", 390, "light", False, id="foundations-phone-no-script"),
    pytest.param("decolonial-and-peer-led", 1280, "light", True, id="decolonial-desktop"),
    pytest.param("where-trafficking-happens", 1280, "dark", True, id="industries-desktop-dark"),
    pytest.param("bylaw-officers-in-practice", 390, "dark", False, id="bylaw-phone-no-script"),
]


@pytest.fixture
def enter(organisation):
    call_command("loadcourses", verbosity=0)

    def at(key, person) -> Learner:
        learner = learners_of(Course.objects.get(key=key))(person)
        for required in learner.document.requires:
            learners_of(Course.objects.get(key=required))(person).complete()
        return learner

    return at


@pytest.mark.parametrize(("key", "width", "scheme", "javascript"), WAYS)
def test_a_course_is_taken_from_start_to_certificate(
    page_at, axe, fits, enter, cast, key, width, scheme, javascript
):
    learner = enter(key, cast.bo)
    page = page_at(width, scheme=scheme, javascript=javascript, person=cast.bo)
    page.goto(f"/courses/{key}/")
    axe(page)
    page.get_by_role("button", name="Start the course").click()
    for lesson in learner.lessons:
        page.wait_for_url(f"**/lessons/{lesson.key}/**")
        page.get_by_role("heading", level=1, name=lesson.title).wait_for()
        axe(page)
        fits(page)
        take_lesson(page, lesson)
        axe(page)
        fits(page)
        page.get_by_role("button", name=re.compile("^(Continue to|Finish)")).click()
    page.get_by_role("button", name="Start the quiz").click()
    take_quiz(page, learner)
    axe(page)
    page.get_by_role("link", name="Open your certificate").click()
    page.get_by_text(cast.bo.name).first.wait_for()
    page.get_by_text(learner.document.title).first.wait_for()


def take_lesson(page, lesson: LessonStep) -> None:
    """Answer each check wrongly and rightly, sort all cards, open each story, keep a thought."""
    for block in lesson.blocks:
        part = page.locator(f"[id='{block.key}']")
        if isinstance(block, Check):
            right = block.item.body.correct_keys()
            for keys in (set(block.item.body.written_order()) - right, right):
                choose(part, set(keys) if block.item.body.takes_many else {min(keys)})
                part.get_by_role("button", name="Check").click()
                said = "That is right" if keys == right else "Have another look"
                part.get_by_role("heading", name=said).wait_for()
        if isinstance(block, Sorting):
            for card in block.cards:
                part.locator(f"[name='{block.key}-{card.key}'][value='{card.bin}']").check()
            part.get_by_role("button", name="Check").click()
            count = len(block.cards)
            part.get_by_role("heading", name=f"{count} of {count} cards").wait_for()
        if isinstance(block, Reflection):
            part.get_by_label("Your reflection").fill("Ospreys nest above the yard.")
            part.get_by_role("button", name="Keep for me").click()
            part.get_by_text(re.compile("^Kept ")).wait_for()


def choose(part, keys: set[str]) -> None:
    for box in part.locator("input[name=choice]").all():
        if box.get_attribute("value") in keys:
            box.check()
        elif box.get_attribute("type") == "checkbox":
            box.uncheck()


def take_quiz(page, learner: Learner) -> None:
    page.wait_for_url("**/questions/1/")
    for asked in questions(learner.open_attempt):
        for key in asked.item.body.correct_keys():
            page.locator(f'input[name=choice][value="{key}"]').check()
        page.get_by_role("button", name=re.compile("^Save and")).click()
        page.wait_for_url(re.compile(f"questions/{asked.position + 1}/|answers/"))
    page.get_by_role("button", name="Send your answers").click()
    page.get_by_role("heading", name="You passed").wait_for()
