"""Marks inside texts: `[@source-key]` cites a source, `[[term-key]]` marks a term.

`[[term-key|other words]]` shows the other words. No Django here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
MARKER = re.compile(
    rf"\[@(?P<source>{SLUG})\]|\[\[(?P<term>{SLUG})(?:\|(?P<words>[^\[\]<>|]+))?\]\]"
)
STRAY = re.compile(r"\[(?:@|\[)[^\]<\n]{0,40}\]{0,2}")


class Mention(NamedTuple):
    """What something names: a "source" that it cites, a "term" that it marks."""

    kind: str
    key: str


def mentions_in(text: str) -> Iterator[Mention]:
    """Yield what a text cites and marks, in its order."""
    for found in MARKER.finditer(text):
        if found["source"]:
            yield Mention("source", found["source"])
        else:
            yield Mention("term", found["term"])


def strays_in(text: str) -> list[str]:
    """Return what begins like a mark in a text and is none, such as `[@Two Words]`."""
    return STRAY.findall(MARKER.sub("", text))
