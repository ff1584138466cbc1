"""Two people changed one draft: what each has, and one form out of both.

Nothing is decided for anybody: each part that differs is taken from the saved draft or from what
was posted, as its chooser says; a block that both changed can stand twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.admin.fields import RowsField
from courses.admin.opened import Part, Side, marked

MINE, SAVED, BOTH = "mine", "saved", "both"
CHOICE = "take:"
ORDER = "order"
STEP = 10
_COPY = "+"


@dataclass(frozen=True)
class Difference:
    """A part in which the two sides differ; `choice` is what is suggested, if anything is."""

    id: str
    name: str
    mine: Part | None
    saved: Part | None
    options: list[tuple[str, Any]]
    choice: str
    said: Any = ""

    @property
    def field_name(self) -> str:
        return f"{CHOICE}{self.id}"

    @property
    def saved_shown(self) -> list[tuple[str, str]]:
        return _marked(self.saved, self.mine)

    @property
    def mine_shown(self) -> list[tuple[str, str]]:
        return _marked(self.mine, self.saved)


def _marked(part: Part | None, other: Part | None) -> list[tuple[str, str]]:
    """Return what a part shows, with the words marked that the other side has otherwise."""
    if part is None or other is None:
        return part.shown if part else []
    return [
        (label, marked(html, others))
        for (label, html), (_label, others) in zip(part.shown, other.shown, strict=True)
    ]


@dataclass
class Merged:
    """One form out of both, and the places of the blocks that it does not post."""

    posted: QueryDict
    places: dict[str, int] = field(default_factory=dict)


def differences(opened: Mapping[str, str], saved: Side, mine: Side) -> list[Difference]:
    """Return what differs between what is saved and what was posted, in the order of the page."""
    found = [
        difference
        for id_ in dict.fromkeys([*saved.parts, *mine.parts])
        if (difference := _difference(opened, saved.parts.get(id_), mine.parts.get(id_)))
    ]
    return [*found, *_order_difference(opened, saved, mine)]


def _difference(
    opened: Mapping[str, str], saved: Part | None, mine: Part | None
) -> Difference | None:
    if mine is None or mine.is_new:
        return None
    was = opened.get(mine.id)
    if saved is None:
        return None if mine.is_removed else _gone(mine, has_changed=mine.digest != was)
    if mine.is_removed:
        return _removed(mine, saved) if saved.digest != was else None
    if saved.digest == mine.digest:
        return None
    options = [(SAVED, _("Keep what is saved")), (MINE, _("Take mine"))]
    if mine.is_block:
        options.append((BOTH, _("Keep both, mine after it")))
    return Difference(mine.id, mine.name, mine, saved, options, *_suggested(was, saved, mine))


def _suggested(was: str | None, saved: Part, mine: Part) -> tuple[str, Any]:
    if mine.digest == was:
        return SAVED, _("You did not change it.")
    if saved.digest == was:
        return MINE, _("Only you changed it.")
    return BOTH if mine.is_block else "", _("Both of you changed it.")


def _gone(mine: Part, *, has_changed: bool) -> Difference:
    options = [(SAVED, _("Leave it out")), (MINE, _("Put mine back"))]
    choice = MINE if has_changed else SAVED
    return Difference(mine.id, mine.name, mine, None, options, choice, _("It was removed."))


def _removed(mine: Part, saved: Part) -> Difference:
    options = [(SAVED, _("Keep what is saved")), (MINE, _("Remove it"))]
    said = _("You removed it; since then it was changed.")
    return Difference(mine.id, mine.name, None, saved, options, SAVED, said)


def _order_difference(opened: Iterable[str], saved: Side, mine: Side) -> list[Difference]:
    both = [id_ for id_ in mine.order if id_ in saved.parts]
    there = [id_ for id_ in saved.order if id_ in both]
    if both == there:
        return []
    before = [id_ for id_ in opened if id_ in both]
    choice = SAVED if both == before else MINE
    options = [(SAVED, _("Keep the saved order")), (MINE, _("Take my order"))]
    said = _("Blocks were moved.")
    return [Difference(ORDER, str(_("Order of the blocks")), None, None, options, choice, said)]


def merged(posted: QueryDict, saved: Side, mine: Side, choices: Mapping[str, str]) -> Merged:
    """Return the form that holds of each part what was chosen; `choices` go by the part."""
    result = Merged(posted.copy())
    for name in [name for name in result.posted if name.startswith(CHOICE)]:
        del result.posted[name]
    rows: dict[str, list[tuple[str, Part]]] = {}
    for part in mine.parts.values():
        choice = choices.get(part.id, MINE)
        if not part.prefix:
            if choice == SAVED:
                _put_back(result.posted, saved.parts[part.id].fields[0])
            continue
        rows.setdefault(part.prefix, [])
        if part.is_new or choice != SAVED:
            is_added = not part.is_new and (choice == BOTH or part.id not in saved.parts)
            rows[part.prefix].append((f"{part.id}{_COPY}" if is_added else part.id, part))
    order = _order(saved, mine, rows, takes_mine=choices.get(ORDER, MINE) == MINE)
    for prefix, taken in rows.items():
        _renumber(result.posted, prefix, taken, order)
    named = {token for taken in rows.values() for token, _part in taken}
    result.places = {token: place for token, place in order.items() if token not in named}
    return result


def _put_back(posted: QueryDict, bound: forms.BoundField) -> None:
    """Let a field hold what is saved, as a browser would send it."""
    name, value = bound.html_name, bound.value()
    if isinstance(bound.field, RowsField):
        for column, kind in bound.field.columns.items():
            rows = [str(kind.prepare_value(row.get(column)) or "") for row in value or []]
            posted.setlist(f"{name}-{column}", rows)
    elif isinstance(value, list | tuple):
        posted.setlist(name, [str(each) for each in value])
    elif value is None or isinstance(value, bool):
        posted.setlist(name, ["on"] if value else [])
    else:
        posted[name] = str(value)


def _order(
    saved: Side, mine: Side, rows: Mapping[str, list[tuple[str, Part]]], *, takes_mine: bool
) -> dict[str, int]:
    """Return the place of every block that stays; one that only one side has follows its own."""
    taken = {token for each in rows.values() for token, part in each if part.is_block}
    stays = taken | set(saved.order)
    ours = [token for id_ in mine.order for token in (id_, f"{id_}{_COPY}") if token in stays]
    lists = [ours, [id_ for id_ in saved.order if id_ in stays]]
    first, second = lists if takes_mine else lists[::-1]
    order = list(first)
    for place, token in enumerate(second):
        if token not in order:
            before = [order.index(each) for each in second[:place] if each in order]
            order.insert(before[-1] + 1 if before else 0, token)
    return {token: STEP * number for number, token in enumerate(order, 1)}


def _renumber(
    posted: QueryDict, prefix: str, taken: list[tuple[str, Part]], order: Mapping[str, int]
) -> None:
    """Let a formset hold only the rows that are taken, those that exist first."""
    pattern = re.compile(rf"{re.escape(prefix)}-(\d+)-(.+)")
    given: dict[int, dict[str, list[str]]] = {}
    for name in list(posted):
        if found := pattern.fullmatch(name):
            given.setdefault(int(found[1]), {})[found[2]] = posted.getlist(name)
            del posted[name]
    is_added = {token: part.is_new or token.endswith(_COPY) for token, part in taken}
    taken = sorted(taken, key=lambda each: is_added[each[0]])
    for number, (token, part) in enumerate(taken):
        left_out = {"id", "DELETE"} if is_added[token] else set()
        for name, values in given.get(part.index, {}).items():
            if name not in left_out:
                posted.setlist(f"{prefix}-{number}-{name}", values)
        if part.is_block and token in order:
            posted[f"{prefix}-{number}-ordering"] = str(order[token])
    posted[f"{prefix}-TOTAL_FORMS"] = str(len(taken))
    posted[f"{prefix}-INITIAL_FORMS"] = str(sum(not added for added in is_added.values()))
