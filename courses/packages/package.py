"""A course package as plain data: the shape of its files, and what they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from courses.checks import CheckName, Finding
from courses.documents import (
    BEFORE_COUNT,
    About,
    Alternative,
    AnyBlock,
    Block,
    CitedText,
    Drawing,
    Key,
    Line,
    RichText,
    Some,
    Source,
    SourceKey,
    Term,
    Title,
    figure_problems,
)
from courses.markers import Mention
from courses.media.reading import MediaFacts
from courses.packages.problems import PackageProblem, Place
from quizzes.types.base import ItemBody

Minutes = Annotated[int, Meta(extra={"from": 1, "to": 600})]
Percent = Annotated[int, Meta(extra={"from": 1, "to": 100})]
Count = Annotated[int, Meta(extra={"from": 1, "to": 500})]
Hours = Annotated[Decimal, Meta(extra={"from": Decimal("0.05"), "to": 500})]
Language = Annotated[str, Meta(extra={"form": "language"})]


LessonKey = Annotated[str, Meta(extra={"form": "key", "names": "lesson"})]
QuizKey = Annotated[str, Meta(extra={"form": "key", "names": "quiz"})]
TopicKey = Annotated[str, Meta(extra={"form": "key", "names": "topic"})]
CheckKey = Annotated[str, Meta(extra={"form": "key", "names": "check"})]
BeforeKey = Annotated[str, Meta(extra={"form": "key", "names": "before"})]
CourseKey = Annotated[str, Meta(extra={"form": "key", "names": "course"})]
PictureName = Annotated[str, Meta(extra={"form": "picture", "names": "picture"})]
VideoName = Annotated[str, Meta(extra={"form": "video", "names": "video"})]
CaptionsName = Annotated[str, Meta(extra={"form": "captions", "names": "captions"})]
ItemKey = Annotated[str, Meta(extra={"form": "key", "names": "item"})]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what stands in a file; fields are declared in the order in which they are written."""


class StepEntry(Entry, frozen=True):
    """A step: exactly one of the two."""

    lesson: LessonKey | None = None
    quiz: QuizKey | None = None
    is_required: bool = True

    @property
    def key(self) -> str:
        return self.lesson or self.quiz or ""

    def problems(self) -> Iterator[str]:
        if (self.lesson is None) == (self.quiz is None):
            yield "a step is either “lesson: key” or “quiz: key”"


class CourseEntry(Entry, frozen=True, kw_only=True):
    """course.yaml"""

    title: Title
    language: Language
    summary: Line
    description: RichText
    hours: Hours
    content_note: Line = ""
    objectives: Annotated[list[str], Some]
    steps: Annotated[list[StepEntry], Some]
    requires: list[CourseKey] = []
    before: list[BeforeKey] = []
    about: About | None = None
    notes: str = ""
    published_without_review: str = ""

    def problems(self) -> Iterator[str]:
        if self.before and len(self.before) != BEFORE_COUNT:
            count = len(self.before)
            yield f"“before” names {BEFORE_COUNT} items or is left out; it names {count}"


class LessonHead(Entry, frozen=True, kw_only=True):
    """What stands between the `---` lines of a lesson."""

    title: Title
    minutes: Minutes
    covers: list[TopicKey] = []
    objectives: Annotated[list[str], Some]
    content_note: Line = ""


class ItemHead(Entry, frozen=True, kw_only=True):
    """What every item has beside the body of its type."""

    key: Key
    use: Literal["quiz", "check", "before"]
    is_critical: bool = False
    sources: Annotated[list[SourceKey], Some]


class TopicEntry(Entry, frozen=True):
    """items/<topic>.yaml, apart from the items."""

    title: Title


class PartEntry(Entry, frozen=True):
    topic: TopicKey
    count: Count

    @property
    def key(self) -> str:
        return self.topic


