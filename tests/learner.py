"""A learner at work: small verbs over the pages, so that tests read as what people do."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from courses.documents import Check, CourseDocument, LessonStep, QuizStep, Reflection
from courses.models import Course
from quizzes.models import Attempt
from quizzes.papers import questions
from training.people.keeping import owner_token
from training.people.models import User
from training.records.models import Enrolment


@dataclass
class Learner:
    """A person with a browser, in one course."""

    person: User
    client: Client
    course: Course
    document: CourseDocument

    @property
    def lessons(self) -> list[LessonStep]:
        return [step for step in self.document.steps if isinstance(step, LessonStep)]

    @property
    def quiz(self) -> QuizStep:
        return next(step for step in self.document.steps if isinstance(step, QuizStep))

    def block(self, kind):
        """Return the first lesson that has a block of `kind`, and that block."""
        return next(
            (lesson, block)
            for lesson in self.lessons
            for block in lesson.blocks
            if isinstance(block, kind)
        )

    @property
    def check(self) -> tuple[LessonStep, Check]:
        return self.block(Check)

    @property
    def reflection(self) -> tuple[LessonStep, Reflection]:
        return self.block(Reflection)

    @property
    def enrolment(self) -> Enrolment:
        return Enrolment.objects.get(person=self.person, course=self.course)

    def url(self, name: str, *args: object) -> str:
        return reverse(f"learning:{name}", args=[self.course.key, *args])

    def post(self, path: str, fields: dict | None = None, **options):
        """Post a form as the page would: with the token that says whose it is."""
        owner = owner_token(person=self.person.pk, path=path)
        return self.client.post(path, {"owner": owner, **(fields or {})}, **options)

    def start(self) -> None:
        assert self.post(self.url("course-start")).status_code == 302

    def do_lessons(self) -> None:
        for lesson in self.lessons:
            assert self.post(self.url("lesson-complete", lesson.key)).status_code == 302

    def start_quiz(self) -> Attempt:
        assert self.post(self.url("quiz-start", self.quiz.key)).status_code == 302
        return self.open_attempt

    @property
    def open_attempt(self) -> Attempt:
        return Attempt.objects.open().get(person=self.person)

    def question_url(self, position: int) -> str:
        return self.url("question", self.quiz.key, position)

    def answer(self, attempt: Attempt, position: int, *, rightly: bool = True, **options):
        asked = next(row for row in questions(attempt) if row.position == position)
        right = sorted(asked.item.body.correct_keys())
        wrong = [key for key in asked.order if key not in right][:1]
        fields = {
            "attempt": attempt.pk,
            "item": asked.digest,
            "choice": right if rightly else wrong,
        }
        return self.post(self.question_url(position), fields, **options)

    def answer_all(self, attempt: Attempt, *, rightly: bool = True) -> None:
        for row in questions(attempt):
            assert self.answer(attempt, row.position, rightly=rightly).status_code == 302

    def submit(self, attempt: Attempt, **options):
        path = self.url("quiz-submit", self.quiz.key)
        return self.post(path, {"attempt": attempt.pk}, **options)

    def take_quiz(self, *, rightly: bool = True) -> Attempt:
        attempt = self.start_quiz()
        self.answer_all(attempt, rightly=rightly)
        assert self.submit(attempt).status_code == 302
        attempt.refresh_from_db()
        return attempt

    def complete(self) -> None:
        """Take the course from start to certificate."""
        self.start()
        self.do_lessons()
        assert self.take_quiz().is_passed
