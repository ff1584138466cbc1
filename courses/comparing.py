"""Two documents of a course beside each other: which steps, which blocks, which words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from courses.checks.passages import block_passages, item_passages, kind_of, rich_passages
from courses.documents import (
    About,
    AnyStep,
    Check,
    CourseDocument,
    LessonStep,
    QuizStep,
    step_digest,
)
from quizzes.documents import ItemDocument

Change = Literal["added", "removed", "changed", "same"]
_TOKEN = re.compile(r"\n|[^\s]+|[^\S\n]+")


@dataclass(frozen=True)
class Run:
    """Words that both have, that were added, or that were removed."""

    change: Change
    text: str


@dataclass(frozen=True)
class TextChange:
    """A text of a part, such as its title, as runs by paragraph; only those that changed."""

    name: str
    paragraphs: list[list[Run]]


@dataclass(frozen=True)
class PartChange:
    """A block, an item, or what is said about a step as a whole. `name` begins as the part does.

    `is_only_settings`: no word differs, but something else does, such as which answer is right.
    """

    key: str
    kind: str
    change: Change
    name: str
    texts: list[TextChange]

    @property
    def is_only_settings(self) -> bool:
        return self.change == "changed" and not self.texts


@dataclass(frozen=True)
class StepChange:
    """A step with what changed in it."""

    key: str
    title: str
    change: Change
    is_moved: bool
    parts: list[PartChange]


@dataclass(frozen=True)
class CourseChanges:
    """What differs between two documents. `about`: the course itself, its sources and terms."""

    about: list[PartChange]
    steps: list[StepChange]

    @property
    def is_nothing(self) -> bool:
        return not self.about and all(
            step.change == "same" and not step.is_moved for step in self.steps
        )

    @property
    def changed_steps(self) -> list[StepChange]:
        return [step for step in self.steps if step.change != "same" or step.is_moved]


Items = Mapping[str, Sequence[ItemDocument]]
"""The items of each quiz step, by the key of the step."""
NO_ITEMS: Items = MappingProxyType({})


def compare(
    old: CourseDocument | None,
    new: CourseDocument,
    *,
    old_items: Items = NO_ITEMS,
    new_items: Items = NO_ITEMS,
) -> CourseChanges:
    """Return what changed from one document to the next; everything is new without an old one."""
    before = {step.key: step for step in old.steps} if old else {}
    after = {step.key: step for step in new.steps}
    kept = [key for key in before if key in after]
    moved = _moved(kept, [key for key in after if key in before])
    steps = [
        _step(before.get(key), step, old_items.get(key, ()), new_items.get(key, ()), key in moved)
        for key, step in after.items()
    ]
    gone = [
        _step(step, None, old_items.get(key, ()), (), False)
        for key, step in before.items()
        if key not in after
    ]
    return CourseChanges(_about(old, new), [*steps, *gone])


def words_changed(old: str, new: str) -> list[Run]:
    """Return two texts as one: runs of words kept, removed and added, in reading order."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[Run] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(before[i:j])))
            continue
        if j > i:
            runs.append(Run("removed", "".join(before[i:j])))
        if m > k:
            runs.append(Run("added", "".join(after[k:m])))
    return runs


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the keys that stand in another order; those that others moved past stay."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    stayed = {key for at, _to, size in matcher.get_matching_blocks() for key in old[at : at + size]}
    return set(old) - stayed


def _step(
    old: AnyStep | None,
    new: AnyStep | None,
    old_items: Sequence[ItemDocument],
    new_items: Sequence[ItemDocument],
    is_moved: bool,
) -> StepChange:
    shown = new or old
    assert shown is not None  # noqa: S101 (one of the two is given)
    if old and new and step_digest(old) == step_digest(new):
        return StepChange(new.key, new.title, "same", is_moved, [])
    change: Change = "changed" if old and new else ("added" if new else "removed")
    heads = _heads(old, new)
    parts = _parts(_blocks(old, old_items), _blocks(new, new_items))
    return StepChange(shown.key, shown.title, change, is_moved, [*heads, *parts])


def _blocks(step: AnyStep | None, items: Sequence[ItemDocument]) -> Sequence[Any]:
    return step.blocks if isinstance(step, LessonStep) else items


def _heads(old: AnyStep | None, new: AnyStep | None) -> list[PartChange]:
    """Return the change of what is said about a step as a whole."""
    texts = _texts_changed(_head(old), _head(new))
    return [PartChange("", "step", "changed", "", texts)] if texts else []


