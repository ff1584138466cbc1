"""What must hold between the files of a package: what is named exists, what exists is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from courses.documents import Source, Term, with_definitions
from courses.drawings import drawing_names
from courses.markers import Mention
from courses.packages.package import (
    CourseEntry,
    PackageItem,
    PackageLesson,
    PackageMedia,
    PackageQuiz,
    PackageTopic,
    WaiverEntry,
)
from courses.packages.problems import Findings, Place


@dataclass
class Draft:
    """A package while it is read. `unread`: kinds of which a file could not be read at all."""

    findings: Findings
    course: CourseEntry | None = None
    sources: list[Source] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    lessons: dict[str, PackageLesson] = field(default_factory=dict)
    topics: dict[str, PackageTopic] = field(default_factory=dict)
    quizzes: dict[str, PackageQuiz] = field(default_factory=dict)
    waivers: list[tuple[WaiverEntry, Place]] = field(default_factory=list)
    media: dict[str, PackageMedia] = field(default_factory=dict)
    places: dict[Mention, Place] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def add(self, kind: str, key: str, message: str) -> None:
        """Note a problem at the place of, say, the "item" with this key."""
        place = self.places[Mention(kind, key)]
        self.findings.add(place.file, place.line, message)

    def keys(self, kind: str) -> list[str]:
        return [mention.key for mention in self.places if mention.kind == kind]

    def items(self) -> Iterator[PackageItem]:
        for topic in self.topics.values():
            yield from topic.items


_WHERE = {
    "source": "sources.yaml",
    "term": "terms.yaml",
    "lesson": "lessons/",
    "quiz": "quizzes/",
    "topic": "items/",
    "item": "items/",
    "picture": "media/",
    "video": "media/",
    "captions": "media/",
    "drawing": "templates/courses/drawings/",
}
_USES = {"item": "quiz", "check": "check", "before": "before"}


def check_agreement(draft: Draft) -> None:
    """Note what is named and missing, and, when every file is right, what is there for nothing."""
    for mention, place in draft.findings.named:
        if message := _missing(draft, mention):
            draft.findings.add(place.file, place.line, message)
    _check_counts(draft)
    if not draft.findings.problems:
        _check_uses(draft)


def _missing(draft: Draft, mention: Mention) -> str | None:
    """Return what is wrong with a key that something names, as far as it can be told."""
    kind, key = mention
    if kind in draft.unread:
        return None
    if kind == "course":  # which courses there are is known only where it is loaded
        return None
    if kind in _USES:
        return _unfit_item(draft, key, use=_USES[kind])
    known = drawing_names() if kind == "drawing" else draft.keys(kind)
    if key in known:
        return None
    return f"there is no {kind} “{key}” in {_WHERE[kind]}; {_advice(key, known)}"


def _unfit_item(draft: Draft, key: str, *, use: str) -> str | None:
    if Mention("item", key) not in draft.places:
        return f"there is no item “{key}” in items/; {_advice(key, draft.keys('item'))}"
    item = next((item for item in draft.items() if item.key == key), None)
    if item is None or item.head.use == use:
        return None
    return f"the item “{key}” has “use: {item.head.use}”; name one with “use: {use}”"


def _advice(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key, list(known), 1)
    return f"did you mean “{close[0]}”?" if close else "add it, or mend the key"


def _check_counts(draft: Draft) -> None:
    """Note quizzes that ask for more items of a topic than there are."""
    for quiz in draft.quizzes.values():
        for part in quiz.entry.parts:
            topic = draft.topics.get(part.topic)
            if topic is None:
                continue
            left = [item for item in topic.items if item.head.use == "quiz"]
            count = sum(item.key not in quiz.entry.fixed for item in left)
            if count < part.count:
                message = (
                    f"{part.count} items of “{part.topic}” are asked for and {count} can be drawn "
                    "(use: quiz, and not fixed); ask for fewer or write more"
                )
                draft.add("quiz", quiz.key, message)


def _check_uses(draft: Draft) -> None:
    """Note what nothing leads to: it would be edited and never seen."""
    named = [mention for mention, _place in draft.findings.named]
    for kind in ("lesson", "quiz"):
        for key in draft.keys(kind):
            if Mention(kind, key) not in named:
                draft.add(kind, key, f"no step is this {kind}; add it to “steps” of course.yaml")
    _check_files(draft, named)
    _check_items(draft, named)
    _check_evidence(draft)
    for waiver, place in draft.waivers:
        if message := _misplaced(draft, waiver):
            draft.findings.add(place.file, place.line, message)


def _check_files(draft: Draft, named: list[Mention]) -> None:
    for kind in ("picture", "video", "captions"):
        for name in draft.keys(kind):
            if Mention(kind, name) not in named:
                draft.add(kind, name, "no figure or video of a lesson shows this file; remove it")


def _misplaced(draft: Draft, waiver: WaiverEntry) -> str | None:
    """Return what is wrong with the place that a waiver names."""
    blocks = {
        **{key: [block.key for block in one.blocks] for key, one in draft.lessons.items()},
        **{key: [item.key for item in draft.items()] for key in draft.quizzes},
        "": [*(item.key for item in draft.items()), *(term.key for term in draft.terms)],
    }
    if waiver.step not in blocks:
        return f"there is no step “{waiver.step}”; {_advice(waiver.step, blocks)}"
    known = blocks[waiver.step]
    if waiver.block and waiver.block not in known:
        return f"there is no block or item “{waiver.block}” there; {_advice(waiver.block, known)}"
    return None


def _check_items(draft: Draft, named: list[Mention]) -> None:
    asked = {part.topic for quiz in draft.quizzes.values() for part in quiz.entry.parts}
    covered = {key for lesson in draft.lessons.values() for key in lesson.head.covers}
    for topic in draft.topics.values():
        if topic.key in asked and topic.key not in covered:
            message = "a quiz asks about this topic and no lesson covers it; add it to a lesson's"
            draft.add("topic", topic.key, f"{message} “covers”")
        for item in topic.items:
            if item.head.use == "check" and Mention("check", item.key) not in named:
                draft.add("item", item.key, f"no lesson shows the check “{item.key}”")
            if item.head.use == "before" and Mention("before", item.key) not in named:
                message = f"the item “{item.key}” is not in “before” of course.yaml"
                draft.add("item", item.key, message)
            is_asked = topic.key in asked or Mention("item", item.key) in named
            if item.head.use == "quiz" and not is_asked:
                draft.add("item", item.key, f"no quiz asks the item “{item.key}”")


def _check_evidence(draft: Draft) -> None:
    definitions = {term.key: term.definition for term in draft.terms}
    outside = [mention for mention, place in draft.findings.named if place.file != "terms.yaml"]
    sources, terms = with_definitions(outside, definitions)
    for term in draft.terms:
        if term.key not in terms:
            message = (
                f"nothing uses the term “{term.key}”; mark it with [[{term.key}]] or remove it"
            )
            draft.add("term", term.key, message)
    for source in draft.sources:
        if source.key not in sources:
            message = f"nothing cites the source “{source.key}”; cite it with [@{source.key}]"
            draft.add("source", source.key, f"{message} or remove it")
