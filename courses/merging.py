"""A shipped update beside a draft that was edited here: what it changes, part by part.

A part is the course itself, a lesson with its checks, a quiz with its questions, or what a source
or term says. Which sources, terms and reasons there are follows: what either needs is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from courses.documents import Source, Term
from courses.markers import Mention
from courses.packages import (
    CheckReference,
    Package,
    PackageItem,
    PackageLesson,
    PackageTopic,
)
from courses.packages.package import StepEntry
from courses.three_way import State, ThreeWay

COURSE = "course"
Row = TypeVar("Row")
Evidence = TypeVar("Evidence", Source, Term)


@dataclass(frozen=True)
class Part:
    """A part of a course with all that it brings along.

    `content` is its own texts, `items` the questions that it shows, with the keys of their topics.
    """

    title: str
    content: Any
    items: tuple[tuple[str, PackageItem], ...]


@dataclass(frozen=True)
class Offer:
    """A part that an update changes: what it is called, and whether it was changed here too."""

    key: str
    title: str
    state: State
    is_new: bool
    is_removed: bool

    @property
    def is_changed_here(self) -> bool:
        return self.state is State.BOTH


def parts_of(package: Package | None) -> dict[str, Part]:
    """Return the parts of a package by their keys; none without a package."""
    if package is None:
        return {}
    items = {
        item.key: (topic.key, item) for topic in package.topics.values() for item in topic.items
    }
    parts = {COURSE: _course_part(package, items)}
    for entry in package.course.steps:
        key = step_key(entry)
        lesson = package.lessons.get(entry.lesson or "")
        quiz = package.quizzes.get(entry.quiz or "")
        if lesson is not None:
            checks = [each.item for each in lesson.blocks if isinstance(each, CheckReference)]
            shown = (lesson.head, lesson.blocks, entry.is_required, _files_in(package, lesson))
            parts[key] = Part(lesson.head.title, shown, _named(items, checks))
        if quiz is not None:
            topics = {part.topic for part in quiz.entry.parts}
            asked = {
                key
                for key, (topic, item) in items.items()
                if key in quiz.entry.fixed or (item.head.use == "quiz" and topic in topics)
            }
            rules = (quiz.entry, entry.is_required)
            parts[key] = Part(quiz.entry.title, rules, _named(items, asked))
    parts |= {f"source:{each.key}": Part(each.title, each, ()) for each in package.sources}
    return parts | {f"term:{each.key}": Part(each.name, each, ()) for each in package.terms}


def _files_in(package: Package, lesson: PackageLesson) -> dict[str, str]:
    """Return the digests of a lesson's files by name: a new picture may keep its old name."""
    names = [getattr(block, name, "") for block in lesson.blocks for name in ("media", "captions")]
    return {name: package.media[name].facts.sha256 for name in names if name in package.media}


def step_key(entry: StepEntry) -> str:
    """Return the key of the part that a step is."""
    return f"lesson:{entry.lesson}" if entry.lesson else f"quiz:{entry.quiz}"


def _course_part(package: Package, items: Mapping[str, tuple[str, PackageItem]]) -> Part:
    entry = msgspec.structs.replace(package.course, steps=[], notes="", published_without_review="")
    return Part(package.course.title, entry, _named(items, package.course.before))


def _named(
    items: Mapping[str, tuple[str, PackageItem]], keys: Iterable[str]
) -> tuple[tuple[str, PackageItem], ...]:
    return tuple(items[key] for key in sorted(keys) if key in items)


def compared(base: Package | None, here: Package, shipped: Package) -> dict[str, ThreeWay[Part]]:
    """Return every part of the three, in the order of the update, then those of here alone.

    A source or term that only one of the two has is no part: it comes and goes with what names it.
    """
    old, mine, new = parts_of(base), parts_of(here), parts_of(shipped)
    for key in mine.keys() ^ new.keys():
        if key.startswith(("source:", "term:")):
            for parts in (old, mine, new):
                parts.pop(key, None)
    return {
        key: ThreeWay(old.get(key), mine.get(key), new.get(key))
        for key in dict.fromkeys([*new, *mine, *old])
    }


def offers(base: Package | None, here: Package, shipped: Package) -> list[Offer]:
    """Return what an update asks about."""
    found = []
    for key, three in compared(base, here, shipped).items():
        part = three.shipped or three.here or three.base
        if part is not None and three.is_offered:
            is_new, is_removed = three.here is None, three.shipped is None
            found.append(Offer(key, part.title, three.state, is_new, is_removed))
    return found


