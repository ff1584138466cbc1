"""A small course as the checks look at it, with one thing wrong at a time."""

from __future__ import annotations

from typing import Any

from courses.checks import Finding, Material, Question, QuizMaterial, check
from courses.documents import Block, Check, LessonStep, Prose, Source, Term
from quizzes.documents import ItemDocument
from quizzes.types.base import Choice
from quizzes.types.single import Body

SOURCE = Source(key="a-study", kind="peer-reviewed", title="A study", seen="The abstract.")


def question(
    key: str, stem: str, *texts: str, feedback: str = "Not quite. Read it again."
) -> Question:
    """Return a single-choice item; the first text is right."""
    choices = [
        Choice(key=chr(97 + at), text=text, feedback=feedback, is_correct=at == 0)
        for at, text in enumerate(texts)
    ]
    item = ItemDocument(key=key, topic="bins", body=Body(stem=stem, choices=choices))
    return Question(item, ["a-study"])


TRY_IT = question("try-it", "Which bin takes a pear?", "The green one", "The blue one", "Neither")


def lesson(*blocks: Block, key: str = "one", **fields: Any) -> LessonStep:
    """Return a lesson with these blocks and a check."""
    tried = Check(key="try-it", item=TRY_IT.item, sources=["a-study"])
    values = {"title": "One", "minutes": 5, "objectives": ["Sort a pear."]} | fields
    return LessonStep(key=key, blocks=[*blocks, tried], **values)


def prose(text: str, key: str = "opening") -> Prose:
    """Return a block of text; `text` is HTML, or a paragraph without tags."""
    return Prose(key=key, text=text if text.startswith("<") else f"<p>{text}</p>")


def material(*steps: LessonStep | QuizMaterial, **fields: Any) -> Material:
    values = {
        "key": "green-bins",
        "title": "Green bins",
        "summary": "What goes where.",
        "description": "<p>For everyone.</p>",
        "objectives": ["Sort a pear."],
        "content_note": "",
        "sources": [SOURCE],
        "terms": [Term(key="pear", name="pear", definition="<p>A fruit.</p>")],
    }
    return Material(steps=steps, **(values | fields))


def found(name: str, *blocks: Block, **fields: Any) -> list[Finding]:
    """Return what one check finds in a lesson of these blocks."""
    return named(name, material(lesson(*blocks, **fields)))


def named(name: str, course: Material) -> list[Finding]:
    return [finding for finding in check(course).findings if finding.check == name]
