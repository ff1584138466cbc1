"""Single choice: one of several is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from quizzes.types.base import Choice, Response
from quizzes.types.choosing import ChoosingBody


class Body(ChoosingBody, frozen=True, tag="single", tag_field="type"):
    choices: list[Choice]

    def all_choices(self) -> Sequence[Choice]:
        return self.choices

    def problems(self) -> Iterator[str]:
        yield from super().problems()
        if len(self.correct_keys()) != 1:
            yield (
                f"{len(self.correct_keys())} choices are marked is_correct; "
                "a single choice has exactly one"
            )

    def grade(self, response: Response | None) -> Fraction:
        return Fraction(frozenset(response or ()) == self.correct_keys())
