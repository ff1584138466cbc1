"""An update that was shipped for a course edited here: kept, compared, and taken part by part.

Taking one writes the draft only. Nobody learns from it before it is published like any change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.db import transaction

from courses.drafts import CannotFreezeDraft, draft_digest
from courses.exporting import CannotExport, draft_package, release_package
from courses.models import Course, LocalNote, Update
from courses.packages import Package, PackageErrors
from courses.packages.parts import Sides, combined, is_asked, parts_of, sides_of, written_parts
from courses.publishing import ReleaseRedacted
from courses.shipping import keep_files, package_of, shipped_files
from courses.threeway import Difference, Part
from courses.writing import write_draft
from quizzes.documents import digest_of
from quizzes.versioned import count_version

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

Choice = Literal["take", "keep"]


class NoUpdate(Exception):
    """Nothing waits to be decided about the course."""


class UpdateHasChanged(Exception):
    """The draft was edited, or a newer update came, after somebody looked at the page."""


class ChoiceMissing(ValueError):
    """Something is not decided yet; `parts` says what."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        super().__init__(", ".join(f"{part.kind} {part.key}" for part in parts))


@dataclass(frozen=True)
class Comparison:
    """What was shipped before (if that is known), what is here, and what is shipped now.

    `asked` are the differences that somebody decides about. `seen` is to be given to take_update.
    """

    base: Package | None
    ours: Package
    theirs: Package
    sides: Sides
    asked: list[Difference]
    seen: str

    @property
    def conflicts(self) -> list[Difference]:
        return [each for each in self.asked if each.state == "conflict"]


@dataclass(frozen=True)
class UpdateCount:
    """How many steps an update changes, how many other things, and how many of all here too."""

    steps: int
    others: int
    conflicts: int


@dataclass(frozen=True)
class Taken:
    """How many parts were taken from an update, and how many were kept as they are here."""

    taken_count: int
    kept_count: int


