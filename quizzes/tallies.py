"""Counting how a group answers, without keeping who or what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from quizzes.documents import ItemDocument
from quizzes.grading import FULL_MARK
from quizzes.models import ItemVersion, Tally
from quizzes.rules import Share, is_to_be_shown_anew, share_of
from quizzes.types.base import Response

Moment = Tally.Moment


@transaction.atomic
def tally_answers(
    scope: str, answers: Iterable[tuple[ItemVersion, Response]], *, moment: Moment
) -> None:
    """Add one person's answers to the tallies of a scope; nothing else of them is kept.

    `scope` is the caller's word for what is asked about.
    """
    for version, response in sorted(answers, key=lambda answer: answer[0].pk):
        row, _made = Tally.objects.select_for_update().get_or_create(
            scope=scope, item_version=version, moment=moment
        )
        row.people_count += 1
        row.right_count += version.read().body.grade(response) == FULL_MARK
        if is_to_be_shown_anew(row.people_count, shown=row.shown_people_count):
            row.shown_people_count, row.shown_right_count = row.people_count, row.right_count
        row.save()


@dataclass(frozen=True)
class Change:
    """An item with what may be told of a group before and after; None where that is too little."""

    item: ItemDocument
    before: Share | None
    after: Share | None


def changes_in(scope: str) -> Sequence[Change]:
    """Return what may be told of each version of an item that was asked, its newest first.

    Versions are never added up: the question may have changed between them.
    """
    rows = Tally.objects.filter(scope=scope).select_related("item_version")
    found: dict[ItemVersion, dict[str, Share | None]] = {}
    for row in rows.order_by("item_version__item__pk", "-item_version__pk"):
        share = share_of(row.shown_people_count, row.shown_right_count)
        found.setdefault(row.item_version, {})[row.moment] = share
    return [
        Change(version.read(), shares.get(Moment.BEFORE), shares.get(Moment.AFTER))
        for version, shares in found.items()
    ]
