"""A comparison as trainers read it: kinds and fields by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses import documents
from courses.comparing import CourseChanges, PartChange, StepChange
from courses.models import BLOCK_MODELS

KINDS: dict[str, Any] = {
    "course": _("About the course"),
    "step": _("About this step"),
    "item": _("Question"),
    "source": _("Source"),
    "term": _("Glossary term"),
}
FIELDS: dict[str, Any] = {
    "alt": _("Text alternative"),
    "answer": _("Right answer"),
    "attempts": _("Attempts"),
    "attribution": _("Who said it"),
    "authors": _("Authors"),
    "caption": _("Caption"),
    "content_note": _("Content note"),
    "covers": _("Topics covered"),
    "credit": _("Credit"),
    "definition": _("Definition"),
    "description": _("Description"),
    "feedback": _("Feedback"),
    "feedback_false": _("Feedback on “False”"),
    "feedback_true": _("Feedback on “True”"),
    "forms": _("Kinds of work covered"),
    "harms": _("Which harms it tells apart"),
    "heading": _("Heading"),
    "involved": _("How people took part"),
    "position": _("What it says of adults who do sex work"),
    "written_by": _("Who wrote it"),
    "hours": _("Hours"),
    "instruction": _("Instruction"),
    "kind": _("Kind"),
    "label": _("Label"),
    "minutes": _("Minutes"),
    "name": _("Name"),
    "note": _("Note"),
    "objectives": _("Objectives"),
    "outcome": _("What follows"),
    "pass_percent": _("Pass mark (%)"),
    "plainly": _("The plain way"),
    "points": _("Points"),
    "prompt": _("Prompt"),
    "publisher": _("Publisher"),
    "question": _("Question"),
    "questions": _("Questions on a paper"),
    "seen": _("How it was verified"),
    "seen_on": _("Seen on"),
    "situation": _("Situation"),
    "stem": _("Question"),
    "summary": _("Summary"),
    "text": _("Text"),
    "title": _("Title"),
    "transcript": _("Transcript"),
    "url": _("Address"),
    "why": _("Why"),
    "year": _("Year"),
}
_BLOCK_NAMES: dict[str, Any] = {
    str(getattr(documents, model.__name__).__struct_config__.tag): model._meta.verbose_name
    for model in BLOCK_MODELS
}


@dataclass(frozen=True)
class ShownPart:
    """A block, an item, a source or the like, with its texts by the name of their field."""

    change: PartChange
    kind: str
    texts: list[tuple[str, Any]]


@dataclass(frozen=True)
class ShownStep:
    change: StepChange
    parts: list[ShownPart]


@dataclass(frozen=True)
class ShownChanges:
    about: list[ShownPart]
    steps: list[ShownStep]
    is_nothing: bool


def shown_changes(changes: CourseChanges) -> ShownChanges:
    """Return what changed as it is shown; steps in which nothing changed are left out."""
    return ShownChanges(
        about=_parts(changes.about),
        steps=[ShownStep(step, _parts(step.parts)) for step in changes.changed_steps],
        is_nothing=changes.is_nothing,
    )


def kind_name(kind: str) -> str:
    """Return what trainers call a kind of block or another part."""
    return str(KINDS.get(kind) or _BLOCK_NAMES.get(kind, kind)).capitalize()


def field_name(name: str) -> str:
    return str(FIELDS.get(name) or name.replace("_", " ").capitalize())


def _parts(parts: Iterable[PartChange]) -> list[ShownPart]:
    return [
        ShownPart(
            part,
            kind_name(part.kind),
            [(field_name(text.name), text.paragraphs) for text in part.texts],
        )
        for part in parts
    ]
