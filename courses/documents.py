"""A release as a document: typed, immutable, no Django.

Rich text is HTML in normal form (courses.richtext) in which `[@source-key]` cites a source and
`[[term-key]]` marks a term; cited text is plain and may do both. They are resolved on display. A
`str` without more is plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from courses.markers import Mention, mentions_in
from quizzes.documents import ItemDocument, digest_of, encode

SCHEMA_VERSION = 1
BEFORE_COUNT = 5
"""How many questions the quiz before a course asks."""

SourceKind = Literal[
    "peer-reviewed",
    "law",
    "government",
    "international",
    "community",
    "indigenous",
    "inquiry",
    "professional",
    "journalism",
]
CalloutKind = Literal["key-idea", "in-practice", "take-care", "evidence"]

Key = Annotated[str, Meta(extra={"form": "key"})]
SourceKey = Annotated[str, Meta(extra={"form": "key", "names": "source"})]
TermKey = Annotated[str, Meta(extra={"form": "key", "names": "term"})]
Drawing = Annotated[str, Meta(extra={"form": "key", "names": "drawing"})]
RichText = Annotated[str, Meta(extra={"form": "rich"})]
CitedText = Annotated[str, Meta(extra={"form": "cited"})]
Title = Annotated[str, Meta(extra={"at_most": 200})]
Some = Meta(extra={"at_least": 1})
Line = Annotated[str, Meta(extra={"at_most": 500})]
Alternative = Annotated[str, Meta(extra={"at_most": 1000})]
Passage = Annotated[str, Meta(extra={"at_most": 2000})]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of everything inside a release."""

    def problems(self) -> Iterator[str]:
        """Yield, in plain English, what is wrong with the part as written."""
        yield from ()


class Source(Part, frozen=True, kw_only=True):
    """A citable work. `seen` says how it was verified."""

    key: Key
    kind: SourceKind
    authors: Line = ""
    title: Line
    publisher: Annotated[str, Meta(extra={"at_most": 300})] = ""
    year: Annotated[int, Meta(extra={"from": 1000, "to": 2200})] | None = None
    url: Annotated[str, Meta(extra={"form": "url", "at_most": 500})] = ""
    doi: Annotated[str, Meta(extra={"form": "doi", "at_most": 200})] = ""
    seen: str
    seen_on: Annotated[str, Meta(extra={"form": "date"})] = ""

    @property
    def link(self) -> str:
        """Return where the work can be read, or nothing."""
        if self.url.startswith(("https://", "http://")):
            return self.url
        return f"https://doi.org/{self.doi}" if self.doi else ""


class Term(Part, frozen=True):
    """A glossary entry."""

    key: Key
    name: Title
    definition: RichText


class Block(Part, frozen=True):
    """A piece of a lesson; its key never changes within the lesson."""

    key: Key


class Prose(Block, frozen=True, tag="prose", tag_field="type"):
    text: RichText


class Callout(Block, frozen=True, tag="callout", tag_field="type"):
    kind: CalloutKind
    text: RichText


class TermCards(Block, frozen=True, tag="terms", tag_field="type"):
    terms: Annotated[list[TermKey], Some]

    def problems(self) -> Iterator[str]:
        if not self.terms:
            yield "it shows no terms"


class Column(Part, frozen=True, forbid_unknown_fields=True):
    heading: str
    points: Annotated[list[CitedText], Some]


class Comparison(Block, frozen=True, tag="comparison", tag_field="type"):
    title: str
    columns: list[Column]

    def problems(self) -> Iterator[str]:
        if len(self.columns) < 2:
            yield "a comparison needs two columns or more"


class ScenarioChoice(Part, frozen=True, forbid_unknown_fields=True):
    key: Key
    label: str
    outcome: RichText
    is_better: bool = False


class Scenario(Block, frozen=True, kw_only=True, tag="scenario", tag_field="type"):
    """`follows` is the key of an earlier scenario of the lesson; this one carries its story on."""

    title: str
    follows: Key = ""
    situation: RichText
    question: str
    choices: list[ScenarioChoice]
    why: RichText

    def problems(self) -> Iterator[str]:
        better = sum(choice.is_better for choice in self.choices)
        if len(self.choices) < 2:
            yield "a scenario needs two choices or more"
        if better != 1:
            yield f"{better} choices have is_better: true; give it to exactly one"


class Check(Block, frozen=True, tag="check", tag_field="type"):
    """A single item inside the lesson, never graded; `sources` are those of the item."""

    item: ItemDocument
    sources: list[SourceKey]


class Reflection(Block, frozen=True, tag="reflection", tag_field="type"):
    prompt: RichText


class Reading(Part, frozen=True, forbid_unknown_fields=True):
    source: SourceKey
    note: Line = ""


class Further(Block, frozen=True, tag="further", tag_field="type"):
    readings: Annotated[list[Reading], Some]

    def problems(self) -> Iterator[str]:
        if not self.readings:
            yield "it names no sources"


