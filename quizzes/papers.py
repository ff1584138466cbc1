"""Reading a paper: its questions before it is submitted, its results afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from quizzes.documents import ItemDocument
from quizzes.grading import FULL_MARK
from quizzes.models import Attempt, PaperItem
from quizzes.types.base import Response


class AttemptNotSubmitted(Exception):
    """Results were asked for while the attempt can still be answered."""


@dataclass(frozen=True)
class Question:
    """An item on a paper, with what was answered so far.

    `item` holds the key: show a learner only quizzes.forms.AnswerForm, or `item.body.shown(order)`.
    """

    position: int
    digest: str
    item: ItemDocument
    order: list[str]
    response: Response | None


@dataclass(frozen=True)
class Result:
    """A question after it was graded; `mark` is from 0 to 1."""

    question: Question
    mark: Fraction

    @property
    def is_right(self) -> bool:
        return self.mark == FULL_MARK

    @property
    def is_partly_right(self) -> bool:
        return 0 < self.mark < FULL_MARK

    @property
    def is_missed_critical(self) -> bool:
        """Say whether this item alone fails the paper."""
        return self.question.item.is_critical and not self.is_right


def questions(attempt: Attempt) -> list[Question]:
    """Return the questions of an attempt in the order of its paper, by one query."""
    return [_question(row) for row in attempt.paper.select_related("item_version")]


def question(attempt: Attempt, position: int) -> Question | None:
    """Return the question at `position` (from 1), or None; one query."""
    row = attempt.paper.select_related("item_version").filter(position=position).first()
    return _question(row) if row is not None else None


def results(attempt: Attempt) -> list[Result]:
    """Return the questions of a submitted attempt, graded; raises AttemptNotSubmitted."""
    if attempt.submitted_at is None:
        raise AttemptNotSubmitted(attempt.pk)
    return [Result(row, row.item.body.grade(row.response)) for row in questions(attempt)]


def _question(row: PaperItem) -> Question:
    return Question(
        position=row.position,
        digest=row.item_version.digest,
        item=row.item_version.read(),
        order=row.order,
        response=row.response,
    )
