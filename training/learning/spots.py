"""What a reader can say something about: a block of a lesson, or a question whose result they saw.

Whoever reads a course without an account reads its current release; a person reads those that they
have taken, and the current one where they only look things up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from courses.comparing import beginning_of
from courses.documents import CourseDocument, LessonStep, QuizStep
from courses.models import Release
from courses.reading import read_release
from courses.reporting import Spot
from quizzes.models import PaperItem
from training.learning.coursework import Coursework, offered_release_or_404, started_coursework
from training.learning.quiz_page import sitting_of
from training.people.models import User
from training.records.models import Enrolment


@dataclass(frozen=True)
class ShownSpot:
    """A spot as its page shows it: how it begins, and the way back to it."""

    spot: Spot
    document: CourseDocument
    step_title: str
    words: str
    back_url: str


def own_spot_or_404(person: User, course: str, step: str, key: str) -> ShownSpot:
    """Return a block, or an item in the person's own results; 404 for what they have not seen."""
    work = started_coursework(person, course)
    found = _item_in_results(person, work, step, key) if work else None
    address = reverse("learning:lesson" if work else "learning:look-up", args=[course, step])
    for release in _releases(person, course) if found is None else ():
        found = block_in(release, step, key, address=address)
        if found is not None:
            break
    if found is None:
        raise Http404(f"nothing at {course}/{step}/{key}")
    return found


def block_in(release: Release, step: str, key: str, *, address: str) -> ShownSpot | None:
    """Return a block of a lesson of a release; `address` is the page on which it is read."""
    document = read_release(release)
    lesson = document.step(step)
    block = lesson.block(key) if isinstance(lesson, LessonStep) else None
    if lesson is None or block is None:
        return None
    spot = Spot(release, step, block_key=key)
    return ShownSpot(spot, document, lesson.title, beginning_of(block), f"{address}#{key}")


def _releases(person: User, course: str) -> Iterator[Release]:
    """Yield the releases that the person has taken, the newest first, and the current one."""
    taken = Enrolment.objects.filter(
        person=person, course__key=course, release__is_redacted=False
    ).select_related("release__course")
    yield from (row.release for row in taken.order_by("-cycle") if row.release)
    yield offered_release_or_404(course)


def _item_in_results(person: User, work: Coursework, step: str, key: str) -> ShownSpot | None:
    """Return an item that the person was asked in an attempt that is graded."""
    quiz = work.document.step(step)
    if not isinstance(quiz, QuizStep):
        return None
    rows = PaperItem.objects.filter(
        attempt__in=sitting_of(person, work, quiz).submitted, item_version__item__key=key
    )
    asked = rows.select_related("item_version").order_by("-attempt").first()
    if asked is None:
        return None
    return ShownSpot(
        spot=Spot(work.release, step, item_version=asked.item_version),
        document=work.document,
        step_title=quiz.title,
        words=beginning_of(asked.item_version.read()),
        back_url=reverse("learning:result", args=[work.course_key, step, asked.attempt_id]),
    )