def _head(step: AnyStep | None) -> dict[str, str]:
    match step:
        case LessonStep():
            return {
                "title": step.title,
                "minutes": str(step.minutes),
                "content_note": step.content_note,
                "objectives": "\n".join(step.objectives),
                "covers": ", ".join(step.covers),
            }
        case QuizStep():
            return {
                "title": step.title,
                "questions": str(step.question_count),
                "pass_percent": str(step.pass_percent),
                "attempts": str(step.attempts or ""),
            }
    return {}


def _parts(old: Iterable[Any], new: Iterable[Any]) -> list[PartChange]:
    """Return the blocks or items that are not the same, in the order of the newer ones."""
    before = {part.key: part for part in old}
    after = {part.key: part for part in new}
    changes = [_part(before.get(key), part) for key, part in after.items()]
    gone = [_part(part, None) for key, part in before.items() if key not in after]
    return [change for change in [*changes, *gone] if change.change != "same"]


def _part(old: Any, new: Any) -> PartChange:
    shown = new if new is not None else old
    change: Change = "changed"
    if old is None or new is None:
        change = "added" if old is None else "removed"
    elif msgspec.to_builtins(old) == msgspec.to_builtins(new):
        change = "same"
    texts = _texts_changed(_texts(old), _texts(new)) if change != "same" else []
    return PartChange(shown.key, _kind(shown), change, _name(shown), texts)


def _kind(part: Any) -> str:
    return "item" if isinstance(part, ItemDocument) else kind_of(part)


def _name(part: Any) -> str:
    return _short(" ".join(_texts(part).values()))


def beginning_of(part: Any) -> str:
    """Return how a block or item begins; of a question only what is asked, never its feedback."""
    match part:
        case Check():
            return _short(part.item.body.stem)
        case ItemDocument():
            return _short(part.body.stem)
    return _name(part)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59].rstrip()}…"


def _texts(part: Any) -> dict[str, str]:
    """Return the texts of a block or item by the name of their field, a line for a paragraph."""
    if part is None:
        return {}
    passages = (
        item_passages("", part) if isinstance(part, ItemDocument) else block_passages("", part)
    )
    texts: dict[str, str] = {}
    for passage in passages:
        before = texts.get(passage.field)
        texts[passage.field] = f"{before}\n{passage.text}" if before else passage.text
    return texts


def _texts_changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[TextChange]:
    names = list(dict.fromkeys([*new, *old]))
    return [
        TextChange(name, paragraphs_of(words_changed(old.get(name, ""), new.get(name, ""))))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def paragraphs_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Return runs by paragraph; those in which nothing changed are left out."""
    paragraphs: list[list[Run]] = [[]]
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(Run(run.change, line))
    return [each for each in paragraphs if any(run.change != "same" for run in each)]


def _about(old: CourseDocument | None, new: CourseDocument) -> list[PartChange]:
    """Return what changed of the course itself, of its sources and of its terms."""
    texts = _texts_changed(_course_texts(old), _course_texts(new))
    course = [PartChange("", "course", "changed" if old else "added", "", texts)] if texts else []
    return [
        *course,
        *_named("source", old.sources if old else [], new.sources, _source_texts),
        *_named("term", old.terms if old else [], new.terms, _term_texts),
    ]


def _course_texts(document: CourseDocument | None) -> dict[str, str]:
    if document is None:
        return {}
    about = document.about or About()
    return {
        "title": document.title,
        "summary": document.summary,
        "description": _plain(document.description),
        "hours": str(document.hours),
        "objectives": "\n".join(document.objectives),
        "content_note": document.content_note,
        "harms": about.harms,
        "position": about.position,
        "forms": ", ".join(about.forms),
        "written_by": about.written_by,
        "involved": about.involved,
    }


def _plain(html: str) -> str:
    return "\n".join(passage.text for passage in rich_passages("", "", "text", html))


def _source_texts(source: Any) -> dict[str, str]:
    shown = ("kind", "title", "authors", "publisher", "year", "url", "doi", "seen", "seen_on")
    return {name: str(getattr(source, name) or "") for name in shown}


def _term_texts(term: Any) -> dict[str, str]:
    return {"name": term.name, "definition": _plain(term.definition)}


def _named(kind: str, old: Iterable[Any], new: Iterable[Any], texts: Any) -> list[PartChange]:
    before = {part.key: part for part in old}
    after = {part.key: part for part in new}
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        then, now = before.get(key), after.get(key)
        if then == now:
            continue
        change: Change = "changed" if then and now else ("added" if now else "removed")
        shown = texts(now or then)
        name = shown.get("name") or shown.get("title") or key
        changed = _texts_changed(texts(then) if then else {}, texts(now) if now else {})
        changes.append(PartChange(key, kind, change, name, changed))
    return changes
