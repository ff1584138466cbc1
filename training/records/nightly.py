"""The daily work: what comes with the calendar and with releases, brought down to people."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime

from training.people.organisation import current_organisation
from training.records.assigning import Synced, sync
from training.records.completion import move_off, sync_cycles


@dataclass(frozen=True)
class Nightly:
    """What the daily work changed: cycles opened, people moved, and what a sync did."""

    opened: int
    moved: int
    synced: Synced

    @property
    def is_change(self) -> bool:
        return bool(self.opened or self.moved or any(astuple(self.synced)))

    def __str__(self) -> str:
        return (
            f"{self.synced.made} courses assigned, {self.synced.dated} due dates written, "
            f"{self.synced.removed} assigned courses taken back, {self.opened} courses opened "
            f"again, {self.moved} people moved off a withdrawn release"
        )


def sync_records(*, at: datetime) -> Nightly:
    """Run every reader of the records in turn, each in its own transaction; safe to repeat."""
    opened = sync_cycles(at=at)
    moved = move_off(organisation=current_organisation(), at=at)
    return Nightly(opened=opened, moved=moved, synced=sync(at=at))
