"""A package as the checks look at it, without a database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict

from courses.checks import Allowed, Material, Question, QuizMaterial
from courses.documents import Check, Figure, LessonStep, MediaFile, Video
from courses.packages.package import (
    CheckReference,
    FigureReference,
    LessonBlock,
    Package,
    PackageItem,
    PackageLesson,
    StepEntry,
    VideoReference,
)
from quizzes.documents import ItemDocument


def material_of(package: Package, *, leads_somewhere: Callable[[str], bool]) -> Material:
    """Return a package as material for the checks."""
    items = {
        item.key: _question(topic.key, item)
        for topic in package.topics.values()
        for item in topic.items
    }
    course = package.course
    return Material(
        key=package.key,
        title=course.title,
        summary=course.summary,
        description=course.description,
        objectives=course.objectives,
        content_note=course.content_note,
        steps=[_step(package, entry, items) for entry in course.steps],
        sources=package.sources,
        terms=package.terms,
        before=[items[item.key] for item in _items_for(package, "before")],
        leads_somewhere=leads_somewhere,
    )


def allowed_in(package: Package) -> list[Allowed]:
    """Return what waivers.yaml of a package allows."""
    return [
        Allowed(each.check, each.step, each.block, each.reason, each.text)
        for each in package.waivers
    ]


def _question(topic: str, item: PackageItem) -> Question:
    head = item.head
    document = ItemDocument(key=head.key, topic=topic, body=item.body, is_critical=head.is_critical)
    return Question(document, head.sources)


def _items_for(package: Package, use: str) -> list[PackageItem]:
    every = (item for topic in package.topics.values() for item in topic.items)
    return [item for item in every if item.head.use == use]


def _step(
    package: Package, entry: StepEntry, items: dict[str, Question]
) -> LessonStep | QuizMaterial:
    if entry.lesson:
        return _lesson(package, package.lessons[entry.lesson], items)
    quiz = package.quizzes[entry.key]
    topics = {part.topic for part in quiz.entry.parts}
    asked = [
        items[item.key]
        for item in _items_for(package, "quiz")
        if items[item.key].item.topic in topics or item.key in quiz.entry.fixed
    ]
    return QuizMaterial(entry.key, quiz.entry.title, asked)


def _lesson(package: Package, lesson: PackageLesson, items: dict[str, Question]) -> LessonStep:
    head = lesson.head
    blocks: list[Any] = [_shown(package, block, items) for block in lesson.blocks]
    return LessonStep(
        key=lesson.key,
        title=head.title,
        minutes=head.minutes,
        objectives=head.objectives,
        content_note=head.content_note,
        covers=head.covers,
        blocks=blocks,
    )


def _shown(package: Package, block: LessonBlock, items: dict[str, Question]) -> Any:
    match block:
        case CheckReference(item=key):
            question = items[key]
            return Check(key=block.key, item=question.item, sources=list(question.sources))
        case FigureReference():
            media = _file(package, block.media) if block.media else None
            return Figure(**asdict(block) | {"media": media})
        case VideoReference():
            files = {name: _file(package, getattr(block, name)) for name in ("media", "captions")}
            return Video(**asdict(block) | files)
    return block


def _file(package: Package, name: str) -> MediaFile:
    return MediaFile(name=name, **dataclasses.asdict(package.media[name].facts))
