"""Every structured form of a lesson and of the bank, filled in without a mouse."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.models import Comparison, Further, Lesson, Scenario, Sorting, TermCards
from quizzes.models import Item, Quiz
from tests.journeys.test_trainer import open_lesson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lesson(small_course) -> Lesson:
    return Lesson.objects.get(key="when-in-doubt")


@pytest.fixture
def keys(page_at, trainer):
    """Give a page that is worked with the keyboard alone."""
    return Keys(page_at(person=trainer))


@dataclass
class Keys:
    page: Page

    def focused(self) -> str:
        """Return what a screen reader calls the place where the keyboard is."""
        name: str = self.page.evaluate(
            """() => { const at = document.activeElement;
            return at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.value
                || at.textContent; }"""
        )
        return name.strip().rstrip(":")

    def to(self, name: str, *, key: str = "Tab", within: int = 200) -> None:
        for _ in range(within):
            self.page.keyboard.press(key)
            if self.focused() == name:
                return
        raise AssertionError(f"{key} does not reach “{name}”; it is at “{self.focused()}”.")

    def press(self, name: str, **how) -> None:
        self.to(name, **how)
        self.page.keyboard.press("Enter")

    def write(self, *fields: tuple[str, str]) -> None:
        """Write into fields in their order; in a list, what begins so is chosen."""
        for name, text in fields:
            self.to(name, within=80)
            self.page.keyboard.type(text)

    def add_first(self, kind: str) -> None:
        """Add a block before all others; the keyboard is in its first field then."""
        self.page.evaluate("document.activeElement.blur()")
        self.press("Add a block before this one")
        if self.focused() != kind:
            self.to(kind, key="ArrowDown", within=14)
        self.page.keyboard.press("Enter")
        here = self.page.locator(".inline-related:has(:focus) > h3 > b")
        expect(here).to_have_text(f"{kind}:")
        self.page.keyboard.press("Shift+Tab")

    def save(self) -> None:
        self.press("Save", within=800)
        self.page.locator(".messagelist .success").wait_for()


def test_every_structured_block_is_written_by_keyboard_alone(keys, lesson):
    open_lesson(keys.page, lesson)
    keys.add_first("Scenario")
    keys.write(
        ("Title", "The glass"),
        ("Situation", "Somebody brings a glass."),
        ("Question", "What now?"),
        ("Choice", "Take it"),
        ("What follows", "It breaks."),
        ("Choice", "Ask what it is made of"),
        ("What follows", "It is a jar."),
        ("Response", "The b"),
    )
    keys.press("Add another")
    keys.page.get_by_text("An empty row was added.").wait_for()
    keys.page.keyboard.type("Send them away")
    keys.write(("What follows", "They leave it."))
    keys.press("Move up", key="Shift+Tab", within=40)
    keys.page.get_by_text("Moved to place 2 of 3.").wait_for()
    keys.write(("Why the better response is better", "It asks first."))

    keys.add_first("Sorting exercise")
    keys.write(("Title", "Which bin?"), ("Instruction", "Sort them."))
    keys.write(("Name", "Blue"), ("Name", "Grey"))
    for text, bin_ in (("A jar", "Bin 1"), ("A mug", "Bin 2"), ("A tin", "Bin 1")):
        keys.write(("What the card says", text), ("Belongs in", bin_), ("Why", "So it is."))

    keys.add_first("Comparison")
    keys.write(("Title", "Two bins"))
    keys.write(("Heading", "Blue"), ("Points", "Tins"), ("Heading", "Grey"), ("Points", "Mugs"))
    keys.add_first("Term cards")
    keys.write(("Term", "c"))
    keys.add_first("Further reading")
    keys.write(("Source", "B"), ("Why read it", "It is short."))
    keys.save()

    choices = Scenario.objects.get(parent=lesson, document__title="The glass").document["choices"]
    assert [choice["label"] for choice in choices] == [
        "Take it",
        "Send them away",
        "Ask what it is made of",
    ]
    assert [choice.get("is_better", False) for choice in choices] == [False, False, True]
    sorting = Sorting.objects.get(parent=lesson, document__title="Which bin?").document
    blue, grey = (bin_["key"] for bin_ in sorting["bins"])
    assert [card["bin"] for card in sorting["cards"]] == [blue, grey, blue]
    assert Comparison.objects.filter(parent=lesson, document__title="Two bins").exists()
    assert TermCards.objects.filter(parent=lesson).earliest("ordering").cards.get().term
    assert Further.objects.filter(parent=lesson).earliest("ordering").entries.get().source


@pytest.mark.parametrize("kind", ["Single choice", "Multiple choice"])
def test_a_question_is_written_by_keyboard_alone(keys, small_course, kind):
    keys.page.goto(reverse("admin:quizzes_item_add"))
    keys.press(kind)
    expect(keys.page.get_by_label("Question")).to_be_focused()
    keys.page.keyboard.press("Shift+Tab")
    keys.write(("Question", "Where does a tin go?"))
    keys.write(("Answer", "Blue"), ("Right or wrong", "R"), ("Feedback", "Tins are collected."))
    keys.write(("Answer", "Grey"), ("Feedback", "Think of metal."))
    keys.press("Add another")
    keys.page.get_by_text("An empty row was added.").wait_for()
    keys.page.keyboard.type("Neither")
    keys.write(("Feedback", "There is a bin."), ("Topic", "W"), ("Source", "B"))
    keys.save()
    item = Item.objects.latest("pk")
    assert [choice["text"] for choice in item.body["choices"]] == ["Blue", "Grey", "Neither"]
    assert item.item_sources.get().source.title == "Bin Bylaw"


def test_a_quiz_is_written_by_keyboard_alone(keys, small_course):
    keys.page.goto(reverse("admin:quizzes_quiz_add"))
    expect(keys.page.get_by_label("Title")).to_be_focused()
    keys.page.keyboard.type("Tins quiz")
    keys.write(("Topic", "W"), ("How many questions", "2"), ("Question", "A"))
    keys.save()
    quiz = Quiz.objects.get(key="tins-quiz")
    assert quiz.parts.get().count == 2
