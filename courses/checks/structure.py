"""How a course is built: links, pictures, headings, length, checks, items. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from courses.checks.findings import Finding, must
from courses.checks.material import Material
from courses.checks.passages import Passage, kind_of, lesson_passages, texts_in
from courses.documents import Check, LessonStep
from courses.richtext import words

MOST_MINUTES = 15
MOST_WORDS = 1_800
LEAST_ITEMS_A_LESSON = 4
_LEAST_PLAIN_SHARE = 3
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)
_STEP = re.compile(r"/courses/(?P<course>[\w-]+)/(?:lessons|quizzes)/(?P<step>[\w-]+)/.*")
_SCHEME = re.compile(r"(?:https?://[^/\s.]+\.\S|mailto:\S+@|tel:\+?[\d-]{3,})")


def dead_links(material: Material) -> Iterator[Finding]:
    """Yield the links that lead nowhere, as far as that can be told without asking the network."""
    for step, block, html in _rich_texts(material):
        for address, shown in _LINK.findall(html):
            if message := _dead(unescape(address), material, step):
                yield Finding(
                    "dead-link",
                    "error",
                    90,
                    step,
                    block,
                    f"The link “{re.sub('<[^>]*>', '', shown)}” {message}",
                    text=unescape(address),
                    may_waive=False,
                )


def _rich_texts(material: Material) -> Iterator[tuple[str, str, str]]:
    """Yield the step, the block and the HTML of every rich text."""
    yield "", "", material.description
    for term in material.terms:
        yield "", term.key, term.definition
    for lesson in material.lessons():
        for block in lesson.blocks:
            for _name, form, text in texts_in(block):
                if form == "rich":
                    yield lesson.key, block.key, text


def _dead(address: str, material: Material, step: str) -> str:
    """Return what is wrong with an address; nothing when it leads somewhere."""
    if address.startswith("#"):
        lesson = next((one for one in material.lessons() if one.key == step), None)
        is_there = lesson is not None and lesson.block(address[1:]) is not None
        return "" if is_there else f"leads to “{address}”, and no block here has that key."
    if address.startswith("/") and not address.startswith("//"):
        if _is_page(re.split(r"[?#]", address)[0], material):
            return ""
        return f"leads to “{address}”, which is no page of this site. Mend the address."
    if _SCHEME.match(address):
        return ""
    return f"leads to “{address}”, which is no full address. Begin it with https://."


def _is_page(path: str, material: Material) -> bool:
    found = _STEP.fullmatch(path)
    if found and found["course"] == material.key:
        return any(step.key == found["step"] for step in material.steps)
    return material.leads_somewhere(path)


def missing_alternatives(material: Material) -> Iterator[Finding]:
    """Yield pictures that say nothing in words, and videos without captions or transcript."""
    for lesson in material.lessons():
        for block in lesson.blocks:
            for message in _missing(block):
                yield must("missing-alternative", 100, lesson.key, block.key, message)


def _missing(block: object) -> Iterator[str]:
    kind = kind_of(block)
    if kind == "figure":
        is_decorative = getattr(block, "is_decorative", False)
        if not is_decorative and not words(getattr(block, "alt", "")):
            yield (
                "The picture has no text alternative. Write in “alt” what it teaches, or mark it"
                " as decorative if it teaches nothing."
            )
    if kind == "video":
        if not getattr(block, "captions", ""):
            yield "The video has no captions. Add a captions file (.vtt)."
        if not words(getattr(block, "transcript", "")):
            yield "The video has no transcript. Write down what is said and shown."


def headings_out_of_order(passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield a heading of the third level that stands under none of the second."""
    seen: set[tuple[str, str]] = set()
    for passage in passages:
        if passage.heading == 2:
            seen.add((passage.step, "main"))
        if passage.heading != 3 or (passage.step, "main") in seen:
            continue
        yield Finding(
            "heading-order",
            "warning",
            40,
            passage.step,
            passage.block,
            f"“{passage.words}” is a heading of the third level with none of the second level"
            " before it. Make it a second-level heading (##).",
            text=passage.words,
        )


def lessons_too_long(material: Material) -> Iterator[Finding]:
    """Yield lessons that take over 15 minutes, or have over 1,800 words to read."""
    for lesson in material.lessons():
        count = sum(len(passage.words.split()) for passage in lesson_passages(lesson))
        if count <= MOST_WORDS and lesson.minutes <= MOST_MINUTES:
            continue
        yield Finding(
            "lesson-too-long",
            "warning",
            45,
            lesson.key,
            "",
            f"The lesson has about {count:,} words and is said to take {lesson.minutes} minutes."
            f" People read it between calls: keep it to {MOST_WORDS:,} words and {MOST_MINUTES}"
            " minutes, or make two lessons of it.",
        )


def lessons_without_check(material: Material) -> Iterator[Finding]:
    """Yield lessons in which nobody can try out what they learned."""
    for lesson in material.lessons():
        if not any(isinstance(block, Check) for block in lesson.blocks):
            message = "The lesson has no check. Add one: trying to remember is how people learn."
            yield Finding("lesson-without-check", "warning", 55, lesson.key, "", message)


def quizzes_with_few_items(material: Material) -> Iterator[Finding]:
    """Yield quizzes whose bank has fewer than four items for each lesson before them."""
    lessons = 0
    for step in material.steps:
        if isinstance(step, LessonStep):
            lessons += 1
            continue
        wanted = LEAST_ITEMS_A_LESSON * lessons
        if len(step.questions) < wanted:
            yield Finding(
                "too-few-items",
                "warning",
                70,
                step.key,
                "",
                f"The quiz can ask {len(step.questions)} items after {lessons} lessons. Write at"
                f" least {wanted}, four for each lesson, so that a new paper asks something new.",
            )
        lessons = 0


def noted_without_plain_way(material: Material) -> Iterator[Finding]:
    """Yield noted passages that whoever skips them cannot make up for."""
    for lesson in material.lessons():
        for block in lesson.blocks:
            if kind_of(block) != "noted":
                continue
            plain, passage = words(getattr(block, "plainly", "")), words(getattr(block, "text", ""))
            if not plain:
                message = "The noted passage has no plain way beside it. Write “plainly”."
                yield must("noted-without-plain-way", 95, lesson.key, block.key, message)
            elif plain * _LEAST_PLAIN_SHARE < passage:
                yield Finding(
                    "noted-without-plain-way",
                    "warning",
                    75,
                    lesson.key,
                    block.key,
                    f"The plain way has {plain} words, the passage {passage}. Whoever skips it"
                    " needs enough to answer the same questions.",
                )
