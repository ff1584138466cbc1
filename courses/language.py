"""The words that the checks notice: language.toml, read once. No Django here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LANGUAGE = Path(__file__).parent / "language.toml"


@dataclass(frozen=True)
class Guard:
    """Words that the house does not write of its own accord, and what it writes instead."""

    pattern: re.Pattern[str]
    suggestion: str
    reason: str
    source: str
    is_worst: bool


@dataclass(frozen=True)
class NoteTheme:
    """Something that a content note has to mention where its words occur."""

    theme: str
    words: re.Pattern[str]
    said: re.Pattern[str]


@dataclass(frozen=True)
class Language:
    guards: tuple[Guard, ...]
    themes: tuple[NoteTheme, ...]
    easy: frozenset[str]


@lru_cache(maxsize=1)
def language() -> Language:
    """Return what language.toml holds; raises KeyError when an entry lacks a part."""
    read = tomllib.loads(LANGUAGE.read_text(encoding="utf-8"))
    return Language(
        guards=tuple(
            Guard(
                whole_words(entry["pattern"]),
                entry["suggestion"],
                entry["reason"],
                entry["source"],
                entry.get("is_worst", False),
            )
            for entry in read["guard"]
        ),
        themes=tuple(
            NoteTheme(entry["theme"], whole_words(entry["words"]), whole_words(entry["said"]))
            for entry in read["note"]
        ),
        easy=frozenset(word.casefold() for word in read["reading"]["easy"]),
    )


def whole_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern that fits whole words only, whatever their capitals."""
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
