"""Drawing a paper: which items of a quiz one attempt asks, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from quizzes.documents import ItemDocument, Part, QuizDocument


class NotEnoughItems(ValueError):
    """A quiz asks for more items than it has."""


@dataclass(frozen=True)
class DrawnItem:
    """An item on a paper: its digest, and the order in which its choices are shown."""

    digest: str
    order: list[str]


@dataclass(frozen=True)
class Shortage:
    """A part that cannot be filled; `topic` is None for a part that draws from any topic."""

    topic: str | None
    wanted: int
    available: int


def draw_paper(
    document: QuizDocument,
    items: Mapping[str, ItemDocument],
    *,
    avoid: frozenset[str],
    seed: int,
) -> list[DrawnItem]:
    """Return the items of one paper: the fixed ones first, then part by part.

    `items` maps digests to all items of the quiz, `avoid` holds keys of items that are drawn only
    when too few others are left. The same arguments give the same paper. Raises NotEnoughItems.
    """
    random = Random(seed)  # noqa: S311 (a fair draw, not a secret)
    taken = dict.fromkeys(document.fixed)
    drawn: dict[int, list[str]] = {}
    for index, part in _most_particular_first(document.parts):
        candidates = [
            digest
            for digest in document.items
            if digest not in taken and part.topic in (None, items[digest].topic)
        ]
        drawn[index] = _draw(part, candidates, items, avoid=avoid, random=random)
        taken.update(dict.fromkeys(drawn[index]))
    digests = [*document.fixed, *(digest for index in sorted(drawn) for digest in drawn[index])]
    return [DrawnItem(digest, items[digest].body.draw_order(random)) for digest in digests]


def shortages(document: QuizDocument, topics: Mapping[str, str]) -> list[Shortage]:
    """Return the parts that draw_paper could not fill; `topics` maps digests to topics."""
    left = [topics[digest] for digest in document.items if digest not in document.fixed]
    found = []
    for _index, part in _most_particular_first(document.parts):
        available = [topic for topic in left if part.topic in (None, topic)]
        if len(available) < part.count:
            found.append(Shortage(part.topic, part.count, len(available)))
        for topic in available[: part.count]:
            left.remove(topic)
    return found


def _most_particular_first(parts: Iterable[Part]) -> Iterator[tuple[int, Part]]:
    """Yield the parts with their places, those of one topic before those of any.

    A part that takes any topic must not use up the items that a part of one topic needs.
    """
    yield from sorted(enumerate(parts), key=lambda numbered: numbered[1].topic is None)


def _draw(
    part: Part,
    candidates: list[str],
    items: Mapping[str, ItemDocument],
    *,
    avoid: frozenset[str],
    random: Random,
) -> list[str]:
    if len(candidates) < part.count:
        raise NotEnoughItems(part.topic or "any topic")
    random.shuffle(candidates)
    candidates.sort(key=lambda digest: items[digest].key in avoid)
    chosen = candidates[: part.count]
    random.shuffle(chosen)
    return chosen