class MediaFile(Part, frozen=True):
    """A file of a release: `name` is its name in a package, `size` is in bytes."""

    name: str
    sha256: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None


class Figure(Block, frozen=True, tag="figure", tag_field="type"):
    """A picture (`media`), or one of the project's own drawings by its name."""

    media: MediaFile | None = None
    drawing: Drawing = ""
    alt: Alternative = ""
    is_decorative: bool = False
    caption: CitedText = ""
    credit: Line = ""

    def problems(self) -> Iterator[str]:
        return figure_problems(self)


def figure_problems(figure: Any) -> Iterator[str]:
    """Yield what is wrong with a figure, in a package or in a release."""
    if bool(figure.media) == bool(figure.drawing):
        yield "a figure has either “media” or “drawing”"
    elif figure.is_decorative and (figure.drawing or figure.alt):
        yield "a figure that is decorative is “media” and has no “alt”"
    elif not figure.is_decorative and not figure.alt:
        yield "say in “alt” what the figure teaches, for those who do not see it"


class Video(Block, frozen=True, tag="video", tag_field="type"):
    title: Title
    media: MediaFile
    captions: MediaFile
    transcript: RichText


class Quotation(Block, frozen=True, tag="quotation", tag_field="type"):
    """Exact words that were verified; `attribution` names the person as they wish to be named."""

    text: Passage
    attribution: Title
    source: SourceKey


class Bin(Part, frozen=True, forbid_unknown_fields=True):
    key: Key
    label: Title


class Card(Part, frozen=True, forbid_unknown_fields=True):
    """A card to be sorted: `bin` is the key of where it belongs, `feedback` says why."""

    key: Key
    text: Line
    bin: Key
    feedback: CitedText


class Sorting(Block, frozen=True, tag="sorting", tag_field="type"):
    title: Title
    instruction: Line
    bins: list[Bin]
    cards: list[Card]

    def problems(self) -> Iterator[str]:
        keys = [bin_.key for bin_ in self.bins]
        if not 2 <= len(self.bins) <= 4:
            yield "a sorting exercise has two to four bins"
        if not 3 <= len(self.cards) <= 10:
            yield "a sorting exercise has three to ten cards"
        for card in self.cards:
            if card.bin not in keys:
                yield f"the card “{card.key}” belongs in “{card.bin}”, and there is no such bin"
        for key in sorted(set(keys) - {card.bin for card in self.cards}):
            yield f"no card belongs in “{key}”; add one or take the bin out"


class Noted(Block, frozen=True, tag="noted", tag_field="type"):
    """A passage with its own content note, and an equal way to the same objective without it."""

    note: Line
    text: RichText
    plainly: RichText


class LocalNote(Block, frozen=True, tag="local-note", tag_field="type"):
    """The municipality's own; no package brings one, and none takes one away."""

    text: RichText


AnyBlock = (
    Prose
    | Callout
    | Figure
    | Video
    | TermCards
    | Comparison
    | Quotation
    | Scenario
    | Sorting
    | Noted
    | Check
    | Reflection
    | Further
    | LocalNote
)


class LessonStep(Part, frozen=True, tag="lesson", tag_field="kind"):
    key: str
    title: str
    minutes: int
    objectives: list[str]
    blocks: list[AnyBlock]
    content_note: str = ""
    covers: list[str] = []

    def block(self, key: str) -> AnyBlock | None:
        """Return the block with `key`, or None."""
        return next((block for block in self.blocks if block.key == key), None)


class QuizStep(Part, frozen=True, tag="quiz", tag_field="kind"):
    """A quiz of the course. `item_sources` maps an item's key to the keys of its sources."""

    key: str
    title: str
    quiz_digest: str
    question_count: int
    pass_percent: int
    item_sources: dict[str, list[SourceKey]]
    attempts: int | None = None


AnyStep = LessonStep | QuizStep


class BeforeItem(Part, frozen=True):
    """An item of the quiz before the course; `sources` are those of the item."""

    item: ItemDocument
    sources: list[SourceKey]


WorkForm = Literal[
    "agriculture",
    "factories",
    "construction",
    "homes",
    "sex-industry",
    "organ-removal",
    "forced-marriage",
    "forced-crime",
    "other",
]


class About(Part, frozen=True, kw_only=True):
    """What the makers of a course say of it, where counting answers no question of its readers.

    `harms`: which harms to young people it tells apart. `position`: what it says of adults who do
    sex work. `forms`: in which kinds of work it covers trafficking. `written_by`, and `involved`:
    how people whom it concerns took part, apart from reviewing it.
    """

    harms: Passage = ""
    position: Passage = ""
    forms: list[WorkForm] = []
    written_by: Passage = ""
    involved: Passage = ""


