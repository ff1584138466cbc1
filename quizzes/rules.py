"""What is told of the answers of a group: nothing of so few that it would tell of one of them."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST = 5
"""Figures of fewer people are withheld."""
STEP = 5
"""What is shown changes only when so many more have answered: two readings of the figure, one
before and one after somebody answered, would tell what they answered."""


@dataclass(frozen=True)
class Share:
    """How large a part of a group was right, in percent.

    All and none are not told, since either names everybody: then it is a bound, which the least
    and the most that one person changes set.
    """

    people: int
    percent: int
    is_at_most: bool = False
    is_at_least: bool = False


def share_of(people: int, right: int) -> Share | None:
    """Return what may be told of a group; None when it is too small.

    Raises ValueError when more are right than there are people.
    """
    if not 0 <= right <= people:
        raise ValueError(f"{right} of {people}")
    if people < FEWEST:
        return None
    told = min(max(right, 1), people - 1)
    return Share(
        people=people,
        percent=round(100 * told / people),
        is_at_most=right <= 1,
        is_at_least=right >= people - 1,
    )


def is_to_be_shown_anew(people: int, *, shown: int) -> bool:
    """Say whether enough more have answered since the figure that is shown."""
    return people - shown >= STEP
