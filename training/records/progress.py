"""Taking a course: starting it, opening and completing lessons, answers to checks, reflections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from courses.documents import Check, LessonStep
from courses.models import Course, Release, ReleaseStep
from quizzes.documents import digest_of, encode
from quizzes.models import ItemVersion
from quizzes.types.base import Response
from training.people.models import User
from training.records.models import CheckAnswer, Enrolment, Reflection, StepProgress
from training.records.prerequisites import PrerequisitesOpen, missing_before
from training.records.rules import StepState

LONGEST_REFLECTION = 5000


class CourseNotOffered(Exception):
    """There is no published release of the course to start."""


class ReflectionTooLong(ValueError):
    """A reflection has more than LONGEST_REFLECTION characters."""


def current_release(course: Course) -> Release:
    """Return the release that a person who starts now gets; raises CourseNotOffered."""
    release = course.releases.published().order_by("-number").first()
    if release is None:
        raise CourseNotOffered(course.key)
    return release


def latest_enrolment(person: User, course_key: str) -> Enrolment | None:
    """Return the person's newest enrolment in a course with its course and release, or None."""
    return (
        Enrolment.objects.filter(person=person, course__key=course_key)
        .select_related("course", "release")
        .order_by("-cycle")
        .first()
    )


def has_started(person: User, course_key: str) -> bool:
    """Say whether the person has started a course, in this cycle or in an earlier one."""
    started = Enrolment.objects.filter(person=person, course__key=course_key, release__isnull=False)
    return started.exists()


def start_course(course: Course, *, by: User, at: datetime) -> Enrolment:
    """Return the person's running enrolment, made and pinned to a release if there is none.

    Safe to press twice, and from two devices: a database constraint allows one open enrolment.
    Someone who completed the course gets their completed enrolment back; nothing is taken again
    unless a new cycle is opened for them. Raises CourseNotOffered, and PrerequisitesOpen while
    another course is to be completed first.
    """
    try:
        with transaction.atomic():
            return _start(course, by=by, at=at)
    except IntegrityError:
        # The other tab was first, or an assignment: what it made is what both wanted.
        with transaction.atomic():
            return _start(course, by=by, at=at)


def _start(course: Course, *, by: User, at: datetime) -> Enrolment:
    enrolment = (
        Enrolment.objects.select_for_update()
        .filter(person=by, course=course, closed_at=None)
        .order_by("-cycle")
        .first()
    )
    if enrolment is not None and enrolment.release_id is not None:
        return enrolment
    if enrolment is None:
        enrolment = Enrolment(person=by, course=course)
    enrolment.release = current_release(course)
    if missing := missing_before(enrolment.release, person=by):
        raise PrerequisitesOpen(missing)
    enrolment.started_at = at
    enrolment.save()
    StepProgress.objects.bulk_create(
        StepProgress(
            enrolment=enrolment,
            step_key=step.key,
            step_digest=step.digest,
            is_required=step.is_required,
        )
        for step in enrolment.release.steps.all()
    )
    return enrolment


def step_states(
    steps: Iterable[tuple[str, str]], progress: Mapping[str, StepProgress]
) -> list[StepState]:
    """Return what the rules look at; `steps` are (key, kind) in the order of the course."""
    return [
        StepState(
            key=key,
            kind=kind,
            is_required=progress[key].is_required,
            is_completed=progress[key].completed_at is not None,
            has_passed_attempt=progress[key].attempt_id is not None,
        )
        for key, kind in steps
        if key in progress
    ]


def states_of(enrolment: Enrolment) -> list[StepState]:
    """Return the state of every step of a started enrolment, read from the database."""
    steps = ReleaseStep.objects.filter(release=enrolment.release_id).values_list("key", "kind")
    return step_states(steps, {row.step_key: row for row in enrolment.progress.all()})


def open_lesson(progress: StepProgress, *, at: datetime) -> None:
    """Remember when a lesson was first opened; it completes nothing."""
    if progress.opened_at is None:
        progress.opened_at = at
        progress.save(update_fields=["opened_at"])


@transaction.atomic
def complete_lesson(enrolment: Enrolment, lesson: LessonStep, *, at: datetime) -> StepProgress:
    """Mark a lesson of the pinned release as complete; pressing twice changes nothing."""
    progress = enrolment.progress.select_for_update().get(step_key=lesson.key)
    if progress.completed_at is None:
        progress.completed_at = at
        progress.opened_at = progress.opened_at or at
        progress.save(update_fields=["completed_at", "opened_at"])
    return progress


@transaction.atomic
def save_check_answer(
    enrolment: Enrolment, lesson: LessonStep, check: Check, *, response: Response, at: datetime
) -> CheckAnswer:
    """Keep a person's answer to a check, in the place of an earlier one. It is never graded."""
    version = ItemVersion.objects.get(digest=digest_of(encode(check.item)))
    answer, _was_made = CheckAnswer.objects.update_or_create(
        enrolment=enrolment,
        step_key=lesson.key,
        block_key=check.key,
        defaults={"item_version": version, "response": response, "answered_at": at},
    )
    _remember_place(enrolment, lesson, check.key)
    return answer


@transaction.atomic
def save_reflection(
    enrolment: Enrolment, lesson: LessonStep, block_key: str, *, text: str, at: datetime
) -> Reflection:
    """Keep what a person wrote, in the place of an earlier text; raises ReflectionTooLong."""
    if len(text) > LONGEST_REFLECTION:
        raise ReflectionTooLong(
            _("Keep it to %(most)s characters; there are %(count)s now.")
            % {"most": LONGEST_REFLECTION, "count": len(text)}
        )
    reflection, _was_made = Reflection.objects.update_or_create(
        enrolment=enrolment,
        step_key=lesson.key,
        block_key=block_key,
        defaults={"text": text, "saved_at": at},
    )
    _remember_place(enrolment, lesson, block_key)
    return reflection


def delete_reflection(enrolment: Enrolment, lesson: LessonStep, block_key: str) -> None:
    """Delete what a person wrote; nothing of it remains."""
    enrolment.reflections.filter(step_key=lesson.key, block_key=block_key).delete()


def _remember_place(enrolment: Enrolment, lesson: LessonStep, block_key: str) -> None:
    enrolment.progress.filter(step_key=lesson.key).update(last_block_key=block_key)
