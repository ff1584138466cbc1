"""The texts of a course as passages and sentences, each with its place. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from typing import Any

import msgspec

from courses.checks.material import Material, Question
from courses.documents import Check, LessonStep, fields_of, inside_of, notes_of
from courses.markers import MARKER
from courses.richtext import plain_form
from quizzes.documents import ItemDocument

# What is made up, asked or said by others: nobody claims it.
_STORIES = {
    "scenario": {"title", "situation", "question", "label", "outcome"},
    "sorting": {"title", "instruction", "label", "text"},
    "reflection": {"prompt"},
    "video": {"title", "transcript"},
    "quotation": {"text", "attribution"},
    "local-note": {"text"},
    "noted": {"note"},
    "further": {"note"},
    "figure": {"alt", "credit"},
}
_QUOTED = {"quotation": {"text", "attribution"}}
# Names of files, drawings, and choices of ours: not prose.
_NOT_READ = {"key", "kind", "type", "media", "drawing", "captions", "source", "bin", "follows"}
_PARTS = re.compile(r"<(p|h2|h3)>(.*?)</\1>|<(/?blockquote)>", re.S)
_TAG = re.compile(r"<[^>]*>")
_EMPHASIS = re.compile(r"<em>.*?</em>", re.S)
_CITED_AT = re.compile(r"\[@[^\]]*\]")
_ENDS = re.compile(r"[.!?]+[”’\"')\]]*(?:\s*\[@[^\]]*\])*(?=\s+[\"“‘'(\[]*[A-Z0-9]|\s*$)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|ss?|Mr|Ms|Mrs|Dr|St|No|Nos|vs?|cf|para|paras|pp?|Art|Sgt|Cst|e\.g|i\.e|etc|al)"
    r"|\b[A-Z]\.[A-Z])\.$"
)


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading, an item of a list or a line, with its place in the course.

    `text` is plain and keeps its marks; in `emphasised` what stood in italics is left out.
    `heading` is its level, 0 for everything else.
    """

    step: str
    block: str
    field: str
    text: str
    emphasised: str = ""
    heading: int = 0
    is_story: bool = False
    is_quoted: bool = False
    is_item: bool = False
    defines: str = ""

    @cached_property
    def words(self) -> str:
        """Return the words as they are read, without marks."""
        return plain_words(self.text)

    def sentences(self) -> list[str]:
        """Return its sentences; each keeps the marks that follow it."""
        return sentences_of(self.text)


def plain_words(text: str) -> str:
    """Return a plain text as it is read: terms as their words, citations left out."""
    shown = MARKER.sub(
        lambda mark: mark["words"] or (mark["term"] or "").replace("-", " "),
        _CITED_AT.sub("", text),
    )
    return plain_form(shown)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a plain text, citations kept with the sentence before them."""
    found: list[str] = []
    start = 0
    for end in _ENDS.finditer(text):
        if _ABBREVIATED.search(text[start : end.start() + 1]) and end.end() < len(text):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    rest = text[start:].strip()
    return [sentence for sentence in [*found, rest] if plain_words(sentence)]


def passages_of(material: Material) -> list[Passage]:
    """Return every passage that somebody reads, in the order of the course."""
    return [
        *_course_passages(material),
        *(
            passage
            for step in material.steps
            for passage in (
                lesson_passages(step)
                if isinstance(step, LessonStep)
                else _quiz_passages(step.key, step.title, step.questions)
            )
        ),
        *(passage for question in material.before for passage in _item_passages("", question)),
    ]


def _course_passages(material: Material) -> Iterator[Passage]:
    yield from _lines("", "", "title", [material.title, material.summary, material.content_note])
    yield from _lines("", "", "objectives", material.objectives)
    yield from rich_passages("", "", "description", material.description)
    for term in material.terms:
        for passage in rich_passages("", term.key, "definition", term.definition):
            yield replace(passage, defines=term.name)


def lesson_passages(lesson: LessonStep) -> Iterator[Passage]:
    """Yield what is read in a lesson, block by block."""
    yield from _lines(lesson.key, "", "title", [lesson.title, lesson.content_note])
    yield from _lines(lesson.key, "", "objectives", lesson.objectives)
    for block in lesson.blocks:
        yield from block_passages(lesson.key, block)


def block_passages(step: str, block: Any) -> Iterator[Passage]:
    """Yield what is read in a block."""
    if isinstance(block, Check):
        yield from _item_passages(step, Question(block.item, block.sources), block=block.key)
        return
    tag = kind_of(block)
    for name, form, text in texts_in(block):
        for passage in (
            rich_passages(step, block.key, name, text)
            if form == "rich"
            else _lines(step, block.key, name, [text])
        ):
            yield replace(
                passage,
                is_story=name in _STORIES.get(tag, ()) or form not in {"rich", "cited"},
                is_quoted=passage.is_quoted or name in _QUOTED.get(tag, ()),
            )


def kind_of(block: Any) -> str:
    """Return the type of a block, also of one that a package only names the files of."""
    name = type(block).__name__.removesuffix("Reference").lower()
    return str(block.__struct_config__.tag or name)


def _quiz_passages(step: str, title: str, questions: Iterable[Question]) -> Iterator[Passage]:
    yield from _lines(step, "", "title", [title])
    for question in questions:
        yield from _item_passages(step, question)


def _item_passages(step: str, question: Question, *, block: str = "") -> Iterator[Passage]:
    for passage in item_passages(step, question.item):
        yield replace(passage, block=block or question.key)


def item_passages(step: str, item: ItemDocument) -> Iterator[Passage]:
    """Yield what is read in an item: its stem, its choices and their feedback."""
    for name, _form, text in texts_in(item.body):
        for passage in _lines(step, item.key, name, [text]):
            yield replace(passage, is_story=True, is_item=True)


def texts_in(part: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """Yield the name, form and value of every text in a part."""
    for each in fields_of(type(part)):
        if each.name not in _NOT_READ:
            yield from _values_in(each.name, getattr(part, each.name), each.type)


def _values_in(name: str, value: Any, kind: msgspec.inspect.Type) -> Iterator[tuple[str, str, str]]:
    notes = notes_of(kind)
    if isinstance(value, msgspec.Struct):
        yield from texts_in(value)
    elif isinstance(value, list):
        for inner in value:
            yield from _values_in(name, inner, inside_of(kind))
    elif isinstance(value, str) and value and "names" not in notes:
        form = str(notes.get("form", "plain"))
        if form in {"plain", "cited", "rich"}:
            yield name, form, value


def _lines(step: str, block: str, name: str, texts: Iterable[str]) -> Iterator[Passage]:
    for text in texts:
        if text:
            yield Passage(step, block, name, plain_form(text), is_story=name != "description")


def rich_passages(step: str, block: str, name: str, html: str) -> Iterator[Passage]:
    """Yield the paragraphs and headings of a rich text in normal form."""
    quoted = 0
    for found in _PARTS.finditer(html):
        tag, inner, quote = found.groups()
        if quote:
            quoted += 1 if quote == "blockquote" else -1
            continue
        text = _unmarked(inner)
        if text:
            yield Passage(
                step,
                block,
                name,
                text,
                emphasised=_unmarked(_EMPHASIS.sub(" ", inner)),
                heading=int(tag[1]) if tag != "p" else 0,
                is_quoted=quoted > 0,
            )


def _unmarked(html: str) -> str:
    return plain_form(unescape(_TAG.sub("", html.replace("<br>", " "))))
