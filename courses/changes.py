"""What changed in a course: between a draft and its release, or between two releases."""

from __future__ import annotations

from courses.comparing import CourseChanges, compare
from courses.drafts import items_asked, read_draft
from courses.models import Course, Release
from courses.reading import read_release
from quizzes.documents import ItemDocument
from quizzes.freezing import CannotFreeze, item_document
from quizzes.models import Quiz


def changes_since(course: Course, release: Release | None) -> CourseChanges:
    """Return what the draft changes of a release; everything is new without one.

    Raises ReleaseRedacted.
    """
    draft, _problems = read_draft(course)
    old = read_release(release) if release else None
    old_items = _released_items(release) if release else {}
    return compare(old, draft, old_items=old_items, new_items=draft_items(course))


def changes_between(older: Release, newer: Release) -> CourseChanges:
    """Return what changed from one release to another; raises ReleaseRedacted."""
    return compare(
        read_release(older),
        read_release(newer),
        old_items=_released_items(older),
        new_items=_released_items(newer),
    )


def _released_items(release: Release) -> dict[str, list[ItemDocument]]:
    steps = release.steps.exclude(quiz_version=None).select_related("quiz_version")
    return {
        step.key: [item.read() for item in step.quiz_version.items.order_by("item__key")]
        for step in steps
        if step.quiz_version
    }


def draft_items(course: Course) -> dict[str, list[ItemDocument]]:
    """Return the items of each quiz step of a draft, those that are written to their end."""
    steps = course.steps.exclude(quiz=None).select_related("quiz")
    return {step.key: _readable_items(step.quiz) for step in steps if step.quiz}


def _readable_items(quiz: Quiz) -> list[ItemDocument]:
    """Return the items of a quiz that are written to their end."""
    found = []
    for item in items_asked(quiz):
        try:
            found.append(item_document(item))
        except CannotFreeze:
            continue
    return found
