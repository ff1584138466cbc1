"""The support lines: those that ship, and how the support page groups them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from training.pages.models import SupportLine

SHIPPED_LINES = Path(__file__).with_name("support_lines.toml")


@dataclass(frozen=True)
class LineGroup:
    """The lines of one province; with an empty `province`, of all Canada."""

    province: str
    lines: list[SupportLine]


@transaction.atomic
def load_support_lines() -> list[SupportLine]:
    """Fill in the lines that ship when there are none yet; return what was made.

    None of them is confirmed: the organisation tries each, and writes down when.
    """
    if SupportLine.objects.exists():
        return []
    shipped = tomllib.loads(SHIPPED_LINES.read_text(encoding="utf-8"))
    lines = [
        SupportLine(position=10 * number, **line)
        for number, line in enumerate(shipped["line"], start=1)
    ]
    return SupportLine.objects.bulk_create(lines)


def grouped_lines() -> list[LineGroup]:
    """Return every line, in order, the groups of the provinces before that of all Canada."""
    groups: dict[str, list[SupportLine]] = {}
    for line in SupportLine.objects.all():
        groups.setdefault(line.province, []).append(line)
    return [
        LineGroup(province, groups[province]) for province in sorted(groups, key=is_canada_wide)
    ]


def is_canada_wide(province: str) -> bool:
    return not province
