"""Retiring an item: no new paper asks it, old papers keep it. It can be restored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from quizzes.models import Item
from quizzes.versioned import lock_draft


@transaction.atomic
def retire_item(item: Item, *, at: datetime) -> Item:
    """Return an item that no new paper asks; one that is retired already stays as it is."""
    return _set(item, at)


@transaction.atomic
def restore_item(item: Item) -> Item:
    """Return an item that papers may ask again."""
    return _set(item, None)


def _set(item: Item, at: datetime | None) -> Item:
    item = lock_draft(item)
    if (item.retired_at is None) == (at is None):
        return item
    item.retired_at = at
    item.version += 1
    item.save(update_fields=["retired_at", "version"])
    return item
