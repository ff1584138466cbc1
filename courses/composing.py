"""Building a course step by step: add, move, duplicate and remove its lessons and quizzes.

Keys are made here and never used again: what people did goes by them.
"""

from __future__ import annotations

from typing import Any, Literal

from django.db import models as db
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.editing import new_key
from courses.models import BLOCK_MODELS, Block, Course, Lesson, ReleaseStep, Step
from quizzes.models import Quiz, QuizPart
from quizzes.versioned import count_version, lock_draft

Direction = Literal["up", "down"]
PASS_PERCENT = 80
ITEMS_A_TOPIC = 2
_MINUTES = 10
_LONGEST_SLUG = 60


class StepNotMoved(ValueError):
    """The step is the first already, or the last."""


@transaction.atomic
def add_lesson(course: Course, *, title: str) -> Step:
    """Add an empty lesson at the end of a course and return its step."""
    lock_draft(course)
    key = step_key(course, title)
    lesson = Lesson.objects.create(course=course, key=key, title=title, minutes=_MINUTES)
    return _appended(course, key, lesson=lesson)


@transaction.atomic
def add_quiz(course: Course, *, title: str) -> Step:
    """Add a quiz at the end that asks two items of each topic its lessons cover."""
    lock_draft(course)
    key = quiz_key(step_key(course, title))
    quiz = Quiz.objects.create(key=key, title=title, pass_percent=PASS_PERCENT)
    topics = {topic.pk for lesson in course.lessons.all() for topic in lesson.covers.all()}
    for position, topic in enumerate(sorted(topics)):
        QuizPart.objects.create(quiz=quiz, topic_id=topic, count=ITEMS_A_TOPIC, position=position)
    return _appended(course, key, quiz=quiz)


@transaction.atomic
def move_step(course: Course, key: str, *, direction: Direction) -> int:
    """Move a step one place and return its new place, from 1.

    Raises Step.DoesNotExist, StepNotMoved.
    """
    lock_draft(course)
    steps = list(course.steps.all())
    step = course.steps.get(key=key)
    place = steps.index(step)
    target = place + (1 if direction == "down" else -1)
    if not 0 <= target < len(steps):
        raise StepNotMoved(key)
    steps.insert(target, steps.pop(place))
    _number(steps)
    count_version(course)
    return target + 1


@transaction.atomic
def duplicate_step(course: Course, key: str) -> Step:
    """Add a copy of a lesson or quiz after it and return the copy; raises Step.DoesNotExist."""
    lock_draft(course)
    step = course.steps.select_related("lesson", "quiz").get(key=key)
    title = _("Copy of %(title)s") % {"title": step}
    key = step_key(course, title)
    if step.lesson is not None:
        copied = _appended(course, key, lesson=_copied_lesson(step.lesson, key, title))
    else:
        key = quiz_key(key)
        copied = _appended(course, key, quiz=step.quiz and _copied_quiz(step.quiz, key, title))
    steps = [each for each in course.steps.all() if each != copied]
    steps.insert(steps.index(step) + 1, copied)
    _number(steps)
    return copied


@transaction.atomic
def remove_step(course: Course, key: str) -> None:
    """Take a step out of a draft, its lesson with it; a quiz stays in the bank.

    Releases keep what they had. Raises Step.DoesNotExist.
    """
    lock_draft(course)
    step = course.steps.select_related("lesson").get(key=key)
    if step.lesson is not None:
        step.lesson.delete()
    else:
        step.delete()
    _number(list(course.steps.all()))
    count_version(course)


def step_key(course: Course, title: str) -> str:
    """Return a key for a step, after its title, that the course never had before."""
    wanted = slugify(title)[:_LONGEST_SLUG].strip("-") or "step"
    used = {
        *course.steps.values_list("key", flat=True),
        *course.lessons.values_list("key", flat=True),
        *ReleaseStep.objects.filter(release__course=course).values_list("key", flat=True),
    }
    return wanted if wanted not in used else new_key(wanted)


def quiz_key(wanted: str) -> str:
    """Return a key for a quiz that none has; quizzes are found by their keys on the whole site."""
    return new_key(wanted) if Quiz.objects.filter(key=wanted).exists() else wanted


def _appended(course: Course, key: str, **what: Any) -> Step:
    last = course.steps.aggregate(last=db.Max("position"))["last"] or 0
    step = Step.objects.create(course=course, key=key, position=last + 1, **what)
    count_version(course)
    return step


def _number(steps: list[Step]) -> None:
    for position, step in enumerate(steps, 1):
        if step.position != position:
            Step.objects.filter(pk=step.pk).update(position=position)


def _copied_lesson(lesson: Lesson, key: str, title: str) -> Lesson:
    made = Lesson.objects.create(
        course=lesson.course,
        key=key,
        title=title,
        minutes=lesson.minutes,
        objectives=lesson.objectives,
        content_note=lesson.content_note,
    )
    made.covers.set(lesson.covers.all())
    for model in BLOCK_MODELS:
        for block in model.objects.filter(parent=lesson):
            _copy_block(block, made)
    return made


def _copy_block(block: Block, lesson: Lesson) -> None:
    """Copy a block with the rows below it into a lesson, under a new key."""
    below = [relation for relation in block._meta.related_objects if relation.one_to_many]
    entries = {
        relation.field.name: list(getattr(block, str(relation.get_accessor_name())).all())
        for relation in below
    }
    _insert_anew(block, parent=lesson, key=new_key(str(block._meta.model_name)))
    for name, rows in entries.items():
        for row in rows:
            _insert_anew(row, **{name: block})


def _insert_anew(row: db.Model, **values: Any) -> None:
    row.pk = None
    row._state.adding = True
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _copied_quiz(quiz: Quiz, key: str, title: str) -> Quiz:
    made = Quiz.objects.create(
        key=key,
        title=title,
        pass_percent=quiz.pass_percent,
        attempts=quiz.attempts,
    )
    for part in quiz.parts.all():
        _insert_anew(part, quiz=made)
    for fixed in quiz.fixed.all():
        _insert_anew(fixed, quiz=made)
    return made
