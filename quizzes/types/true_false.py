"""True or false: the choices are always the same, in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import ClassVar

from quizzes.types.base import Choice, Response
from quizzes.types.choosing import ChoosingBody


class Body(ChoosingBody, frozen=True, tag="true-false", tag_field="type"):
    template: ClassVar[str] = "quizzes/types/true_false.html"
    result_template: ClassVar[str] = "quizzes/types/true_false_result.html"

    answer: bool
    feedback_true: str
    feedback_false: str

    def all_choices(self) -> Sequence[Choice]:
        return (
            Choice(key="true", text="True", is_correct=self.answer, feedback=self.feedback_true),
            Choice(
                key="false", text="False", is_correct=not self.answer, feedback=self.feedback_false
            ),
        )

    def draw_order(self, random: Random) -> list[str]:
        return self.written_order()

    def grade(self, response: Response | None) -> Fraction:
        return Fraction(frozenset(response or ()) == self.correct_keys())
