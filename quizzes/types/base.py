"""What every item type is: a body that can be shown, answered and marked.

A type is one module of this package with a class `Body`. It is found by itself; nothing else needs
to be changed to add one. No Django here: these are rules over plain data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import ClassVar

import msgspec

Response = list[str]
"""What is stored of an answer: for the choice types, the keys that were chosen, in key order."""


class ResponseProblem(ValueError):
    """An answer that cannot be taken; `code` says why, the form says it in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Choice(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True
):
    """One possible answer. `feedback` is shown to whoever chose it."""

    key: str
    text: str
    is_correct: bool = False
    feedback: str


class ShownChoice(msgspec.Struct, frozen=True):
    """A choice as a learner sees it: without a word about whether it is right."""

    key: str
    text: str


class ExplainedChoice(msgspec.Struct, frozen=True):
    """A choice after it was answered. Without the key, at most what was chosen has feedback."""

    key: str
    text: str
    is_chosen: bool
    is_right: bool | None
    feedback: str


class ItemBody(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all bodies. A subclass has a `tag` with `tag_field="type"`, and two templates.

    `template` is given `form` (quizzes.forms.AnswerForm); `result_template` is given `body`,
    `order`, `response` and `show_key`.
    """

    template: ClassVar[str]
    result_template: ClassVar[str]
    takes_many: ClassVar[bool] = False

    stem: str

    def problems(self) -> Iterator[str]:
        """Yield, in plain English, what is wrong with the body as written."""
        raise NotImplementedError

    def written_order(self) -> list[str]:
        """Return the keys of what is shown, in the order in which they were written."""
        raise NotImplementedError

    def draw_order(self, random: Random) -> list[str]:
        """Return the keys of what is shown, in the order of one paper."""
        raise NotImplementedError

    def shown(self, order: Sequence[str]) -> list[ShownChoice]:
        """Return what a learner sees before answering, in `order`; nothing of the key."""
        raise NotImplementedError

    def read(self, posted: Sequence[str]) -> Response:
        """Return the response in posted form values; raises ResponseProblem."""
        raise NotImplementedError

    def chosen(self, response: Response) -> list[Choice]:
        """Return what a response names, as written, with its feedback."""
        raise NotImplementedError

    def explained(
        self, order: Sequence[str], response: Response | None, *, show_key: bool
    ) -> list[ExplainedChoice]:
        """Return what a learner sees after answering; what is right only with `show_key`.

        Without the key, feedback says nothing about single choices out of several.
        """
        raise NotImplementedError

    def grade(self, response: Response | None) -> Fraction:
        """Return the mark for a response, from 0 to 1; no response is 0."""
        raise NotImplementedError
