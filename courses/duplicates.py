"""Which sources may be one work written twice: a guess, for people to check."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

NEAR = 0.8
"""How large a share of their words two titles have in common at least, to be shown as near."""

_WORD = re.compile(r"\w+")
_DOI = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


class Work(Protocol):
    """What a source has to tell it by."""

    title: str
    url: str
    doi: str


Kind = TypeVar("Kind", bound=Work)


def same_works(work: Work, others: Iterable[Kind]) -> Iterator[tuple[Kind, str]]:
    """Yield those of the others that may be the same work: "doi", "url" or "title" says why."""
    for other in others:
        if why := _likeness(work, other):
            yield other, why


def works_twice(works: Iterable[Kind]) -> list[Kind]:
    """Return the works of which one of the others may be a second copy."""
    all_works = list(works)
    return [
        work
        for work in all_works
        if any(same_works(work, (each for each in all_works if each is not work)))
    ]


def _likeness(one: Work, other: Work) -> str:
    if one.doi and folded_doi(one.doi) == folded_doi(other.doi):
        return "doi"
    if one.url and folded_url(one.url) == folded_url(other.url):
        return "url"
    return "title" if _are_near(_words(one.title), _words(other.title)) else ""


def folded_doi(doi: str) -> str:
    """Return a DOI without its resolver, in small letters."""
    return _DOI.sub("", doi.strip()).casefold()


def folded_url(url: str) -> str:
    """Return an address without scheme, www, fragment and closing slash."""
    return _ADDRESS.sub("", url.strip().split("#")[0]).rstrip("/").casefold()


def _words(title: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", title).casefold()
    return frozenset(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def _are_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two titles are near; other numbers are another section, year or volume."""
    numbers = {word for word in one ^ other if word.isdigit()}
    return bool(one) and not numbers and len(one & other) / len(one | other) >= NEAR
