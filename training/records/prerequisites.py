"""Which courses are to be completed before another can be started.

What counts is what the release asks that would be started. A course that was completed once, in any
release, is done for this; whoever has started a course goes on with it, whatever it asks later.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.models import Release
from courses.reading import required_by_release
from training.people.models import User
from training.records.models import Enrolment
from training.records.rules import not_yet_completed


class PrerequisitesOpen(Exception):
    """Other courses are to be completed first; `missing` are their keys, in order."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = list(missing)


def completed_courses(person: User) -> set[str]:
    """Return the keys of the courses that a person has completed, in whichever release."""
    completed = Enrolment.objects.completed().filter(person=person)
    return set(completed.values_list("course__key", flat=True))


def missing_before(release: Release, *, person: User) -> list[str]:
    """Return the keys of the courses that a person is to complete before starting a release."""
    required = required_by_release(release.document_id)
    return not_yet_completed(required, completed_courses(person)) if required else []
