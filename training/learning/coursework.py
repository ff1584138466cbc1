"""A person's work in one course: the release they are on and how far they are with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.http import Http404
from django.urls import reverse

from courses.documents import AnyStep, CourseDocument, LessonStep, QuizStep
from courses.models import Course, Release
from courses.reading import read_release
from training.people.models import User
from training.records.access import own_enrolment_or_404
from training.records.models import Enrolment, StepProgress
from training.records.progress import latest_enrolment, step_states
from training.records.rules import (
    StepState,
    counts_as_complete,
    is_quiz_open,
    next_step,
    steps_to_do,
)


@dataclass(frozen=True)
class RailStep:
    """A step as the list beside a lesson and the course page show it."""

    key: str
    title: str
    minutes: int | None
    url: str
    is_quiz: bool
    is_done: bool
    is_open: bool


def step_beside(rail: list[RailStep], key: str, by: int) -> RailStep | None:
    """Return the step that stands `by` places after `key`, or None."""
    keys = [step.key for step in rail]
    place = keys.index(key) + by if key in keys else -1
    return rail[place] if 0 <= place < len(rail) else None


@dataclass(frozen=True)
class Coursework:
    """An enrolment with the release it is pinned to and the progress of its steps."""

    enrolment: Enrolment
    release: Release
    document: CourseDocument
    progress: dict[str, StepProgress]

    @property
    def course_key(self) -> str:
        return self.enrolment.course.key

    @cached_property
    def states(self) -> list[StepState]:
        return step_states(
            ((step.key, kind_of(step)) for step in self.document.steps), self.progress
        )

    @cached_property
    def rail(self) -> list[RailStep]:
        """Return the steps in order, with what may be opened."""
        states = {state.key: state for state in self.states}
        return [
            rail_step(self.course_key, step, self.states, states[step.key])
            for step in self.document.steps
            if step.key in states
        ]

    @property
    def open_again(self) -> list[RailStep]:
        """Return what is still to do of what a material release opened again."""
        if not self.enrolment.is_opened_again:
            return []
        open_keys = steps_to_do(self.states)
        return [step for step in self.rail if step.key in open_keys]

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.rail)

    @property
    def continue_url(self) -> str:
        """Return where this person goes on: the first step to do, at the block last seen."""
        key = next_step(self.states)
        step = next((step for step in self.document.steps if step.key == key), None)
        if step is None:
            return reverse("learning:course", args=[self.course_key])
        return place_url(self.course_key, kind_of(step), self.progress[step.key])

    def after(self, key: str) -> RailStep | None:
        """Return the step that follows `key`, or None at the end."""
        keys = [step.key for step in self.rail]
        position = keys.index(key) + 1
        return self.rail[position] if position < len(keys) else None

    def before(self, key: str) -> RailStep | None:
        """Return the step before `key`, or None at the start."""
        position = [step.key for step in self.rail].index(key)
        return self.rail[position - 1] if position else None

    def lesson_or_404(self, key: str) -> LessonStep:
        step = self.document.step(key)
        if not isinstance(step, LessonStep) or key not in self.progress:
            raise Http404(f"no lesson {key}")
        return step

    def quiz_or_404(self, key: str) -> QuizStep:
        step = self.document.step(key)
        if not isinstance(step, QuizStep) or key not in self.progress:
            raise Http404(f"no quiz {key}")
        return step

    def is_open(self, key: str) -> bool:
        """Say whether the quiz `key` may be taken now."""
        return is_quiz_open(self.states, key)


def kind_of(step: AnyStep) -> str:
    return "quiz" if isinstance(step, QuizStep) else "lesson"


def rail_step(
    course_key: str, step: AnyStep, states: list[StepState], state: StepState
) -> RailStep:
    is_quiz = isinstance(step, QuizStep)
    return RailStep(
        key=step.key,
        title=step.title,
        minutes=None if isinstance(step, QuizStep) else step.minutes,
        url=step_url(course_key, kind_of(step), step.key),
        is_quiz=is_quiz,
        is_done=counts_as_complete(state),
        is_open=not is_quiz or is_quiz_open(states, step.key),
    )


@lru_cache(maxsize=1024)
def step_url(course_key: str, kind: str, step_key: str) -> str:
    """Return the address of a step; `kind` is that of its release's row."""
    name = "learning:quiz" if kind == "quiz" else "learning:lesson"
    return reverse(name, args=[course_key, step_key])


def place_url(course_key: str, kind: str, progress: StepProgress) -> str:
    """Return the address of a step at the block that the person saw last."""
    url = step_url(course_key, kind, progress.step_key)
    return f"{url}#{progress.last_block_key}" if progress.last_block_key else url


def own_coursework_or_404(person: User, course_key: str) -> Coursework:
    """Return the person's own work in a course they have started; 404 when they have not."""
    enrolment = own_enrolment_or_404(person, course_key)
    return coursework_of(enrolment)


def coursework_of(enrolment: Enrolment) -> Coursework:
    """Return the work of a started enrolment."""
    if enrolment.release is None:
        raise Http404("not started")
    return Coursework(
        enrolment=enrolment,
        release=enrolment.release,
        document=read_release(enrolment.release),
        progress={row.step_key: row for row in enrolment.progress.all()},
    )


def started_coursework(person: User, course_key: str) -> Coursework | None:
    """Return the person's work in a course, or None when they have not started it."""
    enrolment = latest_enrolment(person, course_key)
    return coursework_of(enrolment) if enrolment and enrolment.release_id else None


def offered_release_or_404(course_key: str) -> Release:
    """Return the release that a person who starts now would get; 404 when none is offered."""
    release = Release.objects.current().filter(course__key=course_key).first()
    if release is None:
        raise Http404(f"no release of {course_key}")
    return release


def course_or_404(course_key: str) -> Course:
    course = Course.objects.filter(key=course_key).first()
    if course is None:
        raise Http404(f"no course {course_key}")
    return course
