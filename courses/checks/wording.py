"""How a course is worded: words to avoid, content notes, the reading grade. No Django here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pyphen import Pyphen

from courses.checks.findings import Finding
from courses.checks.material import Material
from courses.checks.passages import Passage, kind_of, plain_words, sentences_of
from courses.documents import LessonStep
from courses.language import Guard, language

HIGHEST_GRADE = 10.0
_FEWEST_WORDS = 100
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![aeioutd])ed|(?<![aeioucgsxz])(?<![cs]h)es)$"
)


def words_to_avoid(passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield the words of language.toml that stand unquoted, once a block for each of them."""
    for passage in passages:
        if passage.is_quoted:
            continue
        for guard, found in guarded_words(passage):
            yield Finding(
                check="words-to-avoid",
                severity="error" if guard.is_worst else "warning",
                weight=88 if guard.is_worst else 30,
                step=passage.step,
                block=passage.block,
                text=found.casefold(),
                message=(
                    f"“{found.casefold()}”: better {guard.suggestion}. {guard.reason} Source:"
                    f" {guard.source}. Put it in quotation marks if somebody else says it."
                ),
            )


def guarded_words(passage: Passage) -> list[tuple[Guard, str]]:
    """Return the words to avoid in a passage; of two that overlap, the longer."""
    shown = plain_words(passage.emphasised or passage.text)
    text = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), shown)
    found = [
        (match.start(), match.end(), guard, match[0])
        for guard in language().guards
        for match in guard.pattern.finditer(text)
        if match[0].casefold() not in passage.defines.casefold()
    ]
    return [
        (guard, words)
        for start, end, guard, words in found
        if not any(
            a <= start and end <= b and (b - a) > (end - start) for a, b, _guard, _words in found
        )
    ]


def missing_content_notes(material: Material, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield what a lesson mentions and no content note before it says."""
    read: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        read[passage.step].append(passage)
    for lesson in material.lessons():
        yield from _missing_notes(lesson, read[lesson.key])


def _missing_notes(lesson: LessonStep, passages: Iterable[Passage]) -> Iterator[Finding]:
    noted = {
        block.key: str(getattr(block, "note", ""))
        for block in lesson.blocks
        if kind_of(block) == "noted"
    }
    read = [passage for passage in passages if passage.block]
    for theme in language().themes:
        for passage in read:
            note = f"{lesson.content_note} {noted.get(passage.block, '')}"
            mentioned = theme.words.search(passage.words)
            if mentioned is None or theme.said.search(note):
                continue
            yield Finding(
                "content-note-missing",
                "warning",
                86,
                lesson.key,
                "",
                f"The lesson mentions {theme.theme} (“{mentioned[0]}” in {passage.block}), and its"
                " content note does not say so. Say it there in plain words.",
                text=theme.theme,
            )
            break


def hard_to_read(material: Material, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield lessons whose text asks for more than ten years of school."""
    known = _names_of_terms(material)
    for lesson in material.lessons():
        read = [one for one in passages if one.step == lesson.key and not one.heading]
        if (grade := reading_grade(read, known)) <= HIGHEST_GRADE:
            continue
        block, hardest = _hardest(read, known)
        yield Finding(
            "hard-to-read",
            "warning",
            48,
            lesson.key,
            block,
            f"The lesson reads at grade {grade:.1f}; people of grade {HIGHEST_GRADE:.0f} should"
            f" manage. Begin here (grade {hardest:.1f}): shorter sentences, plainer words.",
            text=lesson.key,
        )


def _hardest(passages: Sequence[Passage], known: frozenset[str]) -> tuple[str, float]:
    """Return the block of a lesson that is hardest to read, and its grade."""
    blocks: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        blocks[passage.block].append(passage)
    grades = {
        block: reading_grade(read, known)
        for block, read in blocks.items()
        if block and sum(len(one.words.split()) for one in read) >= _FEWEST_WORDS // 2
    }
    block = max(grades, key=lambda key: grades[key], default="")
    return block, grades.get(block, 0.0)


def reading_grade(passages: Iterable[Passage], easy: frozenset[str] = frozenset()) -> float:
    """Return the Flesch-Kincaid grade of texts (years of school); 0 under a hundred words.

    0.39 * words/sentences + 11.8 * syllables/words - 15.59 (Kincaid and others, 1975). Names, the
    words of `easy` and those of language.toml count as two syllables: there is no plainer one.
    """
    sentences = [
        _words_in(sentence)
        for passage in passages
        for sentence in sentences_of(passage.words)
        if passage.words.endswith((".", "?", "!", "”", '"', ":"))
    ]
    read = [words for words in sentences if words]
    count = sum(map(len, read))
    if count < _FEWEST_WORDS:
        return 0.0
    beats = sum(_syllables(word, at, easy) for words in read for at, word in enumerate(words))
    return 0.39 * count / len(read) + 11.8 * beats / count - 15.59


def _words_in(sentence: str) -> list[str]:
    return [found[0] for found in _WORD.finditer(sentence)]


def _syllables(word: str, position: int, easy: frozenset[str]) -> int:
    folded = word.casefold()
    is_name = position > 0 and word[0].isupper()
    count = _counted(folded)
    return min(count, 2) if is_name or folded in easy or folded in language().easy else count


@lru_cache(maxsize=20_000)
def _counted(word: str) -> int:
    """Return the syllables of a word; of one that is never hyphenated, by its groups of vowels.

    Printers do not break "any" or "about", but they have two syllables.
    """
    if breaks := len(_hyphens().positions(word)):
        return breaks + 1
    return max(len(_VOWELS.findall(_SILENT.sub("", word))), 1)


@lru_cache(maxsize=1)
def _hyphens() -> Pyphen:
    return Pyphen(lang="en_US")


def _names_of_terms(material: Material) -> frozenset[str]:
    return frozenset(word.casefold() for term in material.terms for word in _words_in(term.name))
