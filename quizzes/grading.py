"""Grading a paper: exact, and with nothing but the paper itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from quizzes.types.base import ItemBody, Response

FULL_MARK = Fraction(1)


@dataclass(frozen=True)
class Answered:
    """An item of a paper with what was answered; no response counts as wrong."""

    body: ItemBody
    response: Response | None
    is_critical: bool = False


@dataclass(frozen=True)
class Grade:
    """The result of a paper: percent to two places, rounded down, and each item's mark (0 to 1)."""

    percent: Decimal
    is_passed: bool
    marks: list[Fraction]


def grade_paper(answered: Sequence[Answered], *, pass_percent: int) -> Grade:
    """Return the grade of a paper with at least one item.

    The exact share of the marks is compared with the pass mark, so 2 of 3 is below 66.67 %. A
    critical item that is not fully right fails the paper, whatever the percentage.
    """
    if not answered:
        raise ValueError("A paper without items cannot be graded.")
    marks = [row.body.grade(row.response) for row in answered]
    share = sum(marks, Fraction(0)) * 100 / len(marks)
    has_missed_critical = any(
        row.is_critical and mark < FULL_MARK for row, mark in zip(answered, marks, strict=True)
    )
    return Grade(
        percent=Decimal(floor(share * 100)).scaleb(-2),
        is_passed=share >= pass_percent and not has_missed_critical,
        marks=marks,
    )
