"""What the types with choices share: showing, reading and explaining them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import ClassVar

from quizzes.types.base import (
    Choice,
    ExplainedChoice,
    ItemBody,
    Response,
    ResponseProblem,
    ShownChoice,
)

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ChoosingBody(ItemBody, frozen=True):
    """Base of the types in which a person picks from choices."""

    template: ClassVar[str] = "quizzes/types/choices.html"
    result_template: ClassVar[str] = "quizzes/types/choices_result.html"
    least: ClassVar[int] = 2
    most: ClassVar[int] = 6

    def all_choices(self) -> Sequence[Choice]:
        """Return every choice, as written."""
        raise NotImplementedError

    def correct_keys(self) -> frozenset[str]:
        """Return the keys of the right choices."""
        return frozenset(choice.key for choice in self.all_choices() if choice.is_correct)

    def problems(self) -> Iterator[str]:
        if not self.stem.strip():
            yield "it has no stem; write the question"
        choices = self.all_choices()
        if not self.least <= len(choices) <= self.most:
            yield f"it has {len(choices)} choices; give {self.least} to {self.most}"
        keys = self.written_order()
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"the choice key “{key}” stands twice; give each choice its own"
        texts = [choice.text.strip().casefold() for choice in choices]
        if len(set(texts)) < len(texts):
            yield "two choices have the same text"
        for choice in choices:
            yield from _choice_problems(choice)

    def written_order(self) -> list[str]:
        return [choice.key for choice in self.all_choices()]

    def draw_order(self, random: Random) -> list[str]:
        keys = self.written_order()
        random.shuffle(keys)
        return keys

    def shown(self, order: Sequence[str]) -> list[ShownChoice]:
        return [ShownChoice(choice.key, choice.text) for choice in self._ordered(order)]

    def read(self, posted: Sequence[str]) -> Response:
        response = sorted(set(posted))
        if not response:
            raise ResponseProblem("choose-some" if self.takes_many else "choose-one")
        if not set(self.written_order()).issuperset(response):
            raise ResponseProblem("not-a-choice")
        if len(response) > 1 and not self.takes_many:
            raise ResponseProblem("choose-one")
        return response

    def chosen(self, response: Response) -> list[Choice]:
        return [choice for choice in self.all_choices() if choice.key in response]

    def explained(
        self, order: Sequence[str], response: Response | None, *, show_key: bool
    ) -> list[ExplainedChoice]:
        chosen = frozenset(response or ())
        # Feedback at some of several chosen ones would tell which of them are right.
        is_told = not self.takes_many or chosen == self.correct_keys()
        return [
            ExplainedChoice(
                key=choice.key,
                text=choice.text,
                is_chosen=choice.key in chosen,
                is_right=choice.is_correct if show_key else None,
                feedback=choice.feedback if show_key or (is_told and choice.key in chosen) else "",
            )
            for choice in self._ordered(order)
        ]

    def _ordered(self, order: Sequence[str]) -> list[Choice]:
        by_key = {choice.key: choice for choice in self.all_choices()}
        return [by_key[key] for key in order]


def _choice_problems(choice: Choice) -> Iterator[str]:
    if not KEY.fullmatch(choice.key):
        yield f"the choice key “{choice.key}” is not made of small letters, digits and hyphens"
    if not choice.text.strip():
        yield f"choice “{choice.key}” has no text"
    if not choice.feedback.strip():
        yield f"choice “{choice.key}” has no feedback; say why it is right or not"
