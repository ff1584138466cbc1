"""A package that somebody brings in: what it would change here, and changing it.

An import ends in a draft. Nobody learns from it until a person publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from courses.documents import CourseDocument
from courses.drafts import CannotFreezeDraft, draft_digest, draft_document
from courses.models import Course
from courses.packages import Package
from courses.publishing import DraftHasChanged
from courses.writing import write_draft
from quizzes.models import Item

NEW = "new"
UNFINISHED = "unfinished"


@dataclass(frozen=True)
class ItemChange:
    """A question that an import would bring, change or retire."""

    change: Literal["new", "changed", "retired"]
    key: str
    stem: str
    topic: str


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do. `course` is None when it would make a new one.

    `before` is None when there is no draft yet that could be frozen, `after` when the package makes
    none; `problems` then says what is in the way of publishing it. `draft_seen` is to be given to
    import_package.
    """

    title: str
    key: str
    course: Course | None
    before: CourseDocument | None
    after: CourseDocument | None
    items: list[ItemChange]
    problems: list[str]
    draft_seen: str

    @property
    def changes_nothing(self) -> bool:
        return self.course is not None and self.before == self.after and not self.items


@transaction.atomic
def import_package(package: Package, *, at: datetime, draft_seen: str | None = None) -> Course:
    """Bring the draft of a course to a package, edited or not, and publish nothing.

    `draft_seen` is what its preview said of the draft, if a person decided by one. Raises
    PackageErrors when the package and what other courses use do not go together, DraftHasChanged;
    then nothing is written.
    """
    course = Course.objects.select_for_update().filter(key=package.key).first()
    if draft_seen is not None and draft_seen != _seen(course):
        raise DraftHasChanged(package.key)
    return write_draft(package, course, at=at)


def preview_import(package: Package, *, at: datetime) -> ImportPreview:
    """Return what importing a package would change; nothing is. Raises PackageErrors."""
    course = Course.objects.filter(key=package.key).first()
    before, _problems = _frozen(course) if course else (None, [])
    items_before = _items()
    with transaction.atomic():
        after, problems = _frozen(import_package(package, at=at))
        items = _item_changes(items_before, _items())
        transaction.set_rollback(True)
    return ImportPreview(
        title=package.course.title,
        key=package.key,
        course=Course.objects.filter(key=package.key).first(),
        before=before,
        after=after,
        items=items,
        problems=problems,
        draft_seen=_seen(course),
    )


def _seen(course: Course | None) -> str:
    return NEW if course is None else draft_digest(course) or UNFINISHED


def _frozen(course: Course) -> tuple[CourseDocument | None, list[str]]:
    try:
        return draft_document(course), []
    except CannotFreezeDraft as error:
        return None, error.problems


def _items() -> dict[str, dict[str, Any]]:
    """Return what an import can change of each item that is asked, by its key."""
    rows = Item.objects.filter(retired_at=None).prefetch_related("item_sources__source")
    return {
        row.key: {
            "body": row.body,
            "use": row.use,
            "is_critical": row.is_critical,
            "topic": row.topic.title,
            "sources": [each.source.key for each in row.item_sources.all()],
        }
        for row in rows.select_related("topic")
    }


def _item_changes(
    before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> list[ItemChange]:
    changes = [
        ItemChange("changed" if key in before else "new", key, _stem(item), item["topic"])
        for key, item in after.items()
        if before.get(key) != item
    ]
    retired = [
        ItemChange("retired", key, _stem(item), item["topic"])
        for key, item in before.items()
        if key not in after
    ]
    return sorted(changes + retired, key=lambda change: (change.topic, change.key))


def _stem(item: Mapping[str, Any]) -> str:
    return str(item["body"].get("stem", ""))
