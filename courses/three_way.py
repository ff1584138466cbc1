"""Three versions of one thing: as it was shipped, as it is here, as it is shipped now.

Plain rules over any values that can be compared; None stands for a thing that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Content = TypeVar("Content")


class State(StrEnum):
    """What became of a thing since it was shipped."""

    SAME = "same"
    """Nothing is to be decided: both have it alike."""
    HERE = "here"
    """It was changed here alone, so it stays."""
    SHIPPED = "shipped"
    """It was changed by the update alone."""
    BOTH = "both"
    """It was changed here and by the update; somebody has to decide."""


@dataclass(frozen=True)
class ThreeWay(Generic[Content]):
    base: Content | None
    here: Content | None
    shipped: Content | None

    @property
    def state(self) -> State:
        if self.here == self.shipped:
            return State.SAME
        if self.shipped == self.base:
            return State.HERE
        return State.SHIPPED if self.here == self.base else State.BOTH

    @property
    def is_offered(self) -> bool:
        """Say whether the update asks something about it."""
        return self.state in {State.SHIPPED, State.BOTH}

    def chosen(self, *, is_taken: bool) -> Content | None:
        """Return what it is afterwards; what was changed here alone is never given up."""
        return self.shipped if self.is_offered and is_taken else self.here
