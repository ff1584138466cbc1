"""Texts of a package: what is wrong in them, what they name, and the form they are kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from courses.markers import MARKER, mentions_in, strays_in
from courses.packages.problems import Findings, Place
from courses.richtext import from_markdown, plain_form, unread_markdown, words

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Text:
    """A text as written. `source` are the lines of the file it stands in, from `first_line`.

    `is_literal`: line for line the same as in the file.
    """

    file: str
    value: str
    first_line: int
    source: tuple[str, ...] = ()
    is_literal: bool = True

    def line_at(self, offset: int) -> int:
        """Return the line of the file for a line of the text, counted from 0."""
        return self.first_line + offset if self.is_literal else self.first_line

    def line_of(self, words: str) -> int:
        """Return the line of the file on which `words` first stand."""
        lines = self.value.split("\n") if self.is_literal else self.source
        found = (number for number, line in enumerate(lines) if words in line)
        return self.first_line + next(found, 0)


def read_rich(text: Text, findings: Findings, *, headings: bool) -> str | None:
    """Return Markdown as rich text in normal form, or None when something is wrong with it."""
    if not _is_storable(text, findings):
        return None
    problems = list(unread_markdown(text.value, headings=headings))
    for offset, message in problems:
        findings.add(text.file, text.line_at(offset), message)
    html = from_markdown(text.value)
    if not problems and not words(html):
        findings.add(text.file, text.first_line, "the text is empty; write it or leave it out")
        return None
    are_marks_right = _take_marks(html, text, findings)
    return html if are_marks_right and not problems else None


def read_plain(text: Text, findings: Findings, *, may_cite: bool) -> str | None:
    """Return plain text in its form, or None when something is wrong with it."""
    if not _is_storable(text, findings):
        return None
    value = plain_form(text.value)
    if not value:
        findings.add(text.file, text.first_line, "the text is empty; write it or leave it out")
        return None
    if may_cite:
        return value if _take_marks(value, text, findings) else None
    if found := MARKER.search(value):
        message = f"{found[0]} cannot stand in plain text; move it to a text or leave it out"
        findings.add(text.file, text.line_of(found[0]), message)
        return None
    return value


def _is_storable(text: Text, findings: Findings) -> bool:
    if _UNSTORABLE.search(text.value):
        findings.add(text.file, text.first_line, "an escape makes a character that no text has")
        return False
    return True


def _take_marks(shown: str, text: Text, findings: Findings) -> bool:
    """Note what the text names; say whether all of its marks can be read."""
    for mention in mentions_in(shown):
        sign = f"[@{mention.key}]" if mention.kind == "source" else f"[[{mention.key}"
        findings.named.append((mention, Place(text.file, text.line_of(sign))))
    strays = strays_in(shown)
    for stray in strays:
        findings.add(
            text.file,
            text.line_of(stray),
            f"“{stray}” is no citation and no term; write [@source-key], [[term-key]] "
            "or [[term-key|other words]], keys in small letters, digits and hyphens",
        )
    return not strays
