"""Searching what courses say: which passages fit a question, and what to show of them. No Django.

Words are compared without case and accents and by their stem: "trafficked" finds "trafficking".
An index follows from a release alone, so each process can make it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from courses.checks.passages import block_passages, plain_words, rich_passages
from courses.documents import AnyBlock, Check, CourseDocument, LessonStep

Kind = Literal["lesson", "term", "source"]

SNIPPET = 240
"""How many characters of a passage are shown, at most."""
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "may",
        "my",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)
# What a page shows only after an answer, or only to whoever chooses to read it.
_NOT_FOUND = {"sorting": {"feedback"}, "noted": {"text"}}
_TITLE_WEIGHT = 3
_BEGINNING_WEIGHT = 0.4
_SHORTEST_BEGINNING = 4
_SATURATION, _LENGTH = 1.2, 0.6


@dataclass(frozen=True)
class Passage:
    """Something that can be found: a lesson, a part of it, a term or a source.

    `step` is the key of its lesson. `key` is that of its block, of the term or of the source; a
    lesson as a whole has none.
    """

    kind: Kind
    step: str
    key: str
    title: str
    text: str


@dataclass(frozen=True)
class Index:
    """The passages of a release, and by stem in which of them it stands and with what weight."""

    passages: tuple[Passage, ...]
    found: Mapping[str, Mapping[int, float]]
    lengths: tuple[int, ...]


@dataclass(frozen=True)
class Hit:
    """A passage that fits a question: `place` names its index, `words` of the question stand in it.

    A higher score fits better.
    """

    place: str
    passage: Passage
    words: int
    score: float


@dataclass(frozen=True)
class Piece:
    """A piece of a snippet; whether it is one of the words that were looked for."""

    text: str
    is_found: bool


# --- Words ---------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Return a text without case and accents, to be compared."""
    apart = text
    for _round in range(2):  # folding some letters gives others that are still to be taken apart
        apart = unicodedata.normalize("NFKD", apart).casefold()
    apart = unicodedata.normalize("NFKD", apart)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def stem(word: str) -> str:
    """Return what a folded English word shares with its other forms; never nothing."""
    word = re.sub(r"['’ʼ].*", "", word) or word
    if len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = _without_ending(word)
    if len(word) > 3 and word.endswith(("e", "k")):
        word = word[:-1]
    return word


def _without_ending(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ers", "er", "ed", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 4:
            is_doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
            return rest[:-1] if is_doubled else rest
    return word


def stems_of(text: str) -> list[str]:
    """Return the stems of the words of a text, in its order, but for the most common ones."""
    words = [found[0] for found in _WORD.finditer(folded(text))]
    return [stem(word) for word in words if word not in _COMMON]


# --- The index -----------------------------------------------------------------------------------


def index_of(document: CourseDocument) -> Index:
    """Return the index of a release; checks and quizzes give no answer away in it."""
    passages = tuple(passages_of(document))
    found: dict[str, dict[int, float]] = defaultdict(dict)
    lengths = []
    for number, passage in enumerate(passages):
        weights = Counter[str](stems_of(passage.text))
        lengths.append(weights.total())
        for each in stems_of(passage.title):
            weights[each] += _TITLE_WEIGHT
        for each, weight in weights.items():
            found[each][number] = weight
    return Index(passages, dict(found), tuple(lengths))


def passages_of(document: CourseDocument) -> Iterator[Passage]:
    """Yield what can be found in a release: lessons, their blocks, terms and sources."""
    for step in document.steps:
        if isinstance(step, LessonStep):
            yield Passage("lesson", step.key, "", step.title, " ".join(step.objectives))
            for block in step.blocks:
                yield from _in_block(step, block)
    for term in document.terms:
        definition = " ".join(each.words for each in rich_passages("", "", "", term.definition))
        yield Passage("term", "", term.key, term.name, definition)
    for source in document.sources:
        said = [source.authors, source.publisher, str(source.year or "")]
        text = ", ".join(each for each in said if each)
        yield Passage("source", "", source.key, source.title, text)


def _in_block(step: LessonStep, block: AnyBlock) -> Iterator[Passage]:
    """Yield the passages of a block: one, or one for each heading in it."""
    if isinstance(block, Check):
        yield Passage("lesson", step.key, block.key, step.title, block.item.body.stem)
        return
    left_out = _NOT_FOUND.get(str(block.__struct_config__.tag), set())
    title, texts = step.title, list[str]()
    for part in block_passages(step.key, block):
        if part.field in left_out:
            continue
        if part.heading:
            yield from _passage(step, block, title, texts)
            title, texts = part.words, []
        else:
            texts.append(part.words)
    yield from _passage(step, block, title, texts)


def _passage(
    step: LessonStep, block: AnyBlock, title: str, texts: Sequence[str]
) -> Iterator[Passage]:
    if texts or title != step.title:
        yield Passage("lesson", step.key, block.key, plain_words(title), " ".join(texts))


# --- Searching -----------------------------------------------------------------------------------


def search(indexes: Mapping[str, Index], question: str) -> list[Hit]:
    """Return the passages in which words of a question stand, those with the most of them first.

    Words that begin like a word of the question count a little.
    """
    words = list(dict.fromkeys(stems_of(question)))
    total = sum(len(index.passages) for index in indexes.values())
    scores: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for word in words:
        found = dict(_found(indexes, word))
        rarity = log(1 + total / (1 + len(found)))
        for place, weight in found.items():
            scores[place][word] = rarity * weight
    hits = [
        Hit(name, indexes[name].passages[number], len(by_word), sum(by_word.values()))
        for (name, number), by_word in scores.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.words, -hit.score))


