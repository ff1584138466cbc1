"""A package that somebody brings in: what it would change here, and changing it.

An import ends in a draft. Nobody learns from it until a person publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.changes import draft_items
from courses.comparing import CourseChanges, compare
from courses.drafts import draft_digest, read_draft
from courses.models import Course
from courses.packages import Package
from courses.publishing import DraftHasChanged
from courses.writing import write_draft

NEW = "new"
UNFINISHED = "unfinished"


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do. `is_new`: it would make a course.

    `problems` are in the way of publishing what it makes. `draft_seen` is to be given to
    import_package.
    """

    key: str
    title: str
    is_new: bool
    changes: CourseChanges
    problems: list[str]
    draft_seen: str


@transaction.atomic
def import_package(package: Package, *, at: datetime, draft_seen: str | None = None) -> Course:
    """Bring the draft of a course to a package, edited or not, and publish nothing.

    `draft_seen` is what the preview said of the draft, if a person decided by one. Raises
    PackageErrors when the package and what other courses use do not go together, DraftHasChanged;
    then nothing is written.
    """
    course = Course.objects.select_for_update().filter(key=package.key).first()
    if draft_seen is not None and draft_seen != seen_of(course):
        raise DraftHasChanged(package.key)
    return write_draft(package, course, at=at)


def preview_import(package: Package, *, at: datetime) -> ImportPreview:
    """Return what importing a package would change; nothing is. Raises PackageErrors."""
    course = Course.objects.filter(key=package.key).first()
    seen = seen_of(course)
    before = read_draft(course)[0] if course else None
    items_before = draft_items(course) if course else {}
    with transaction.atomic():
        imported = import_package(package, at=at)
        after, problems = read_draft(imported)
        changes = compare(before, after, old_items=items_before, new_items=draft_items(imported))
        transaction.set_rollback(True)
    return ImportPreview(
        key=package.key,
        title=package.course.title,
        is_new=course is None,
        changes=changes,
        problems=problems,
        draft_seen=seen,
    )


def seen_of(course: Course | None) -> str:
    """Return what a person saw who looked at a draft now, such as its digest."""
    return NEW if course is None else draft_digest(course) or UNFINISHED
