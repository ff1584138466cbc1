"""A course as the checks look at it: its document, and what the document leaves out. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from courses.documents import LessonStep, Source, Term
from quizzes.documents import ItemDocument

Use = Literal["quiz", "check", "before"]


@dataclass(frozen=True)
class Question:
    """An item with what stands beside it in the bank."""

    item: ItemDocument
    sources: Sequence[str]

    @property
    def key(self) -> str:
        return self.item.key


@dataclass(frozen=True)
class QuizMaterial:
    """A quiz step: every item that a paper may hold."""

    key: str
    title: str
    questions: Sequence[Question]


StepMaterial = LessonStep | QuizMaterial


def nothing_known(_address: str) -> bool:
    """Say of every address of the site that it leads somewhere."""
    return True


@dataclass(frozen=True)
class Material:
    """Everything of a course that somebody reads.

    `leads_somewhere` says whether an address below the site's root, such as "/support/", does.
    """

    key: str
    title: str
    summary: str
    description: str
    objectives: Sequence[str]
    content_note: str
    steps: Sequence[StepMaterial]
    sources: Sequence[Source]
    terms: Sequence[Term]
    before: Sequence[Question] = ()
    leads_somewhere: Callable[[str], bool] = field(default=nothing_known, compare=False)

    def lessons(self) -> list[LessonStep]:
        return [step for step in self.steps if isinstance(step, LessonStep)]

    def quizzes(self) -> list[QuizMaterial]:
        return [step for step in self.steps if isinstance(step, QuizMaterial)]

    def definitions(self) -> Mapping[str, str]:
        """Return the definition of each term by its key."""
        return {term.key: term.definition for term in self.terms}

    def graded(self) -> Iterator[tuple[str, Question]]:
        """Yield each graded question with the key of its quiz step."""
        for quiz in self.quizzes():
            for question in quiz.questions:
                yield quiz.key, question
