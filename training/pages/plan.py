"""The municipality's plan: actions of the list and its own, with owner, status and date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from training.pages.models import Action
from training.pages.shipped import listed_actions

BETWEEN = 10
"""Between the positions of two actions, so that one of the municipality's own fits in."""


@dataclass(frozen=True)
class PlannedAction:
    """An action of the plan as seen on a day."""

    action: Action
    whose: str
    is_late: bool


@dataclass(frozen=True)
class StatusCount:
    label: str
    count: int


def planned_on(day: date) -> list[PlannedAction]:
    """Return the plan as it stands on a day where the organisation is."""
    return [
        PlannedAction(action, belongs_to(action), is_late(action, on=day))
        for action in Action.objects.all()
    ]


def is_late(action: Action, *, on: date) -> bool:
    """Say whether an action is overdue: from the day after its due date, unless it is settled."""
    return action.due_on is not None and action.due_on < on and action.status not in Action.SETTLED


def belongs_to(action: Action) -> str:
    """Return who can start an action of the list, in a word; nothing for one of our own."""
    listed = listed_actions().get(action.key)
    if listed is None:
        return ""
    return _("Council") if listed.belongs_to == "council" else _("Staff")


def count_by_status(plan: Iterable[PlannedAction]) -> list[StatusCount]:
    """Return how many actions have each status, in the order of the statuses."""
    counts = Counter(planned.action.status for planned in plan)
    return [StatusCount(str(status.label), counts[status]) for status in Action.Status]


@transaction.atomic
def add_listed_actions(*, at: datetime) -> list[Action]:
    """Add to the plan every action of the list that it does not have; return what was added."""
    added = []
    for number, key in enumerate(listed_actions(), start=1):
        defaults = {"position": BETWEEN * number, "changed_at": at}
        action, was_added = Action.objects.get_or_create(key=key, defaults=defaults)
        if was_added:
            added.append(action)
    return added


def save_action(action: Action, *, at: datetime) -> Action:
    """Write an action of the plan and when it was changed."""
    action.changed_at = at
    action.save()
    return action
