"""Shipped updates and local changes: an edited draft keeps both, as its trainer decides.

`loadcourses` leaves an edited draft alone and keeps the update. A trainer takes or declines each
part of it; that goes into the draft, which is reviewed and published like any change. What was
declined is not asked again before it is shipped otherwise.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.db import transaction

from courses.changes import draft_items
from courses.comparing import CourseChanges, compare
from courses.drafts import read_draft
from courses.exporting import CannotExport, draft_package, release_package
from courses.importing import seen_of
from courses.media import keep_media, stored_path
from courses.merging import Offer, merged, offers, written
from courses.models import Course, ShippedUpdate
from courses.packages import Package, PackageErrors, PackageProblem, read_package
from courses.packages.files import MEDIA
from courses.packages.form import files_of
from courses.publishing import DraftHasChanged
from courses.reading import ReleaseRedacted
from courses.writing import write_draft

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User


class UpdateHasChanged(Exception):
    """Another update took the place of the one that was looked at, or somebody decided."""


class ChoiceMissing(ValueError):
    """Nothing was decided about what was changed here and by the update; `offers` names it."""

    def __init__(self, left: list[Offer]) -> None:
        super().__init__(", ".join(offer.title for offer in left))
        self.offers = left


@dataclass(frozen=True)
class UpdatePreview:
    """What an update asks about a draft. `draft_seen` is to be given to take_update.

    `problems` are in the way of taking all of it, such as a source that another course uses too.
    """

    update: ShippedUpdate
    offers: list[Offer]
    changes: CourseChanges
    problems: list[PackageProblem]
    draft_seen: str


# --- Keeping an update ---------------------------------------------------------------------------


def note_update(course: Course, package: Package, *, at: datetime) -> list[Offer] | None:
    """Keep a package for a course that was edited here; returns what it asks about.

    None when there is nothing to decide: the draft has it already, somebody has decided, or the
    course was made here and only its key is the same. An empty list while the draft has to be
    mended before it can be compared.
    """
    files = files_of(package)
    digests = {name: each.facts.sha256 for name, each in package.media.items()}
    digest = digest_of_files(files | digests)
    newest = course.updates.decided().first()
    if newest is not None and newest.digest == digest:
        forget_waiting(course)
        return None
    with base_of(course) as base:
        if base is None and newest is None:
            return None
        found = _offers(course, base, package)
        is_new = bool(found or (found is None and offers(base, base or package, package)))
    if not is_new:
        forget_waiting(course)
        return None
    media = {
        name: keep_media(each.facts, lambda each=each: each.path.open("rb"), by=None, at=at).sha256  # type: ignore[misc]
        for name, each in package.media.items()
    }
    waiting = course.updates.waiting().first()
    if waiting is None or waiting.digest != digest:
        forget_waiting(course)
        course.updates.create(
            digest=digest, notes=package.course.notes, files=files, media=media, seen_at=at
        )
    return found or []


def is_decided_here(course: Course) -> bool:
    """Say whether people decided about an update since the course was last loaded as a whole.

    What they declined is then not loaded when the draft happens to be as it was shipped before.
    """
    decided, loaded = course.updates.decided(), course.loaded_release
    return (decided.filter(decided_at__gt=loaded.frozen_at) if loaded else decided).exists()


def forget_waiting(course: Course) -> None:
    """Take out an update that waits: there is nothing left in it to decide about."""
    waiting = course.updates.waiting()
    if waiting.exists():
        waiting.delete()


def digest_of_files(files: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _offers(course: Course, base: Package | None, shipped: Package) -> list[Offer] | None:
    """Return what an update asks about; None while the draft cannot be compared."""
    try:
        here = draft_package(course)
    except (ValueError, CannotExport):
        return None
    return offers(base, here, shipped)


@contextmanager
def package_of(update: ShippedUpdate) -> Iterator[Package]:
    """Give the package of an update for as long as it is needed.

    Raises PackageErrors when it is no longer read, such as when a picture of it was lost.
    """
    with TemporaryDirectory(prefix="groundwork-update-") as place:
        folder = Path(place) / update.course.key
        for name, text in update.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="")
        for name, sha256 in update.media.items():
            (folder / MEDIA).mkdir(parents=True, exist_ok=True)
            _copy(stored_path(sha256), folder / MEDIA / name)
        yield read_package(folder)


def _copy(kept: Path, target: Path) -> None:
    try:
        shutil.copyfile(kept, target)
    except OSError as error:
        message = "the file is no longer kept here; run loadcourses again"
        raise PackageErrors([PackageProblem(f"{MEDIA}/{target.name}", None, message)]) from error


@contextmanager
def base_of(course: Course) -> Iterator[Package | None]:
    """Give what was last shipped and loaded or decided about; None when that is not known."""
    newest = course.updates.decided().select_related("course").first()
    loaded = course.loaded_release
    if newest is not None and is_decided_here(course):
        with package_of(newest) as package:
            yield package
        return
    try:
        yield release_package(loaded) if loaded else None
    except (ReleaseRedacted, CannotExport):
        yield None


# --- Deciding about it ---------------------------------------------------------------------------


def preview_update(update: ShippedUpdate, *, at: datetime) -> UpdatePreview:
    """Return what an update would change, were all of it taken; nothing is written.

    Raises CannotFreezeDraft and CannotExport while the draft cannot be compared, and PackageErrors
    when the update can no longer be read.
    """
    course = update.course
    seen = seen_of(course)
    before, _problems = read_draft(course)
    items_before = draft_items(course)
    problems: list[PackageProblem] = []
    with package_of(update) as shipped, base_of(course) as base:
        here = draft_package(course)
        found = offers(base, here, shipped)
        taken = {offer.key for offer in found}
        with transaction.atomic():
            try:
                _write(course, base, here, shipped, taken=taken, at=at)
            except PackageErrors as error:
                problems = error.problems
            after, _problems = read_draft(course)
            changes = compare(before, after, old_items=items_before, new_items=draft_items(course))
            transaction.set_rollback(True)
    return UpdatePreview(update, found, changes, problems, seen)


def _write(
    course: Course,
    base: Package | None,
    here: Package,
    shipped: Package,
    *,
    taken: Collection[str],
    at: datetime,
) -> None:
    """Bring what is taken into a draft; the rows of what is kept are not touched."""
    package = merged(base, here, shipped, taken=taken)
    write_draft(package, course, at=at, only=written(here, package, taken=taken))


@transaction.atomic
def take_update(
    update: ShippedUpdate,
    choices: dict[str, bool],
    *,
    draft_looked_at: str,
    by: User,
    at: datetime,
) -> Collection[str]:
    """Bring the parts of an update that are chosen into the draft; returns their keys.

    `choices` says of each part whether it is taken; one that only the update changed may be left
    out and is taken. From then on the course counts as having been shipped so. Raises
    ChoiceMissing, UpdateHasChanged, DraftHasChanged, what preview_update raises, and PackageErrors
    when what is taken does not go together with what is here; then nothing is written.
    """
    course = Course.objects.select_for_update().get(pk=update.course_id)
    found = course.updates.waiting().select_for_update(of=("self",)).filter(pk=update.pk).first()
    if found is None:
        raise UpdateHasChanged(update.pk)
    if draft_looked_at != seen_of(course):
        raise DraftHasChanged(course)
    with package_of(found) as shipped, base_of(course) as base:
        here = draft_package(course)
        asked = offers(base, here, shipped)
        left = [each for each in asked if each.is_changed_here and each.key not in choices]
        if left:
            raise ChoiceMissing(left)
        taken = {each.key for each in asked if choices.get(each.key, True)}
        if taken:
            _write(course, base, here, shipped, taken=taken, at=at)
    found.decided_at, found.decided_by = at, by
    found.save(update_fields=["decided_at", "decided_by"])
    return taken


__all__ = [
    "ChoiceMissing",
    "PackageErrors",
    "UpdateHasChanged",
    "UpdatePreview",
    "note_update",
    "preview_update",
    "take_update",
]
