"""The content of the tools that ships with the software, read once in a process.

It stands beside this module. Its sources are those of the shipped courses, so that each source is
written down once; a municipality's own courses and edits change nothing here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from courses.documents import Source
from courses.packages.single import read_entries, read_entry
from training.pages.documents import ActionList, CouncilAction, IndustryCard, Worksheet

HERE = Path(__file__).parent
SHIPPED_COURSES = HERE.parent.parent / "courses" / "content"
INDUSTRY_COURSE = "where-trafficking-happens"
"""The course whose lessons the industry cards name."""


@lru_cache
def six_questions() -> Worksheet:
    return read_entry(HERE / "six_questions.yaml", Worksheet)


@lru_cache
def industry_cards() -> tuple[IndustryCard, ...]:
    return tuple(read_entries(HERE / "industry_cards.yaml", IndustryCard))


@lru_cache
def council_actions() -> ActionList:
    return read_entry(HERE / "council_actions.yaml", ActionList)


@lru_cache
def listed_actions() -> dict[str, CouncilAction]:
    """Return the actions for a local government by their keys, in their order."""
    return {action.key: action for action in council_actions().actions}


@lru_cache
def shipped_sources() -> tuple[Source, ...]:
    """Return every source of the shipped courses; two courses that share one have it alike."""
    found: dict[str, Source] = {}
    for path in sorted(SHIPPED_COURSES.glob("*/sources.yaml")):
        found |= {source.key: source for source in read_entries(path, Source)}
    return tuple(found.values())
