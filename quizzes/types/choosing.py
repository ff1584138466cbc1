"""What the types with choices share: showing, reading and explaining them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import ClassVar

import msgspec

from quizzes.types.base import ItemBody, Response, ResponseProblem


class Choice(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One possible answer. `feedback` is shown to whoever chose it."""

    key: str
    text: str
    feedback: str
    is_correct: bool = False


class ShownChoice(msgspec.Struct, frozen=True):
    """A choice as a learner sees it: without a word about whether it is right."""

    key: str
    text: str


class ChoosingBody(ItemBody, frozen=True):
    """Base of the types in which a person picks from choices."""

    template: ClassVar[str] = "quizzes/types/choices.html"
    result_template: ClassVar[str] = "quizzes/types/choices_result.html"
    takes_many: ClassVar[bool] = False
    least: ClassVar[int] = 2
    most: ClassVar[int] = 6

    def all_choices(self) -> Sequence[Choice]:
        raise NotImplementedError

    def correct_keys(self) -> frozenset[str]:
        return frozenset(choice.key for choice in self.all_choices() if choice.is_correct)

    def problems(self) -> Iterator[str]:
        choices = self.all_choices()
        keys = [choice.key for choice in choices]
        if not self.least <= len(choices) <= self.most:
            yield f"it has {len(choices)} choices; give {self.least} to {self.most}"
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"the choice key “{key}” stands twice; give each choice its own"
        texts = [choice.text.casefold() for choice in choices]
        if len(set(texts)) < len(texts):
            yield "two choices have the same text"
        for choice in choices:
            if not choice.text.strip():
                yield f"choice “{choice.key}” has no text"
            if not choice.feedback.strip():
                yield f"choice “{choice.key}” has no feedback; say why it is right or not"

    def draw_order(self, random: Random) -> list[str]:
        keys = [choice.key for choice in self.all_choices()]
        random.shuffle(keys)
        return keys

    def written_order(self) -> list[str]:
        """Return the choice keys in the order in which they were written."""
        return [choice.key for choice in self.all_choices()]

    def chosen(self, response: Response) -> list[Choice]:
        """Return the choices that a response names, as written, with their feedback."""
        return [choice for choice in self.all_choices() if choice.key in response]

    def shown(self, order: Sequence[str]) -> list[ShownChoice]:
        """Return the choices in `order`, as a learner sees them before answering."""
        by_key = {choice.key: choice for choice in self.all_choices()}
        return [ShownChoice(key, by_key[key].text) for key in order]

    def read(self, posted: Sequence[str]) -> Response:
        keys = {choice.key for choice in self.all_choices()}
        response = sorted(set(posted))
        if not response:
            raise ResponseProblem("choose-some" if self.takes_many else "choose-one")
        if not keys.issuperset(response) or (len(response) > 1 and not self.takes_many):
            raise ResponseProblem("not-a-choice")
        return response