class CourseDocument(Part, frozen=True):
    """Everything a learner can be shown of a course.

    `requires` are the keys of the courses to complete first; `before` is never graded.
    """

    key: str
    language: str
    title: str
    summary: str
    description: RichText
    hours: Decimal
    objectives: list[str]
    steps: list[AnyStep]
    sources: list[Source]
    terms: list[Term]
    content_note: str = ""
    requires: list[Key] = []
    before: list[BeforeItem] = []
    about: About | None = None

    @property
    def hours_shown(self) -> Decimal:
        return without_zeros(self.hours)

    def step(self, key: str) -> AnyStep | None:
        """Return the step with `key`, or None."""
        return next((step for step in self.steps if step.key == key), None)

    def lessons_covering(self, topic: str) -> list[LessonStep]:
        """Return the lessons that teach `topic`: where a wrong answer sends the learner."""
        return [
            step for step in self.steps if isinstance(step, LessonStep) and topic in step.covers
        ]


def without_zeros(hours: Decimal) -> Decimal:
    """Return hours without zeros at the end: 1.5, not 1.50."""
    whole = hours.to_integral_value()
    return whole if whole == hours else hours.normalize()


@lru_cache
def fields_of(shape: type[msgspec.Struct]) -> tuple[msgspec.inspect.Field, ...]:
    """Return the fields of a struct as msgspec describes them."""
    described = msgspec.inspect.type_info(shape)
    return described.fields if isinstance(described, msgspec.inspect.StructType) else ()


def notes_of(kind: msgspec.inspect.Type) -> dict[str, Any]:
    """Return what this module notes of a field's type, such as its form."""
    kind = _given(kind)
    return (kind.extra or {}) if isinstance(kind, msgspec.inspect.Metadata) else {}


def bare(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return a field's type without notes, and without the None of an optional one."""
    kind = _given(kind)
    return _given(kind.type) if isinstance(kind, msgspec.inspect.Metadata) else kind


def _given(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return what an optional field holds when it is given."""
    if isinstance(kind, msgspec.inspect.UnionType):
        others = [each for each in kind.types if not isinstance(each, msgspec.inspect.NoneType)]
        return others[0] if len(others) == 1 else kind
    return kind


def inside_of(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return the type of what a list holds, or of the values of a mapping."""
    match bare(kind):
        case msgspec.inspect.ListType(item_type=inner):
            return inner
        case msgspec.inspect.DictType(value_type=inner):
            return inner
    return kind


def mentions(part: msgspec.Struct) -> Iterator[Mention]:
    """Yield every source and term that a part of a release names, in its order."""
    for field in fields_of(type(part)):
        yield from _mentions_in(getattr(part, field.name), field.type)


def _mentions_in(value: Any, kind: msgspec.inspect.Type) -> Iterator[Mention]:
    notes = notes_of(kind)
    if isinstance(value, msgspec.Struct):
        yield from mentions(value)
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _mentions_in(inner, inside_of(kind))
    elif notes.get("names") in {"source", "term"}:
        yield Mention(notes["names"], value)
    elif notes.get("form") in {"rich", "cited"}:
        yield from mentions_in(value)


def with_definitions(
    named: Iterable[Mention], definitions: dict[str, str]
) -> tuple[set[str], set[str]]:
    """Return the keys of the sources and terms that are named, also by the terms' definitions.

    `definitions` maps the key of each known term to its definition.
    """
    sources: set[str] = set()
    terms: set[str] = set()
    waiting = list(named)
    while waiting:
        kind, key = waiting.pop()
        if kind == "source":
            sources.add(key)
        elif kind == "term" and key not in terms:
            terms.add(key)
            waiting += mentions_in(definitions.get(key, ""))
    return sources, terms


def misplaced_scenarios(blocks: Iterable[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    """Yield the key of each scenario that follows none before it, with what is wrong."""
    earlier: set[str] = set()
    for block in blocks:
        if not isinstance(block, Scenario):
            continue
        if block.follows and block.follows not in earlier:
            yield block.key, f"it follows “{block.follows}”, which is no scenario before it"
        earlier.add(block.key)


def media_files(document: CourseDocument) -> Iterator[MediaFile]:
    """Yield every file that the lessons of a course show."""
    for step in document.steps:
        for block in step.blocks if isinstance(step, LessonStep) else ():
            if isinstance(block, Figure) and block.media:
                yield block.media
            elif isinstance(block, Video):
                yield block.media
                yield block.captions


def local_notes(document: CourseDocument) -> list[tuple[str, LocalNote]]:
    """Return the local notes of a course, each with the key of its lesson, in their order."""
    return [
        (step.key, block)
        for step in document.steps
        if isinstance(step, LessonStep)
        for block in step.blocks
        if isinstance(block, LocalNote)
    ]


def shipped_digest(document: CourseDocument) -> str:
    """Return the digest that a course would have without its local notes."""
    steps = [
        msgspec.structs.replace(
            step, blocks=[block for block in step.blocks if not isinstance(block, LocalNote)]
        )
        if isinstance(step, LessonStep)
        else step
        for step in document.steps
    ]
    return digest_of(encode(msgspec.structs.replace(document, steps=steps)))


def step_digest(step: AnyStep) -> str:
    """Return the digest of a step's content; a quiz step's is that of its quiz version."""
    return step.quiz_digest if isinstance(step, QuizStep) else digest_of(encode(step))
