"""Three versions of the parts of a course beside each other: which were shipped, are here, are new.

A part is a lesson, a quiz, an item and so on; what it holds is compared, never looked into. No
Django here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

State = Literal["offered", "here", "conflict"]
Change = Literal["added", "removed", "changed"]


class Part(NamedTuple):
    """What is compared and decided as a whole, such as the "lesson" with a key."""

    kind: str
    key: str


Parts = Mapping[Part, Any]


@dataclass(frozen=True)
class Difference:
    """A part that is not here as the new version has it.

    `state`: "offered" when only the new version changed it, "here" when only this place did,
    "conflict" when both did. `change` is what taking the new version would do to ours.
    """

    part: Part
    state: State
    change: Change


def differences(base: Parts, ours: Parts, theirs: Parts) -> Iterator[Difference]:
    """Yield every part in which ours and the new version differ, in the order of the new one.

    `base` is what ours and theirs both come from; without one it is empty.
    """
    for part in dict.fromkeys([*theirs, *ours]):
        before, here, new = base.get(part), ours.get(part), theirs.get(part)
        if here == new:
            continue
        state: State = "conflict"
        if new == before:
            state = "here"
        elif here == before:
            state = "offered"
        change: Change = "changed"
        if here is None or new is None:
            change = "added" if here is None else "removed"
        yield Difference(part, state, change)


def settled(base: Parts, ours: Parts, theirs: Parts, *, taken: Collection[Part]) -> dict[Part, Any]:
    """Return ours, with what the new version has for the parts that are taken.

    What only this place changed cannot be taken: the new version says nothing about it.
    """
    result = dict(ours)
    for each in differences(base, ours, theirs):
        if each.part not in taken or each.state == "here":
            continue
        if each.change == "removed":
            del result[each.part]
        else:
            result[each.part] = theirs[each.part]
    return result


def ordered(chosen: Collection[str], leading: list[str], other: list[str]) -> list[str]:
    """Return the chosen keys in the leading order; the rest stand behind what they follow there."""
    order = [key for key in leading if key in chosen]
    for at, key in enumerate(other):
        if key in chosen and key not in order:
            before = [each for each in other[:at] if each in order]
            order.insert(order.index(before[-1]) + 1 if before else 0, key)
    return order
