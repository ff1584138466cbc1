"""A release as a document: typed, immutable, no Django.

Rich text is HTML in normal form (courses.richtext) in which `[@source-key]` cites a source and
`[[term-key]]` marks a term; plain texts may cite in the same way. Both are resolved on display.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from quizzes.documents import ItemDocument, digest_of, encode

SCHEMA_VERSION = 1

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


class Part(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of everything inside a release."""


class Source(Part, frozen=True):
    """A citable work. `seen` says how it was verified."""

    key: str
    kind: SourceKind
    title: str
    seen: str
    authors: str = ""
    publisher: str = ""
    year: int | None = None
    url: str = ""
    doi: str = ""
    seen_on: str = ""


class Term(Part, frozen=True):
    """A glossary entry; `definition` is rich text."""

    key: str
    name: str
    definition: str


class Block(Part, frozen=True):
    """A piece of a lesson; its key never changes within the lesson."""

    key: str


class Prose(Block, frozen=True, tag="prose", tag_field="type"):
    text: str


class Callout(Block, frozen=True, tag="callout", tag_field="type"):
    kind: CalloutKind
    text: str


class TermCards(Block, frozen=True, tag="terms", tag_field="type"):
    terms: list[str]


class Column(Part, frozen=True, forbid_unknown_fields=True):
    heading: str
    points: list[str]


class Comparison(Block, frozen=True, tag="comparison", tag_field="type"):
    title: str
    columns: list[Column]


class ScenarioChoice(Part, frozen=True, forbid_unknown_fields=True):
    key: str
    label: str
    outcome: str
    is_better: bool = False


class Scenario(Block, frozen=True, tag="scenario", tag_field="type"):
    title: str
    situation: str
    question: str
    choices: list[ScenarioChoice]
    why: str


class Check(Block, frozen=True, tag="check", tag_field="type"):
    """A single item inside the lesson, never graded; `sources` are those of the item."""

    item: ItemDocument
    sources: list[str]


class Reflection(Block, frozen=True, tag="reflection", tag_field="type"):
    prompt: str


class Reading(Part, frozen=True, forbid_unknown_fields=True):
    source: str
    note: str = ""


class Further(Block, frozen=True, tag="further", tag_field="type"):
    readings: list[Reading]


AnyBlock = Prose | Callout | TermCards | Comparison | Scenario | Check | Reflection | Further


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
    item_sources: dict[str, list[str]]
    attempts: int | None = None


AnyStep = LessonStep | QuizStep


class CourseDocument(Part, frozen=True):
    """Everything a learner can be shown of a course."""

    key: str
    language: str
    title: str
    summary: str
    description: str
    hours: Decimal
    objectives: list[str]
    steps: list[AnyStep]
    sources: list[Source]
    terms: list[Term]
    content_note: str = ""

    def step(self, key: str) -> AnyStep | None:
        """Return the step with `key`, or None."""
        return next((step for step in self.steps if step.key == key), None)

    def lessons_covering(self, topic: str) -> list[LessonStep]:
        """Return the lessons that teach `topic`: where a wrong answer sends the learner."""
        return [
            step for step in self.steps if isinstance(step, LessonStep) and topic in step.covers
        ]


def step_digest(step: AnyStep) -> str:
    """Return the digest of a step's content; a quiz step's is that of its quiz version."""
    return step.quiz_digest if isinstance(step, QuizStep) else digest_of(encode(step))