@transaction.atomic
def keep_update(course: Course, package: Package, *, at: datetime) -> Update | None:
    """Keep a shipped package so that it can be decided about; return it if there is a need to.

    A newer one replaces one that waits. None: it is what was decided about before, or what the
    course was loaded from, or the draft says the same, or the course was made here.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    if course.loaded_release is None:
        return None
    shipped = shipped_files(package)
    waiting = course.updates.waiting().first()
    if waiting and waiting.digest == shipped.digest:
        return waiting
    if waiting:
        waiting.delete()
    decided = _base_update(course)
    if decided and decided.digest == shipped.digest:
        return None
    if not _says_anything_new(course, package):
        return None
    asks = _asks(course, package)
    keep_files(package, at=at)
    update = Update.objects.create(
        course=course,
        digest=shipped.digest,
        texts=shipped.texts,
        media=shipped.media,
        notes=package.course.notes,
        seen_at=at,
        decided_at=None if asks else at,
    )
    return update if asks else None


def drop_updates(course: Course) -> None:
    """Forget an update that waits: the course was brought to the shipped package as a whole."""
    waiting = course.updates.waiting()
    if waiting.exists():
        waiting.delete()


def _says_anything_new(course: Course, package: Package) -> bool:
    """Say whether a package is other than what ours comes from, or may be."""
    with ExitStack() as stack:
        base = _base(course, stack)
        return base is None or parts_of(base) != parts_of(package)


def _asks(course: Course, package: Package) -> bool:
    """Say whether there is anything to decide; so it is while the draft cannot be compared."""
    try:
        with _compared(course, package) as comparison:
            return bool(comparison.asked)
    except (CannotFreezeDraft, CannotExport):
        return True


def count_update(course: Course) -> UpdateCount | None:
    """Count what the waiting update asks; None while it cannot be compared. Raises NoUpdate."""
    try:
        with compared(course) as comparison:
            kinds = [each.part.kind for each in comparison.asked]
            steps = sum(kind in {"lesson", "quiz"} for kind in kinds)
            return UpdateCount(steps, len(kinds) - steps, len(comparison.conflicts))
    except (CannotFreezeDraft, CannotExport, PackageErrors):
        return None


def has_decided(course: Course) -> bool:
    """Say whether people here decide about updates: they have since it was last loaded as a whole.

    What they declined is then not loaded when the draft happens to be as it was shipped before.
    """
    update = _base_update(course)
    return update is not None and update.decided_by_id is not None


def _base_update(course: Course) -> Update | None:
    """Return the update that was decided about since the course was last loaded as a whole."""
    decided = course.updates.decided()
    loaded = course.loaded_release
    if loaded is not None:
        decided = decided.filter(decided_at__gte=loaded.frozen_at)
    return decided.first()


@contextmanager
def compared(course: Course) -> Iterator[Comparison]:
    """Give the draft beside the update that waits, for as long as its files are needed.

    Raises NoUpdate, CannotFreezeDraft and CannotExport when the draft cannot be compared yet, and
    PackageErrors when the update can no longer be read.
    """
    update = course.updates.waiting().first()
    if update is None:
        raise NoUpdate(course)
    with package_of(update) as theirs, _compared(course, theirs, update) as comparison:
        yield comparison


@contextmanager
def _compared(
    course: Course, theirs: Package, update: Update | None = None
) -> Iterator[Comparison]:
    ours = draft_package(course)
    with ExitStack() as stack:
        base = _base(course, stack)
        sides = sides_of(base, ours, theirs, noted=_noted(course))
        asked = [each for each in sides.differences() if is_asked(each, sides)]
        yield Comparison(base, ours, theirs, sides, asked, _seen(course, update))


def _base(course: Course, stack: ExitStack) -> Package | None:
    """Return what ours and the update both come from, as far as it is known."""
    try:
        if decided := _base_update(course):
            return stack.enter_context(package_of(decided))
        if course.loaded_release is not None:
            return release_package(course.loaded_release)
    except (PackageErrors, ReleaseRedacted, CannotExport):
        pass
    return None


def _noted(course: Course) -> set[str]:
    """Return the keys of the lessons in which a local note stands."""
    notes = LocalNote.objects.filter(parent__course=course)
    return set(notes.values_list("parent__key", flat=True))


def _seen(course: Course, update: Update | None) -> str:
    offered = update.digest if update else ""
    return digest_of(f"{offered} {draft_digest(course)}".encode())


@transaction.atomic
def take_update(
    course: Course, choices: Mapping[Part, Choice], *, seen: str, by: User, at: datetime
) -> Taken:
    """Bring what is taken of the waiting update into the draft; the rest stays as it is here.

    Everything that was asked has to be decided; what was shipped now is then what the next update
    is compared with, so nothing is asked twice. Raises NoUpdate, UpdateHasChanged, ChoiceMissing,
    what `compared` raises, and PackageErrors when what is taken does not go together with other
    courses. Then nothing is written.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    list(course.lessons.select_for_update().order_by("pk"))
    with compared(course) as comparison:
        if comparison.seen != seen:
            raise UpdateHasChanged(course)
        asked = [each.part for each in comparison.asked]
        if missing := [part for part in asked if part not in choices]:
            raise ChoiceMissing(missing)
        taken = {part for part in asked if choices[part] == "take"}
        _write(course, comparison, taken, at=at)
    _decide(course, by=by, at=at)
    return Taken(len(taken), len(asked) - len(taken))


def _write(course: Course, comparison: Comparison, taken: set[Part], *, at: datetime) -> None:
    if not taken:
        return
    sides = comparison.sides
    package = combined(comparison.ours, comparison.theirs, sides, taken=taken)
    write_draft(package, course, at=at, only=written_parts(sides, package))
    course.notes = comparison.theirs.course.notes
    course.save(update_fields=["notes"])
    count_version(course)


def _decide(course: Course, *, by: User, at: datetime) -> None:
    course.updates.waiting().update(decided_at=at, decided_by=by)
