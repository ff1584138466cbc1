"""The content of the tools, as it stands in the YAML files beside this module.

Their texts may cite sources, as in a course; they mark no terms. `sources` are all that an entry
rests on, cited in its texts or not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from courses.documents import CitedText, Drawing, Key, Line, Part, Some, SourceKey, Title


class Question(Part, frozen=True, kw_only=True):
    """One of the questions to ask of a presentation; `ask_next` are what to ask if it fails."""

    key: Key
    question: Line
    why: CitedText
    good_answer: CitedText
    ask_next: Annotated[list[Line], Some]
    sources: Annotated[list[SourceKey], Some]


class Worksheet(Part, frozen=True, kw_only=True):
    title: Title
    introduction: CitedText
    credit: CitedText
    questions: Annotated[list[Question], Some]
    afterwards: CitedText


class IndustryCard(Part, frozen=True, kw_only=True):
    """What trafficking looks like in one kind of work, and what city staff can do first."""

    key: Key
    name: Title
    icon: Drawing
    lesson: Key
    looks_like: CitedText
    vulnerable_by: CitedText
    you_may_see: CitedText
    first: CitedText
    sources: Annotated[list[SourceKey], Some]


class TaughtIn(Part, frozen=True, kw_only=True):
    course: Key
    lesson: Key


class CouncilAction(Part, frozen=True, kw_only=True):
    """An action for a local government. `seed_action` is its number among the leaflet's seven."""

    key: Key
    seed_action: int
    title: Title
    belongs_to: Literal["staff", "council"]
    first_steps: Annotated[list[CitedText], Some]
    lessons: Annotated[list[TaughtIn], Some]
    sources: Annotated[list[SourceKey], Some]


class ActionList(Part, frozen=True, kw_only=True):
    title: Title
    credit: CitedText
    actions: Annotated[list[CouncilAction], Some]
