"""Multiple choice: all that are right, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from quizzes.types.base import Choice, Response
from quizzes.types.choosing import ChoosingBody


class Body(ChoosingBody, frozen=True, tag="multiple", tag_field="type"):
    takes_many: ClassVar[bool] = True
    least: ClassVar[int] = 3
    most: ClassVar[int] = 8

    choices: list[Choice]
    scoring: Literal["all-or-nothing", "partial"] = "all-or-nothing"

    def all_choices(self) -> Sequence[Choice]:
        return self.choices

    def problems(self) -> Iterator[str]:
        yield from super().problems()
        if not self.correct_keys():
            yield "no choice is marked is_correct; mark at least one"
        elif len(self.correct_keys()) == len(self.choices):
            yield "every choice is marked is_correct; at least one has to be wrong"

    def grade(self, response: Response | None) -> Fraction:
        """Return 1 for exactly the right choices.

        Otherwise 0, or with partial credit (right chosen - wrong chosen) / right, never below 0:
        the "correct minus incorrect" rule, under which ticking everything earns nothing extra.
        """
        chosen, correct = frozenset(response or ()), self.correct_keys()
        if self.scoring == "all-or-nothing":
            return Fraction(chosen == correct)
        earned = len(chosen & correct) - len(chosen - correct)
        return max(Fraction(earned, len(correct)), Fraction(0))