class QuizEntry(Entry, frozen=True, kw_only=True):
    """quizzes/<quiz>.yaml"""

    title: Title
    pass_percent: Percent
    attempts: Count | None = None
    parts: list[PartEntry] = []
    fixed: list[ItemKey] = []

    def problems(self) -> Iterator[str]:
        if not self.parts and not self.fixed:
            yield "this quiz asks nothing; add “parts”"


class WaiverEntry(Entry, frozen=True, kw_only=True):
    """An entry of waivers.yaml: a finding of the checks that may stay, and why.

    `block` is a block of the lesson or an item of the quiz; without `step` it is about the course.
    """

    check: CheckName
    step: Key = ""
    block: Key = ""
    text: str = ""
    reason: str

    @property
    def place(self) -> tuple[str, ...]:
        return (self.step, self.block, self.check, self.text)


class CheckReference(Block, frozen=True):
    """A check as a package has it: which item it shows."""

    item: CheckKey


class FigureReference(Block, frozen=True, tag="figure"):
    """A figure as a package has it: the name of its picture, if it shows one."""

    media: PictureName = ""
    drawing: Drawing = ""
    alt: Alternative = ""
    is_decorative: bool = False
    caption: CitedText = ""
    credit: Line = ""

    def problems(self) -> Iterator[str]:
        return figure_problems(self)


class VideoReference(Block, frozen=True, tag="video"):
    """A video as a package has it, with the names of its files."""

    title: Title
    media: VideoName
    captions: CaptionsName
    transcript: RichText


LessonBlock = AnyBlock | CheckReference | FigureReference | VideoReference


@dataclass(frozen=True)
class PackageLesson:
    key: str
    head: LessonHead
    blocks: list[LessonBlock]


@dataclass(frozen=True)
class PackageItem:
    head: ItemHead
    body: ItemBody

    @property
    def key(self) -> str:
        return self.head.key


@dataclass(frozen=True)
class PackageTopic:
    key: str
    title: str
    items: list[PackageItem]


@dataclass(frozen=True)
class PackageQuiz:
    key: str
    entry: QuizEntry


@dataclass(frozen=True)
class PackageMedia:
    """A picture, a video or captions in a package."""

    name: str
    path: Path
    facts: MediaFacts


@dataclass(frozen=True)
class Package:
    """A package without a mistake. `places` says where each source, term, item and so on stands."""

    folder: Path
    course: CourseEntry
    sources: list[Source]
    terms: list[Term]
    lessons: dict[str, PackageLesson]
    topics: dict[str, PackageTopic]
    quizzes: dict[str, PackageQuiz]
    waivers: list[WaiverEntry]
    media: dict[str, PackageMedia]
    places: Mapping[Mention, Place]

    @property
    def key(self) -> str:
        return self.folder.name

    def problem(self, kind: str, key: str, message: str) -> PackageProblem:
        """Return a problem at the place of, say, the "source" with this key."""
        place = self.places.get(Mention(kind, key), Place("course.yaml", None))
        return PackageProblem(place.file, place.line, message)

    def has_place(self, step: str, block: str) -> bool:
        """Say whether there is a step, and in it a block or item; no step: the course itself."""
        items = {item.key for topic in self.topics.values() for item in topic.items}
        if step in self.lessons:
            return not block or block in {each.key for each in self.lessons[step].blocks}
        if step and step not in {entry.key for entry in self.course.steps}:
            return False
        return not block or block in items or block in {term.key for term in self.terms}

    def place_of(self, finding: Finding) -> Place:
        """Return where what a check found is to be mended."""
        step, block = finding.step, finding.block
        kinds = [("item", block), ("lesson", step), ("quiz", step), ("term", "" if step else block)]
        places = (self.places.get(Mention(kind, key)) for kind, key in kinds if key)
        return next((place for place in places if place), Place("course.yaml", None))

    def problem_at(self, finding: Finding) -> PackageProblem:
        """Return what a check found as a problem of the package."""
        place = self.place_of(finding)
        return PackageProblem(place.file, place.line, f"[{finding.block}] {finding.message}")
