"""Where a person stands with all courses: what they may start, and what comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from courses.models import Course, Release, ReleaseStep
from courses.reading import required_by_release
from training.people.models import User
from training.records.models import Enrolment


@dataclass(frozen=True)
class RequiredCourse:
    """A course that another one requires, and how far one person is with it."""

    key: str
    title: str
    is_completed: bool
    is_started: bool
    is_offered: bool

    @property
    def url(self) -> str:
        return reverse("learning:course", args=[self.key])

    @property
    def can_be_opened(self) -> bool:
        return self.is_offered or self.is_started


@dataclass(frozen=True)
class Standing:
    """What is offered, by the key of its course, and which courses a person has done or begun."""

    offered: dict[str, Release]
    completed: frozenset[str]
    started: frozenset[str]

    def required(self, release: Release) -> list[RequiredCourse]:
        """Return the courses that a release requires, completed or not, in its order."""
        return [self._required(key) for key in required_by_release(release.document_id)]

    def missing(self, release: Release) -> list[RequiredCourse]:
        """Return the courses that the person is to complete before starting a release."""
        return [course for course in self.required(release) if not course.is_completed]

    def title_of(self, key: str) -> str:
        """Return the title of a course as it is offered, or else of its draft."""
        release = self.offered.get(key)
        return release.title if release else self._titles.get(key, key)

    def _required(self, key: str) -> RequiredCourse:
        return RequiredCourse(
            key=key,
            title=self.title_of(key),
            is_completed=key in self.completed,
            is_started=key in self.started,
            is_offered=key in self.offered,
        )

    @cached_property
    def _titles(self) -> dict[str, str]:
        """Return the titles of courses that are not offered now; asked for only when needed."""
        return dict(Course.objects.exclude(key__in=self.offered).values_list("key", "title"))


def standing_of(person: User, offered: Iterable[Release] | None = None) -> Standing:
    """Return where a person stands; `offered` may be given by who has read it already."""
    releases = offered_releases() if offered is None else offered
    enrolments = Enrolment.objects.filter(person=person).exclude(release=None)
    rows = list(enrolments.values_list("course__key", "completed_at"))
    return Standing(
        offered={release.course.key: release for release in releases},
        completed=frozenset(key for key, completed_at in rows if completed_at),
        started=frozenset(key for key, _completed_at in rows),
    )


def offered_releases() -> QuerySet[Any]:
    """Return what people can start now, by title, each with its lessons and their minutes."""
    lessons = Q(steps__kind=ReleaseStep.Kind.LESSON)
    return (
        Release.objects.current()
        .select_related("course")
        .annotate(lesson_count=Count("steps", lessons), minutes=Sum("steps__minutes"))
        .order_by("title")
    )
