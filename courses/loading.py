"""A course package becomes the draft of its course and, when something changed, a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from courses.drafts import CannotFreezeDraft, draft_digest
from courses.models import Course, Release
from courses.packages import Package, PackageErrors, PackageProblem
from courses.publishing import publish_draft
from courses.writing import write_draft

Outcome = Literal["published", "unchanged", "edited-here"]


@dataclass(frozen=True)
class Loaded:
    """What loading a package came to. `release` is the one that the package last made."""

    course_key: str
    outcome: Outcome
    release: Release | None


@transaction.atomic
def load_package(package: Package, *, at: datetime) -> Loaded:
    """Bring the draft of a course to its package, and publish a release if that changed it.

    A package that changed nothing writes nothing; a draft that somebody edited is left alone.
    Raises PackageErrors, and then nothing is written, when the package and what other courses use
    do not go together.
    """
    course = Course.objects.select_for_update().filter(key=package.key).first()
    if course is not None and is_edited(course):
        return Loaded(package.key, "edited-here", course.loaded_release)
    course = write_draft(package, course, at=at)
    if course.loaded_release and course.loaded_release.document_id == draft_digest(course):
        return Loaded(package.key, "unchanged", course.loaded_release)
    try:
        release = publish_draft(
            course,
            by=None,
            at=at,
            notes=package.course.notes,
            published_without_review_reason=package.course.published_without_review,
        )
    except CannotFreezeDraft as error:
        problems = [PackageProblem("course.yaml", None, each) for each in error.problems]
        raise PackageErrors(problems) from error
    course.loaded_release = release
    course.save(update_fields=["loaded_release"])
    return Loaded(package.key, "published", release)


def is_edited(course: Course) -> bool:
    """Say whether a draft is other than the package that was last loaded into it."""
    loaded = course.loaded_release
    return loaded is None or loaded.document_id != draft_digest(course)
