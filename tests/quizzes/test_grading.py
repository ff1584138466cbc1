"""Grading: exact, rounded down for show, and strict about critical items."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.grading import Answered, grade_paper
from tests.quizzes.bank import multiple, single


def paper(right: int, wrong: int, *, critical_wrong: bool = False) -> list[Answered]:
    return [Answered(single(), ["a"])] * right + [
        Answered(single(), ["b"], is_critical=critical_wrong)
    ] * wrong


def test_eight_of_ten_pass_at_80():
    grade = grade_paper(paper(8, 2), pass_percent=80)
    assert (grade.percent, grade.is_passed) == (Decimal("80.00"), True)


def test_seven_of_ten_do_not_pass_at_80():
    assert not grade_paper(paper(7, 3), pass_percent=80).is_passed


def test_two_of_three_are_shown_rounded_down():
    grade = grade_paper(paper(2, 1), pass_percent=67)
    assert str(grade.percent) == "66.66"
    assert not grade.is_passed


def test_no_answer_counts_as_wrong():
    assert grade_paper([Answered(single(), None)], pass_percent=1).percent == 0


def test_a_missed_critical_item_fails_the_paper_whatever_the_percentage():
    grade = grade_paper(paper(19, 1, critical_wrong=True), pass_percent=80)
    assert (grade.percent, grade.is_passed) == (Decimal("95.00"), False)


def test_a_critical_item_that_is_only_partly_right_fails_the_paper():
    partly = Answered(multiple(scoring="partial"), ["a"], is_critical=True)
    assert not grade_paper([*paper(19, 0), partly], pass_percent=80).is_passed


def test_a_right_critical_item_does_no_harm():
    right = Answered(single(), ["a"], is_critical=True)
    assert grade_paper([right], pass_percent=100).is_passed


def test_partial_marks_are_added_exactly():
    thirds = Answered(multiple(right="abc", keys="abcde", scoring="partial"), ["a"])
    grade = grade_paper([thirds] * 3, pass_percent=34)
    assert grade.marks == [Fraction(1, 3)] * 3
    assert str(grade.percent) == "33.33"


def test_three_thirds_make_a_whole():
    """In floating point, three times two thirds and one half are not always what they are."""
    body = multiple(right="abc", keys="abcde", scoring="partial")
    rows = [Answered(body, ["a"]), Answered(body, ["a", "b"]), *paper(3, 0)]
    assert grade_paper(rows, pass_percent=80).is_passed


def test_a_paper_without_items_cannot_be_graded():
    with pytest.raises(ValueError, match="without items"):
        grade_paper([], pass_percent=80)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 100))
def test_passing_agrees_with_counting(right, wrong, pass_percent):
    if right + wrong == 0:
        return
    grade = grade_paper(paper(right, wrong), pass_percent=pass_percent)
    assert grade.is_passed == (right * 100 >= pass_percent * (right + wrong))
    exact = Fraction(right * 100, right + wrong)
    assert 0 <= exact - Fraction(grade.percent) < Fraction(1, 100)
    assert 0 <= grade.percent <= 100


@given(st.integers(0, 30), st.integers(1, 30), st.integers(1, 100))
def test_one_more_right_answer_never_lowers_the_grade(right, wrong, pass_percent):
    before = grade_paper(paper(right, wrong), pass_percent=pass_percent)
    after = grade_paper(paper(right + 1, wrong - 1), pass_percent=pass_percent)
    assert after.percent > before.percent
    assert after.is_passed >= before.is_passed
