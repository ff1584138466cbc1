"""A course package becomes the draft of its course and, when something changed, a release."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from courses.documents import local_notes, shipped_digest
from courses.drafts import CannotFreezeDraft, draft_document
from courses.merging import Offer
from courses.models import Course, Release
from courses.packages import Package, PackageErrors, PackageProblem
from courses.publishing import ChecksFailed, Decision, publish_draft
from courses.reading import read_release
from courses.updating import forget_waiting, is_decided_here, note_update
from courses.writing import write_draft

Outcome = Literal["published", "unchanged", "edited-here", "update-available"]


@dataclass(frozen=True)
class Loaded:
    """What loading a package came to. `release` is the one that the package last made.

    `offers` are what the package asks about where the draft was edited here.
    """

    course_key: str
    outcome: Outcome
    release: Release | None
    offers: tuple[Offer, ...] = ()


@transaction.atomic
def load_package(
    package: Package,
    *,
    at: datetime,
    is_own: bool | None = None,
    going_along: Collection[str] = (),
) -> Loaded:
    """Bring the draft of a course to its package, and publish a release if that changed it.

    A package that changed nothing writes nothing. A draft that somebody edited is left alone, and
    the package is kept as an update of it.
    Raises PackageErrors, and then nothing is written, when the package and what other courses use
    do not go together. `is_own` says whether the draft is to be left alone, if that was asked
    before; for `going_along` see write_draft.
    """
    _check_what_is_said(package)
    course = Course.objects.select_for_update().filter(key=package.key).first()
    if course is not None and (is_left_alone(course) if is_own is None else is_own):
        found = note_update(course, package, at=at)
        outcome: Outcome = "edited-here" if found is None else "update-available"
        return Loaded(package.key, outcome, course.loaded_release, tuple(found or ()))
    course = write_draft(package, course, at=at, going_along=going_along)
    forget_waiting(course)
    loaded = course.loaded_release
    try:
        draft = draft_document(course)
        if loaded and shipped_digest(read_release(loaded)) == shipped_digest(draft):
            return Loaded(package.key, "unchanged", loaded)
        release = publish_draft(
            course,
            by=None,
            at=at,
            decision=Decision(
                notes=package.course.notes,
                published_without_review_reason=package.course.published_without_review,
            ),
        )
    except CannotFreezeDraft as error:
        problems = [PackageProblem("course.yaml", None, each) for each in error.problems]
        raise PackageErrors(problems) from error
    except ChecksFailed as error:
        raise PackageErrors(package.problem_at(finding) for finding in error.findings) from error
    course.loaded_release = release
    course.save(update_fields=["loaded_release"])
    return Loaded(package.key, "published", release)


def load_packages(
    packages: Sequence[Package], *, at: datetime
) -> Iterator[tuple[Package, Loaded | PackageErrors]]:
    """Load packages in their order; yields what each came to. One with problems stops no other.

    What several of them share changes with all of them, if they have it alike and none of their
    drafts was edited here. Which were is asked first: a shared row that changes is no edit.
    """
    rows = Course.objects.in_bulk([each.key for each in packages], field_name="key")
    own = {key for key, course in rows.items() if is_left_alone(course)}
    for package in packages:
        along = [
            other.key
            for other in packages
            if other.key not in own | {package.key} and share_alike(package, other)
        ]
        try:
            is_own = package.key in own
            yield package, load_package(package, at=at, is_own=is_own, going_along=along)
        except PackageErrors as errors:
            yield package, errors


def share_alike(one: Package, other: Package) -> bool:
    """Say whether two packages have alike whatever both have of what courses share."""
    pairs = (
        ({row.key: row for row in one.sources}, {row.key: row for row in other.sources}),
        ({row.key: row for row in one.terms}, {row.key: row for row in other.terms}),
        (one.topics, other.topics),
        (one.quizzes, other.quizzes),
    )
    return all(mine[key] == theirs[key] for mine, theirs in pairs for key in mine.keys() & theirs)


def is_left_alone(course: Course) -> bool:
    """Say whether people here decide about updates of a course: they edited it, or have decided."""
    return is_edited(course) or is_decided_here(course)


def _check_what_is_said(package: Package) -> None:
    """Raise PackageErrors when a package lacks what is said of the release that it makes."""
    entry = package.course
    said = {"notes": entry.notes, "published_without_review": entry.published_without_review}
    missing = [name for name, text in said.items() if not text]
    if missing:
        message = "“{}” is missing; add it, it is said of the release that loading publishes"
        raise PackageErrors(
            PackageProblem("course.yaml", None, message.format(name)) for name in missing
        )


def is_edited(course: Course) -> bool:
    """Say whether a draft is other than the package that was last loaded into it.

    Local notes are no part of a package, so published ones do not count; one that was edited since
    the newest release does, lest loading publishes it.
    """
    try:
        draft = draft_document(course)
    except CannotFreezeDraft:
        return True
    loaded = course.loaded_release
    if loaded is None or loaded.is_redacted:
        return True
    if shipped_digest(read_release(loaded)) != shipped_digest(draft):
        return True
    newest = Release.objects.current().filter(course=course).first() or loaded
    return local_notes(draft) != local_notes(read_release(newest))