def _found(indexes: Mapping[str, Index], word: str) -> Iterator[tuple[tuple[str, int], float]]:
    """Yield where a stem stands, or what begins with it, and how much that counts there."""
    for name, index in indexes.items():
        average = sum(index.lengths) / max(len(index.lengths), 1) or 1
        weights: dict[int, float] = defaultdict(float)
        for other in _matching(index.found, word):
            share = 1 if other == word else _BEGINNING_WEIGHT
            for number, weight in index.found[other].items():
                weights[number] += weight * share
        for number, weight in weights.items():
            long = 1 - _LENGTH + _LENGTH * index.lengths[number] / average
            yield (name, number), weight / (weight + _SATURATION * long)


def _matching(known: Iterable[str], word: str) -> list[str]:
    if len(word) < _SHORTEST_BEGINNING:
        return [word] if word in known else []
    return [other for other in known if other.startswith(word)]


# --- Snippets ------------------------------------------------------------------------------------


def snippet(text: str, question: str) -> list[Piece]:
    """Return the part of a text in which the most words of a question stand, those words marked."""
    wanted = set(stems_of(question))
    spans = [(at.start(), at.end()) for at in _WORD.finditer(text) if _is_wanted(at[0], wanted)]
    start, end = _window(text, spans, wanted)
    pieces: list[Piece] = []
    if start > 0:
        pieces.append(Piece("… ", is_found=False))
    at = start
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [Piece(text[at:first], is_found=False), Piece(text[first:last], True)]
            at = last
    pieces.append(Piece(text[at:end], is_found=False))
    if end < len(text):
        pieces.append(Piece(" …", is_found=False))
    return [piece for piece in pieces if piece.text]


def _is_wanted(word: str, wanted: set[str]) -> bool:
    seen = folded(word)
    if seen in _COMMON:
        return False
    own = stem(seen)
    return any(
        own == each or (len(each) >= _SHORTEST_BEGINNING and own.startswith(each))
        for each in wanted
    )


def _window(text: str, spans: Sequence[tuple[int, int]], wanted: set[str]) -> tuple[int, int]:
    """Return from where to where a text is shown, cut between words."""
    if len(text) <= SNIPPET:
        return 0, len(text)

    def stands_in(start: int) -> int:
        inside = [text[a:b] for a, b in spans if start <= a and b <= start + SNIPPET]
        return len({stem(folded(word)) for word in inside})

    starts = [max(first - SNIPPET // 4, 0) for first, _last in spans] or [0]
    best = min(max(starts, key=stands_in), len(text) - SNIPPET // 2)
    start = text.rfind(" ", 0, best) + 1 if best else 0
    end = len(text) if start + SNIPPET >= len(text) else text.rfind(" ", start, start + SNIPPET)
    return start, end if end > start else min(start + SNIPPET, len(text))
