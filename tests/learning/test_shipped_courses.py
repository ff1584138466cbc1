"""The shipped courses, each taken from start to certificate, every question answered every way.

Whoever takes a course answers each check and sorts each card rightly and wrongly, and sends papers
until each choice of each graded question has been given once. Then they pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses.documents import Check, LessonStep, Sorting
from courses.models import Course
from quizzes.models import Attempt
from quizzes.papers import Question, questions
from tests.conftest import learners_of
from tests.learner import Learner
from training.people.models import User
from training.records.models import Certificate, Completion

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.timeout(600)]

COURSES = [
    "foundations",
    "decolonial-and-peer-led",
    "where-trafficking-happens",
    "bylaw-officers-in-practice",
]
MOST_PAPERS = 250
MOST_RIGHT = 6
HEAVIEST_PAGE = 40_000


@pytest.fixture
def enter(organisation) -> Callable[[str, User], Learner]:
    """Give a person at work in a shipped course, those that it asks for first completed."""
    call_command("loadcourses", verbosity=0)

    def at(key: str, person: User) -> Learner:
        learner = learners_of(Course.objects.get(key=key))(person)
        for required in learner.document.requires:
            learners_of(Course.objects.get(key=required))(person).complete()
        return learner

    return at


def as_read(html: str) -> str:
    """Return HTML as it is read, its marks left out and its spaces made one."""
    return plain(unescape(re.sub(r"<[^>]*>", " ", html)))


def text_of(response) -> str:
    return as_read(response.content.decode())


def plain(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("key", COURSES)
def test_a_course_is_taken_from_start_to_certificate(key, enter, cast):
    learner = enter(key, cast.lena)
    learner.start()
    for lesson in learner.lessons:
        read(learner, lesson)
        for block in lesson.blocks:
            if isinstance(block, Check):
                try_check(learner, lesson, block)
            if isinstance(block, Sorting):
                try_sorting(learner, lesson, block)
        assert learner.post(learner.url("lesson-complete", lesson.key)).status_code == 302

    failed = give_every_answer(learner)
    assert not Completion.objects.filter(enrolment=learner.enrolment).exists()
    passed = learner.take_quiz()
    assert passed.is_passed

    certificate = Certificate.objects.get(completion__enrolment=learner.enrolment)
    page = learner.client.get(reverse("learning:certificate", args=[certificate.code]))
    assert cast.lena.name in text_of(page)
    for attempt in failed:
        every_choice_is_explained(learner, attempt)


def read(learner: Learner, lesson: LessonStep) -> None:
    response = learner.client.get(learner.url("lesson", lesson.key))
    assert response.status_code == 200
    assert lesson.title in text_of(response)
    assert len(response.content) <= HEAVIEST_PAGE
    page = response.content.decode()
    assert all(f'id="{block.key}"' in page for block in lesson.blocks)


def try_check(learner: Learner, lesson: LessonStep, check: Check) -> None:
    """Give each choice of a check, and then the right answer: each says why, with a source."""
    body = check.item.body
    url = learner.url("check-answer", lesson.key, check.key)
    right = sorted(body.correct_keys())
    answers = [[choice.key] for choice in body.all_choices()]
    for answer in [*answers, right]:
        response = learner.post(url, {"choice": answer}, headers={"X-Requested-With": "fetch"})
        text = text_of(response)
        for choice in body.chosen(answer):
            assert plain(choice.feedback) in text, (check.key, choice.key)
        assert ("That is right" in text) == (answer == right), (check.key, answer)
        assert "Source" in text, check.key


def try_sorting(learner: Learner, lesson: LessonStep, block: Sorting) -> None:
    """Put all cards where they belong, then all where they do not: each card says why."""
    bins = [bin_.key for bin_ in block.bins]
    url = learner.url("sorting-check", lesson.key, block.key)
    for shift, right_count in ((0, len(block.cards)), (1, 0)):
        placed = {
            f"{block.key}-{card.key}": bins[(bins.index(card.bin) + shift) % len(bins)]
            for card in block.cards
        }
        text = text_of(learner.post(url, placed, headers={"X-Requested-With": "fetch"}))
        assert f"{right_count} of {len(block.cards)} cards are where they belong" in text
        assert text.count("Have another look.") == len(block.cards) - right_count


def give_every_answer(learner: Learner) -> list[Attempt]:
    """Send papers, none of them good enough, until each choice of each item was given once."""
    waiting: dict[str, list[list[str]]] = {}
    attempts: list[Attempt] = []
    while len(waiting) < len(learner.quiz.item_sources) or any(waiting.values()):
        assert len(attempts) < MOST_PAPERS, waiting
        attempts.append(send_paper(learner, waiting))
    return attempts


def send_paper(learner: Learner, waiting: dict[str, list[list[str]]]) -> Attempt:
    """Send one paper with answers that still wait to be given, and wrong ones otherwise."""
    attempt = learner.start_quiz()
    right_count = 0
    for row in questions(attempt):
        body = row.item.body
        answers = waiting.setdefault(row.item.key, answers_to_give(row))
        response = answers[0] if answers else wrong_answer(row)
        is_right = set(response) == set(body.correct_keys())
        if is_right and right_count == MOST_RIGHT:
            response = wrong_answer(row)
        elif answers:
            right_count += is_right
            answers.pop(0)
        give(learner, attempt, row, response)
    assert learner.submit(attempt).status_code == 302
    attempt.refresh_from_db()
    assert not attempt.is_passed
    result_says_why(learner, attempt)
    return attempt


def answers_to_give(row: Question) -> list[list[str]]:
    """Return each choice alone, and last the right answer."""
    right = sorted(row.item.body.correct_keys())
    return [*([key] for key in row.order if [key] != right), right]


def wrong_answer(row: Question) -> list[str]:
    return [next(key for key in row.order if key not in row.item.body.correct_keys())]


def give(learner: Learner, attempt: Attempt, row: Question, response: list[str]) -> None:
    """Open a question, which says nothing of its answer yet, and give one."""
    url = learner.question_url(row.position)
    text = text_of(learner.client.get(url))
    assert plain(row.item.body.stem) in text
    for choice in row.item.body.all_choices():
        assert plain(choice.text) in text
        assert plain(choice.feedback) not in text, row.item.key
    fields = {"attempt": attempt.pk, "item": row.digest, "choice": response}
    assert learner.post(url, fields).status_code == 302


def result_says_why(learner: Learner, attempt: Attempt) -> None:
    """Look at each question of a paper that failed: the mark, why, a source, the lesson."""
    for row, card in zip(questions(attempt), result_cards(learner, attempt), strict=True):
        body = row.item.body
        is_right = set(row.response or []) == set(body.correct_keys())
        assert plain(body.stem) in card
        assert ("Not right yet" in card or "Partly right" in card) != is_right, row.item.key
        assert re.search(r"\bSources? ", card), row.item.key
        if is_right or not body.takes_many:
            for choice in body.chosen(row.response or []):
                assert plain(choice.feedback) in card, (row.item.key, choice.key)
        if not is_right:
            lessons = learner.document.lessons_covering(row.item.topic)
            assert any(lesson.title in card for lesson in lessons), row.item.key


def every_choice_is_explained(learner: Learner, attempt: Attempt) -> None:
    """Look at an earlier paper after passing: what there is to say about each choice is said."""
    for row, card in zip(questions(attempt), result_cards(learner, attempt), strict=True):
        for choice in row.item.body.all_choices():
            assert plain(choice.feedback) in card, (row.item.key, choice.key)


def result_cards(learner: Learner, attempt: Attempt) -> list[str]:
    page = learner.client.get(learner.url("result", learner.quiz.key, attempt.pk))
    return [as_read(card) for card in page.content.decode().split('<li class="card">')[1:]]
