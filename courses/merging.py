"""A shipped update beside a draft that was edited here: what it changes, part by part.

A part is the course itself, a lesson with its checks, or a quiz with its questions. Sources, terms
and reasons follow: what either needs is there afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from courses.packages import CheckReference, Package, PackageItem, PackageTopic
from courses.packages.package import StepEntry
from courses.three_way import State, ThreeWay

COURSE = "course"
Row = TypeVar("Row")


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
            shown = (lesson.head, lesson.blocks, entry.is_required)
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
    return parts


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
    """Return every part of the three, in the order of the update, then those of here alone."""
    old, mine, new = parts_of(base), parts_of(here), parts_of(shipped)
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
    is_course_new = COURSE in from_update

    def pick(name: str, key_of: Callable[[Any], str]) -> list[Any]:
        rows = [getattr(each, name) if each else [] for each in (base, here, shipped)]
        return _rows(*rows, key_of=key_of, prefer_shipped=is_course_new)

    head = shipped.course if is_course_new else here.course
    steps = list(_steps(here, shipped, kept, from_update))
    return replace(
        here,
        course=msgspec.structs.replace(head, steps=steps, notes=shipped.course.notes),
        lessons=_files("lesson", here.lessons, shipped.lessons, kept, from_update),
        quizzes=_files("quiz", here.quizzes, shipped.quizzes, kept, from_update),
        topics=_topics(here, shipped, [part for _three, part in parts.values() if part]),
        sources=pick("sources", lambda row: row.key),
        terms=pick("terms", lambda row: row.key),
        waivers=_waivers(here, shipped, from_update),
        media=here.media | shipped.media,
    )


def _rows(
    base: list[Row],
    here: list[Row],
    shipped: list[Row],
    *,
    key_of: Callable[[Row], str],
    prefer_shipped: bool,
) -> list[Row]:
    """Return the sources or terms of both; where both changed one, as the course itself goes."""
    old, mine, new = ({key_of(row): row for row in rows} for rows in (base, here, shipped))
    found = []
    for key in dict.fromkeys([*mine, *new]):
        three = ThreeWay(old.get(key), mine.get(key), new.get(key))
        is_taken = three.state is State.SHIPPED or prefer_shipped
        row = three.chosen(is_taken=is_taken) or mine.get(key) or new.get(key)
        if row is not None:
            found.append(row)
    return found


def _steps(
    here: Package, shipped: Package, kept: set[str], from_update: set[str]
) -> Iterator[StepEntry]:
    """Yield the steps in the order of the update; those of here alone follow what they follow."""
    mine = {step_key(entry): entry for entry in here.course.steps}
    new = {step_key(entry): entry for entry in shipped.course.steps}
    order = list(new)
    previous = ""
    for key in mine:
        if key not in new:
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
