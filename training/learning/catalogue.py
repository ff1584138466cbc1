"""The catalogue: every course that is offered, and where one person stands with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.reading import read_release
from training.learning.standing import RequiredCourse, Standing, standing_of
from training.people.models import User


@dataclass(frozen=True)
class Entry:
    """A course as the catalogue shows it; `release` carries its lessons and their minutes."""

    release: Any
    content_note: str
    required: list[RequiredCourse]
    is_completed: bool
    is_started: bool

    @property
    def missing(self) -> list[RequiredCourse]:
        """Return what comes first, for whoever has not started the course yet."""
        if self.is_started:
            return []
        return [each for each in self.required if not each.is_completed]


def entries_for(person: User) -> list[Entry]:
    """Return the catalogue for a person, by title."""
    standing = standing_of(person)
    return [_entry(standing, key, release) for key, release in standing.offered.items()]


def _entry(standing: Standing, key: str, release: Any) -> Entry:
    return Entry(
        release=release,
        content_note=read_release(release).content_note,
        required=standing.required(release),
        is_completed=key in standing.completed,
        is_started=key in standing.started,
    )
