"""The shipped courses are built as promised: long enough, asked enough, and not to be guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from courses.checks.material import Material, Question
from courses.checks.passages import block_passages
from courses.checks.questions import choices_of
from courses.documents import BEFORE_COUNT, Check, Prose, Reflection, Scenario, Sorting
from courses.management.commands.loadcourses import shipped_packages
from courses.packages import Package, read_package
from courses.packages.material import material_of

RUNNING_WORDS = range(500, 901)
ITEMS_A_LESSON, ITEMS_A_COURSE = 4, 32
ASKED, PASS_PERCENT = 10, 80
MOST_BY_LENGTH = 0.36
"""How often the longest, or the shortest, of four choices may be right: about one in four."""


@pytest.fixture(scope="module", params=shipped_packages(), ids=lambda path: path.name)
def package(request) -> Package:
    return read_package(request.param)


@pytest.fixture(scope="module")
def course(package) -> Material:
    return material_of(package, leads_somewhere=lambda _path: True)


def blocks_of(course: Material, *kinds: type) -> list[object]:
    return [
        block for lesson in course.lessons() for block in lesson.blocks if isinstance(block, kinds)
    ]


def test_each_lesson_has_enough_running_text_and_not_too_much(course):
    for lesson in course.lessons():
        count = sum(
            len(passage.words.split())
            for block in lesson.blocks
            if isinstance(block, Prose)
            for passage in block_passages(lesson.key, block)
        )
        assert count in RUNNING_WORDS, (lesson.key, count)


def test_each_lesson_has_objectives_a_content_note_and_two_or_three_checks(course):
    for lesson in course.lessons():
        checks = [block for block in lesson.blocks if isinstance(block, Check)]
        assert len(lesson.objectives) >= 2, lesson.key
        assert lesson.content_note, lesson.key
        assert len(checks) in (2, 3), lesson.key


def test_a_course_lets_people_think_decide_and_sort(course):
    assert blocks_of(course, Reflection)
    assert len(blocks_of(course, Scenario)) >= 2
    assert blocks_of(course, Sorting)


def test_the_bank_is_large_enough_for_new_papers(course):
    (quiz,) = course.quizzes()
    counts = Counter(question.item.topic for question in quiz.questions)
    assert len(quiz.questions) >= ITEMS_A_COURSE
    for lesson in course.lessons():
        assert sum(counts[topic] for topic in lesson.covers) >= ITEMS_A_LESSON, lesson.key


def test_a_paper_asks_ten_and_something_of_each_lesson(package):
    (quiz,) = package.quizzes.values()
    asked = {part.topic for part in quiz.entry.parts}
    assert sum(part.count for part in quiz.entry.parts) + len(quiz.entry.fixed) == ASKED
    assert quiz.entry.pass_percent == PASS_PERCENT
    for lesson in package.lessons.values():
        assert asked & set(lesson.head.covers), lesson.key


def test_something_must_be_right_and_something_is_asked_before(course):
    (quiz,) = course.quizzes()
    assert any(question.item.is_critical for question in quiz.questions)
    assert len(course.before) == BEFORE_COUNT


def test_each_question_has_a_source_and_each_source_says_how_it_was_seen(course):
    (quiz,) = course.quizzes()
    known = {source.key for source in course.sources}
    for question in [*quiz.questions, *course.before]:
        assert question.sources and set(question.sources) <= known, question.key
    for source in course.sources:
        assert source.seen and source.seen_on, source.key


def test_choosing_by_length_does_not_help(course):
    (quiz,) = course.quizzes()
    for choose in (max, min):
        assert right_by_length(quiz.questions, choose) <= MOST_BY_LENGTH, choose.__name__


def right_by_length(questions: Sequence[Question], choose) -> float:
    """Return how often whoever takes the longest (max) or shortest (min) of four is right.

    Of several that are equally long one is taken at random.
    """
    found = []
    for question in questions:
        choices = choices_of(question)
        if len(choices) < 3 or question.item.body.takes_many:
            continue
        length = choose(len(choice.text) for choice in choices)
        taken = [choice for choice in choices if len(choice.text) == length]
        found.append(sum(choice.is_correct for choice in taken) / len(taken))
    return sum(found) / len(found)


def test_true_and_false_are_right_about_as_often(course):
    (quiz,) = course.quizzes()
    answers = Counter(
        question.item.body.answer
        for question in quiz.questions
        if hasattr(question.item.body, "answer")
    )
    assert min(answers[True], answers[False]) * 2 >= max(answers[True], answers[False])
