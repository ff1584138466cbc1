"""What the quiz pages show: the attempts so far, the paper, and the results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from courses.documents import CourseDocument, LessonStep, QuizStep, Source
from quizzes.models import Attempt
from quizzes.papers import Question, Result, question, questions, results
from quizzes.types.base import Choice
from training.learning.coursework import Coursework
from training.people.models import User
from training.records.access import own_attempts


@dataclass(frozen=True)
class Sitting:
    """A person's attempts at one quiz step of their course."""

    work: Coursework
    step: QuizStep
    attempts: list[Attempt]

    @property
    def open_attempt(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def submitted(self) -> list[Attempt]:
        """Return the attempts that were graded, the newest first."""
        return [attempt for attempt in self.attempts if attempt.submitted_at is not None]

    @property
    def is_passed(self) -> bool:
        return any(attempt.is_passed for attempt in self.submitted)

    @property
    def attempts_left(self) -> int | None:
        """Return how many attempts are left; None without a limit."""
        if self.step.attempts is None:
            return None
        return max(self.step.attempts - len(self.submitted), 0)

    def url(self, name: str, *more: object) -> str:
        """Return the address of a page of this quiz, such as "learning:answers"."""
        return reverse(name, args=[self.work.course_key, self.step.key, *more])


def sitting_of(person: User, work: Coursework, step: QuizStep) -> Sitting:
    """Return a person's own attempts at a quiz step."""
    return Sitting(work, step, list(own_attempts(person, work.enrolment, step.key)))


@dataclass(frozen=True)
class Paper:
    """The paper of an open attempt, and where in it the person is."""

    sitting: Sitting
    attempt: Attempt

    @cached_property
    def questions(self) -> list[Question]:
        return questions(self.attempt)

    @property
    def first_open(self) -> int | None:
        """Return the position of the first question without an answer."""
        return next((row.position for row in self.questions if row.response is None), None)

    @property
    def place_url(self) -> str:
        """Return where the person goes on: the first open question, else the check of answers."""
        if self.first_open is None:
            return self.sitting.url("learning:answers")
        return self.sitting.url("learning:question", self.first_open)

    def only(self, position: int) -> Question | None:
        """Return the question at `position` where no other of the paper is wanted."""
        return question(self.attempt, position)

    def at(self, position: int) -> Question | None:
        return next((row for row in self.questions if row.position == position), None)


@dataclass(frozen=True)
class AnswerRow:
    """A question on the page on which answers are checked before they are sent."""

    position: int
    stem: str
    chosen: list[Choice]
    url: str


def answer_rows(paper: Paper) -> list[AnswerRow]:
    """Return the questions with what was answered, in order."""
    return [
        AnswerRow(
            position=row.position,
            stem=row.item.body.stem,
            chosen=row.item.body.chosen(row.response) if row.response is not None else [],
            url=paper.sitting.url("learning:question", row.position) + "?from=answers",
        )
        for row in paper.questions
    ]


@dataclass(frozen=True)
class ResultRow:
    """A question after it was graded, with what may be shown of it."""

    result: Result
    chosen: list[Choice]
    sources: list[Source]
    lessons: list[LessonStep]


def result_rows(attempt: Attempt, step: QuizStep, document: CourseDocument) -> list[ResultRow]:
    """Return the questions of a graded attempt, each with its sources and its lessons."""
    sources = {source.key: source for source in document.sources}
    return [
        ResultRow(
            result=result,
            chosen=result.question.item.body.chosen(result.question.response or []),
            sources=[
                sources[key]
                for key in step.item_sources.get(result.question.item.key, [])
                if key in sources
            ],
            lessons=document.lessons_covering(result.question.item.topic),
        )
        for result in results(attempt)
    ]


def lessons_to_revisit(rows: list[ResultRow]) -> list[LessonStep]:
    """Return the lessons of what was not right, each once, in the order of the paper."""
    missed = [lesson for row in rows if not row.result.is_right for lesson in row.lessons]
    return list({lesson.key: lesson for lesson in missed}.values())