def merged(
    base: Package | None, here: Package, shipped: Package, *, taken: Collection[str]
) -> Package:
    """Return the draft as a package with the parts of the update that are taken.

    What was changed or added here alone stays, whatever is taken.
    """
    parts = {
        key: (three, three.chosen(is_taken=key in taken))
        for key, three in compared(base, here, shipped).items()
    }
    kept = {key for key, (_three, part) in parts.items() if part is not None}
    from_update = {
        key for key, (three, part) in parts.items() if part is not None and part is three.shipped
    }
    head = shipped.course if COURSE in from_update else here.course
    steps = list(_steps(base, here, shipped, kept, from_update))
    return replace(
        here,
        course=msgspec.structs.replace(head, steps=steps, notes=shipped.course.notes),
        lessons=_files("lesson", here.lessons, shipped.lessons, kept, from_update),
        quizzes=_files("quiz", here.quizzes, shipped.quizzes, kept, from_update),
        topics=_topics(here, shipped, [part for _three, part in parts.values() if part]),
        sources=_evidence("source", here.sources, shipped.sources, from_update),
        terms=_evidence("term", here.terms, shipped.terms, from_update),
        waivers=_waivers(here, shipped, from_update),
        media=here.media | shipped.media,
    )


def _evidence(
    kind: str, here: Iterable[Evidence], shipped: Iterable[Evidence], from_update: set[str]
) -> list[Evidence]:
    """Return the sources or terms of both, each as it is here unless the update's is taken."""
    mine: dict[str, Evidence] = {row.key: row for row in here}
    new: dict[str, Evidence] = {row.key: row for row in shipped}
    return [
        new[key] if key not in mine or f"{kind}:{key}" in from_update else mine[key]
        for key in dict.fromkeys([*mine, *new])
    ]


def written(here: Package, package: Package, *, taken: Collection[str]) -> set[Mention]:
    """Return what of a draft a merged package writes: what is taken, and what that brings along.

    A lesson that is kept is never written, also when the update has a file of the same name.
    """
    mine, new = _compared_rows(here), _compared_rows(package)
    found = {key for key in mine.keys() | new.keys() if mine.get(key) != new.get(key)}
    return found | {Mention("lesson", key.partition(":")[2]) for key in taken if "lesson:" in key}


def _compared_rows(package: Package) -> dict[Mention, Any]:
    course = msgspec.structs.replace(package.course, steps=[])
    parts: dict[Mention, Any] = {Mention(COURSE, ""): course}
    for key, quiz in package.quizzes.items():
        parts[Mention("quiz", key)] = quiz
    for key, topic in package.topics.items():
        parts[Mention("topic", key)] = topic.title
        parts |= {Mention("item", item.key): (key, item) for item in topic.items}
    parts |= {Mention("source", each.key): each for each in package.sources}
    return parts | {Mention("term", each.key): each for each in package.terms}


def _steps(
    base: Package | None,
    here: Package,
    shipped: Package,
    kept: set[str],
    from_update: set[str],
) -> Iterator[StepEntry]:
    """Yield the steps in the order of here, or of the update if only that changed the order.

    Those that only the other has stand behind what they follow there.
    """
    mine = {step_key(entry): entry for entry in here.course.steps}
    new = {step_key(entry): entry for entry in shipped.course.steps}
    old = [step_key(entry) for entry in base.course.steps] if base else []
    common = {key for key in old if key in mine and key in new}
    orders = ThreeWay(*([key for key in keys if key in common] for keys in (old, mine, new)))
    leading, other = (new, mine) if orders.state is State.SHIPPED else (mine, new)
    order = list(leading)
    previous = ""
    for key in other:
        if key not in leading:
            order.insert(order.index(previous) + 1 if previous in order else 0, key)
        previous = key
    for key in order:
        if key in from_update:
            yield new[key]
        elif key in kept:
            yield mine[key]


def _files(
    kind: str,
    here: Mapping[str, Row],
    shipped: Mapping[str, Row],
    kept: set[str],
    from_update: set[str],
) -> dict[str, Row]:
    return {
        key: shipped[key] if f"{kind}:{key}" in from_update else here[key]
        for key in dict.fromkeys([*here, *shipped])
        if f"{kind}:{key}" in kept
    }


def _topics(here: Package, shipped: Package, parts: Iterable[Part]) -> dict[str, PackageTopic]:
    """Return the items of the parts that are kept, by topic."""
    items: dict[str, dict[str, PackageItem]] = {}
    owners: dict[str, str] = {}
    for part in parts:
        for topic, item in part.items:
            if owners.setdefault(item.key, topic) == topic:
                items.setdefault(topic, {}).setdefault(item.key, item)
    titles = {key: topic.title for key, topic in (here.topics | shipped.topics).items()}
    return {
        key: PackageTopic(key, titles[key], [found[name] for name in sorted(found)])
        for key, found in items.items()
    }


def _waivers(here: Package, shipped: Package, from_update: set[str]) -> list[Any]:
    """Return the reasons of each part with the part; those about the course from both."""

    def is_new(step: str) -> bool:
        return bool({f"lesson:{step}", f"quiz:{step}"} & from_update)

    mine = [each for each in here.waivers if not each.step or not is_new(each.step)]
    new = [each for each in shipped.waivers if not each.step or is_new(each.step)]
    return list({each.place: each for each in [*new, *mine]}.values())
