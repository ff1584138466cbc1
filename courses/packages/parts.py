"""A package as the parts that an update is compared and decided by, and back again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from courses.documents import mentions, with_definitions
from courses.markers import mentions_in
from courses.packages.package import (
    CheckReference,
    CourseEntry,
    FigureReference,
    Package,
    PackageItem,
    PackageLesson,
    PackageQuiz,
    PackageTopic,
    QuizEntry,
    StepEntry,
    VideoReference,
)
from courses.threeway import Difference, Part, Parts, differences, ordered, settled

COURSE = Part("course", "")
ORDER = Part("order", "")


@dataclass(frozen=True)
class LessonPart:
    """A lesson with the digests of its files by name: a new picture may keep its old name."""

    lesson: PackageLesson
    is_required: bool
    files: dict[str, str]


@dataclass(frozen=True)
class QuizPart:
    entry: QuizEntry
    is_required: bool


@dataclass(frozen=True)
class ItemPart:
    topic: str
    item: PackageItem


@dataclass(frozen=True)
class Sides:
    """The parts of what was shipped before (empty: not known), of what is here, and of the new."""

    base: Parts
    ours: Parts
    theirs: Parts

    def differences(self) -> list[Difference]:
        return list(differences(self.base, self.ours, self.theirs))


def sides_of(
    base: Package | None, ours: Package, theirs: Package, *, noted: Collection[str] = ()
) -> Sides:
    """Return three packages as parts; the order of steps is compared over those all have.

    `noted` are the keys of lessons in which a local note stands: if the new version lacks one, it
    was edited here.
    """
    packages = [package for package in (base, ours, theirs) if package]
    common = set.intersection(*({step.key for step in each.course.steps} for each in packages))

    def parts(package: Package | None) -> dict[Part, Any]:
        if package is None:
            return {}
        order = tuple(step.key for step in package.course.steps if step.key in common)
        return parts_of(package) | {ORDER: order}

    before, here, new = parts(base), parts(ours), parts(theirs)
    for key in noted:
        if (part := Part("lesson", key)) in here and part not in new:
            before.pop(part, None)
    return Sides(before, here, new)


def parts_of(package: Package) -> dict[Part, Any]:
    """Return what a package holds, by part; what is said of its release is left out."""
    plain = {"steps": [], "notes": "", "published_without_review": ""}
    parts: dict[Part, Any] = {COURSE: msgspec.structs.replace(package.course, **plain)}
    for step in package.course.steps:
        if step.lesson:
            lesson = _formed(package.lessons[step.key])
            files = {name: package.media[name].facts.sha256 for name in _files_in(lesson)}
            parts[Part("lesson", step.key)] = LessonPart(lesson, step.is_required, files)
        else:
            entry = package.quizzes[step.key].entry
            parts[Part("quiz", step.key)] = QuizPart(entry, step.is_required)
    for topic in package.topics.values():
        parts[Part("topic", topic.key)] = topic.title
        for item in topic.items:
            parts[Part("item", item.key)] = ItemPart(topic.key, item)
    parts |= {Part("source", each.key): each for each in package.sources}
    return parts | {Part("term", each.key): each for each in package.terms}


def _formed(lesson: PackageLesson) -> PackageLesson:
    """Return a lesson with the topics that it covers, which have no order, in one."""
    head = msgspec.structs.replace(lesson.head, covers=sorted(lesson.head.covers))
    return replace(lesson, head=head)


def _files_in(lesson: PackageLesson) -> Iterator[str]:
    for block in lesson.blocks:
        if isinstance(block, FigureReference) and block.media:
            yield block.media
        elif isinstance(block, VideoReference):
            yield from (block.media, block.captions)


def is_asked(difference: Difference, sides: Sides) -> bool:
    """Say whether somebody decides about a difference.

    What only this place changed stays. Sources, terms, topics and items that a lesson or the course
    names come and go with what names them; only what they say is decided.
    """
    if difference.state == "here":
        return False
    if difference.change == "changed" or difference.part.kind in {"lesson", "quiz"}:
        return True
    if difference.part.kind != "item":
        return False
    found = sides.theirs.get(difference.part) or sides.ours[difference.part]
    return bool(found.item.head.use == "quiz")


def combined(ours: Package, theirs: Package, sides: Sides, *, taken: Collection[Part]) -> Package:
    """Return ours with the parts that are taken, and with all that these need.

    `taken` are parts that were asked about. Nothing that is here is left out unless it is taken as
    removed, or nothing names it any more.
    """
    chosen = settled(sides.base, sides.ours, sides.theirs, taken=taken)
    _bring_items(chosen, sides)
    _bring_evidence(chosen, sides)
    steps = _steps(chosen, ours, theirs, leads=ORDER in taken)
    package = replace(
        ours,
        course=msgspec.structs.replace(
            chosen[COURSE],
            steps=steps,
            notes=ours.course.notes,
            published_without_review=ours.course.published_without_review,
        ),
        sources=[each for part, each in chosen.items() if part.kind == "source"],
        terms=[each for part, each in chosen.items() if part.kind == "term"],
        lessons={
            step.key: chosen[Part("lesson", step.key)].lesson for step in steps if step.lesson
        },
        topics=_topics(chosen, sides),
        quizzes={
            step.key: PackageQuiz(step.key, chosen[Part("quiz", step.key)].entry)
            for step in steps
            if step.quiz
        },
        media=theirs.media,
        places=theirs.places,
    )
    waivers = {waiver.place: waiver for waiver in [*theirs.waivers, *ours.waivers]}
    fitting = [each for each in waivers.values() if package.has_place(each.step, each.block)]
    return replace(package, waivers=fitting)


def written_parts(sides: Sides, package: Package) -> set[Part]:
    """Return the parts in which a package differs from ours: those that are to be written."""
    parts = parts_of(package)
    return {part for part in {*parts, *sides.ours} if parts.get(part) != sides.ours.get(part)}


def _bring_items(chosen: dict[Part, Any], sides: Sides) -> None:
    """Bring the items that something names, and leave out those that nothing names any more."""
    named = {Part("item", key) for key in _named_items(chosen)}
    for part in named - chosen.keys():
        chosen[part] = sides.theirs.get(part) or sides.ours[part]
    for part in [part for part in chosen if part.kind == "item" and part not in named]:
        if chosen[part].item.head.use != "quiz":
            del chosen[part]


def _named_items(chosen: Parts) -> Iterator[str]:
    course: CourseEntry = chosen[COURSE]
    yield from course.before
    for part, each in chosen.items():
        if part.kind == "lesson":
            blocks = each.lesson.blocks
            yield from (block.item for block in blocks if isinstance(block, CheckReference))
        elif part.kind == "quiz":
            yield from each.entry.fixed


def _bring_evidence(chosen: dict[Part, Any], sides: Sides) -> None:
    """Make the sources and terms those that something names, as chosen or as somebody has them."""
    known = {**sides.ours, **sides.theirs, **chosen}
    definitions = {part.key: each.definition for part, each in known.items() if part.kind == "term"}
    named = [*mentions_in(chosen[COURSE].description)]
    for part, each in chosen.items():
        if part.kind == "lesson":
            named += [one for block in each.lesson.blocks for one in mentions(block)]
        elif part.kind == "item":
            named += [*mentions(each.item.head), *mentions(each.item.body)]
    sources, terms = with_definitions(named, definitions)
    wanted = {Part("source", key) for key in sources} | {Part("term", key) for key in terms}
    for part in [part for part in known if part.kind in {"source", "term"}]:
        if part in wanted:
            chosen[part] = known[part]
        else:
            chosen.pop(part, None)


def _topics(chosen: Parts, sides: Sides) -> dict[str, PackageTopic]:
    """Return the topics that are asked about, drawn from or covered, each with its items."""
    items: dict[str, list[PackageItem]] = {}
    for part, each in chosen.items():
        if part.kind == "item":
            items.setdefault(each.topic, []).append(each.item)
        elif part.kind == "lesson":
            for key in each.lesson.head.covers:
                items.setdefault(key, [])
        elif part.kind == "quiz":
            for entry in each.entry.parts:
                items.setdefault(entry.topic, [])
    titles = {**sides.theirs, **sides.ours, **chosen}
    return {
        key: PackageTopic(key, titles[Part("topic", key)], found) for key, found in items.items()
    }


def _steps(chosen: Parts, ours: Package, theirs: Package, *, leads: bool) -> list[StepEntry]:
    """Return the steps in their order; `leads`: the new version's comes first."""
    kinds = {part.key: part for part in chosen if part.kind in {"lesson", "quiz"}}
    orders = [[step.key for step in package.course.steps] for package in (ours, theirs)]
    leading, other = reversed(orders) if leads else orders
    return [
        StepEntry(
            lesson=key if kinds[key].kind == "lesson" else None,
            quiz=key if kinds[key].kind == "quiz" else None,
            is_required=chosen[kinds[key]].is_required,
        )
        for key in ordered(kinds, leading, other)
    ]
