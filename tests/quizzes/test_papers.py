"""Reading papers: questions before, results only afterwards, and the key never too early."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quizzes.attempts import save_response, start_attempt, submit_attempt
from quizzes.freezing import freeze_quiz
from quizzes.models import Quiz
from quizzes.papers import AttemptNotSubmitted, question, questions, results
from tests.conftest import NOW
from tests.quizzes.bank import answer_all, fix, make_item, make_version, multiple

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(lena):
    return start_attempt(make_version(at=NOW, draw=3, of=6), by=lena, scope="s", at=NOW)


def test_questions_stand_in_the_order_of_the_paper_with_what_was_answered(attempt, lena):
    asked = questions(attempt)
    save_response(attempt, by=lena, position=2, item_digest=asked[1].digest, posted=["b"], at=NOW)
    again = questions(attempt)
    assert [row.position for row in again] == [1, 2, 3]
    assert [row.response for row in again] == [None, ["b"], None]
    assert [row.digest for row in again] == [row.digest for row in asked]
    assert [row.order for row in again] == [row.order for row in attempt.paper.all()]


def test_one_question_is_found_by_its_place(attempt):
    assert question(attempt, 2) == questions(attempt)[1]
    assert question(attempt, 4) is None
    assert question(attempt, 0) is None


def test_a_paper_is_read_by_one_query_whatever_its_length(attempt, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(questions(attempt)) == 3
    with django_assert_num_queries(1):
        question(attempt, 1)


@pytest.mark.protection
def test_an_open_attempt_has_no_results(attempt, lena):
    answer_all(attempt, by=lena, at=NOW)
    with pytest.raises(AttemptNotSubmitted):
        results(attempt)


def test_results_say_which_answers_were_right(attempt, lena, django_assert_num_queries):
    for row in questions(attempt):
        save_response(
            attempt,
            by=lena,
            position=row.position,
            item_digest=row.digest,
            posted=["b" if row.position == 2 else "a"],
            at=NOW,
        )
    graded = submit_attempt(attempt, by=lena, at=NOW)
    with django_assert_num_queries(1):
        found = results(graded)
    assert [row.mark for row in found] == [1, 0, 1]
    assert [row.is_right for row in found] == [True, False, True]
    assert not any(row.is_partly_right or row.is_missed_critical for row in found)


def test_results_tell_partly_right_and_missed_critical_items(lena):
    quiz = Quiz.objects.create(key="two", title="Two")
    partial = make_item("partial", multiple(scoring="partial"))
    fix(quiz, partial, make_item("critical", is_critical=True))
    attempt = start_attempt(freeze_quiz(quiz, at=NOW), by=lena, scope="s", at=NOW)
    answer_all(attempt, by=lena, at=NOW)
    first, second = results(submit_attempt(attempt, by=lena, at=NOW))
    assert (first.mark, first.is_partly_right) == (Fraction(1, 2), True)
    assert (second.is_right, second.is_missed_critical) == (True, False)


def test_a_critical_item_that_was_missed_is_told(lena):
    quiz = Quiz.objects.create(key="one", title="One")
    fix(quiz, make_item("critical", is_critical=True))
    attempt = start_attempt(freeze_quiz(quiz, at=NOW), by=lena, scope="s", at=NOW)
    answer_all(attempt, by=lena, at=NOW, key="b")
    assert results(submit_attempt(attempt, by=lena, at=NOW))[0].is_missed_critical
