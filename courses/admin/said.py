"""What readers and reviewers said: with the place it is about, in the lists and in the editor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courses.admin.findings import Places
from courses.models import Course

Row = TypeVar("Row")


@dataclass(frozen=True)
class Place:
    """Where something was said, as the places of findings are looked up."""

    step: str
    block: str


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """What was said with the name of its step, and where what it is about is edited."""

    row: Row
    place: str
    url: str
    draft: str = ""
    """An answer that was written and could not be taken yet."""

    @property
    def written(self) -> str:
        row: Any = self.row
        return self.draft or str(row.answer)


def shown_said(
    course: Course,
    rows: Iterable[Row],
    place_of: Callable[[Row], Place],
    *,
    field: str,
    kept: QueryDict | None = None,
) -> list[Shown[Row]]:
    """Return what was said with its places.

    `kept` is an answer that waited for its writer; `field` is how its form names what it answers.
    """
    found = [(row, place_of(row)) for row in rows]
    places = Places(course, [place for _row, place in found])
    drafts = {kept.get(field): kept.get("answer", "")} if kept else {}
    return [
        Shown(
            row=row,
            place=places.name_of(place),
            url=places.url_of(place),
            draft=str(drafts.get(str(getattr(row, "pk", "")), "")),
        )
        for row, place in found
    ]


@dataclass(frozen=True)
class Quoted:
    """What stands at a block in the editor: who said it, the words, and where it is answered."""

    who: str
    text: str
    url: str


ByBlock = Mapping[str, list[Quoted]]


def together(*several: ByBlock) -> ByBlock:
    """Return what stands at each block, one after another."""
    blocks = dict.fromkeys(block for each in several for block in each)
    return {block: [one for each in several for one in each.get(block, ())] for block in blocks}


def quoted(rows: Iterable[Quoted]) -> SafeString:
    """Return what was said about a block, as it stands at the block in the editor."""
    cells = ((row.who, row.text, row.url, gettext("Answer")) for row in rows)
    one = '<span class="reader"><strong>{}</strong> “{}” <a href="{}">{}</a></span>'
    return format_html("{}", format_html_join("", one, cells))
