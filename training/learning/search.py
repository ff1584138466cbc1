"""Looking things up: which passages a person may read answer a question, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from courses.documents import LessonStep
from courses.models import Release
from courses.reading import index_of_release, read_release
from courses.searching import Hit, Passage, Piece, search, snippet, stems_of
from training.learning.coursework import step_url
from training.learning.standing import offered_releases
from training.people.models import User
from training.records.models import Enrolment

MOST_RESULTS = 40


@dataclass(frozen=True)
class Readable:
    """A release that a person may search; `own` is the one of its course that they are on."""

    release: Release
    own: Release | None
    is_offered: bool

    @property
    def course_key(self) -> str:
        return self.release.course.key

    def is_in_own(self, passage: Passage) -> bool:
        """Say whether the release that the person is on has the same passage."""
        return self.own is not None and has_passage(self.own, passage)


@dataclass(frozen=True)
class Result:
    """A passage as the results show it. `lesson` is where it stands, for a term or source None."""

    readable: Readable
    passage: Passage
    lesson: LessonStep | None
    snippet: list[Piece]

    @property
    def url(self) -> str:
        """Return where the passage stands: in the person's own course, or to be looked up."""
        if self.passage.kind == "lesson":
            place = self._lesson_url()
            return f"{place}#{self.passage.key}" if self.passage.key else place
        name = "glossary" if self.passage.kind == "term" else "evidence"
        address = reverse(f"courses:{name}", args=[self.readable.course_key])
        if not self.readable.is_offered:
            address += f"?{urlencode({'release': self.readable.release.number})}"
        return f"{address}#{self.passage.kind}-{self.passage.key}"

    def _lesson_url(self) -> str:
        course = self.readable.course_key
        if self.readable.is_in_own(self.passage):
            return step_url(course, "lesson", self.passage.step)
        return reverse("learning:look-up", args=[course, self.passage.step])


@dataclass(frozen=True)
class Found:
    """What a search gave: the best results, out of how many, and whether they hold every word."""

    results: list[Result]
    count: int
    has_all_words: bool


def readable_by(person: User) -> list[Readable]:
    """Return what a person may search: each course as it is offered now, and as they take it."""
    enrolments = Enrolment.objects.filter(person=person, release__is_redacted=False)
    rows = enrolments.select_related("release__course").order_by("cycle")
    own = {row.course_id: row.release for row in rows}
    offered = list(offered_releases())
    current = {release.pk for release in offered}
    return [
        *(Readable(release, own.get(release.course_id), is_offered=True) for release in offered),
        *(
            Readable(release, release, is_offered=False)
            for release in own.values()
            if release is not None and release.pk not in current
        ),
    ]


def has_passage(release: Release, passage: Passage) -> bool:
    return passage in index_of_release(release.document_id).passages


def find(question: str, readable: Iterable[Readable]) -> Found:
    """Return what answers a question. If nothing holds all of its words, what holds some does."""
    places = {str(each.release.pk): each for each in readable}
    indexes = {place: index_of_release(each.release.document_id) for place, each in places.items()}
    hits = list(_once(search(indexes, question), places))
    most = hits[0].words if hits else 0
    best = [hit for hit in hits if hit.words == most]
    results = [_result(hit, places[hit.place], question) for hit in best[:MOST_RESULTS]]
    return Found(results, len(best), has_all_words=most == len(set(stems_of(question))))


def _once(hits: Iterable[Hit], places: dict[str, Readable]) -> Iterator[Hit]:
    """Leave out what another hit shows as well: shared terms, and what did not change since."""
    offered = {each.release.course_id: each.release for each in places.values() if each.is_offered}
    shown: set[Passage] = set()
    for hit in hits:
        each = places[hit.place]
        current = None if each.is_offered else offered.get(each.release.course_id)
        if current is not None and has_passage(current, hit.passage):
            continue
        if hit.passage.kind != "lesson":
            if hit.passage in shown:
                continue
            shown.add(hit.passage)
        yield hit


def _result(hit: Hit, readable: Readable, question: str) -> Result:
    step = read_release(readable.release).step(hit.passage.step)
    return Result(
        readable=readable,
        passage=hit.passage,
        lesson=step if isinstance(step, LessonStep) else None,
        snippet=snippet(hit.passage.text, question),
    )
