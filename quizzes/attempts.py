"""Attempts: starting, answering and submitting a quiz.

Each verb is one transaction that locks the attempt first, then looks at its state, then writes. So
two tabs, two devices and two presses of a button come one after the other, and the second sees what
the first did. Nothing here or elsewhere writes an attempt once it is submitted.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from quizzes.drawing import draw_paper
from quizzes.grading import Answered, Grade, grade_paper
from quizzes.models import Attempt, PaperItem, QuizVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

SEED_BITS = 63


class NoAttemptsLeft(Exception):
    """Every attempt that the quiz allows was used; `allowed` says how many those were."""

    def __init__(self, allowed: int) -> None:
        super().__init__(allowed)
        self.allowed = allowed


class NotYourAttempt(Exception):
    """Somebody touched the attempt of another person."""


class AttemptAlreadySubmitted(Exception):
    """A submitted attempt is never changed and never graded again."""


class AttemptClosed(Exception):
    """The attempt was closed before it was submitted; a new one can be started."""


class ItemNotOnPaper(Exception):
    """The answer was given to another item than the paper has there: the page is stale."""


class PaperNotFinished(Exception):
    """Items without a response are left; `positions` says which."""

    def __init__(self, positions: list[int]) -> None:
        super().__init__(positions)
        self.positions = positions


@transaction.atomic
def start_attempt(
    quiz_version: QuizVersion, *, by: AbstractBaseUser, scope: str, at: datetime
) -> Attempt:
    """Return the open attempt in `scope`, started now unless there is one.

    The paper leaves out the items of the last attempt in the scope where enough others are left.
    Raises NoAttemptsLeft, and NotYourAttempt when the scope is another person's.
    """
    last = Attempt.objects.select_for_update().filter(scope=scope).order_by("-pk").first()
    if last is not None and last.person_id != by.pk:
        raise NotYourAttempt(last.pk)
    if last is not None and last.is_open:
        return last
    try:
        with transaction.atomic():
            return _new_attempt(quiz_version, by=by, scope=scope, at=at, last=last)
    except IntegrityError:
        # The other tab was first: the database allows one open attempt in a scope.
        other = Attempt.objects.open().filter(scope=scope, person=by.pk).first()
        if other is None:
            raise
        return other


@transaction.atomic
def save_response(
    attempt: Attempt,
    *,
    by: AbstractBaseUser,
    position: int,
    item_digest: str,
    posted: Sequence[str],
    at: datetime,
) -> PaperItem:
    """Save what was posted for the item at `position`, in the place of an earlier response.

    `item_digest` says which item the page showed. Raises NotYourAttempt, AttemptAlreadySubmitted,
    AttemptClosed, ItemNotOnPaper, or ResponseProblem; nothing is written then.
    """
    attempt = _lock_open(attempt, by=by)
    row = attempt.paper.select_related("item_version").filter(position=position).first()
    if row is None or row.item_version.digest != item_digest:
        raise ItemNotOnPaper(position, item_digest)
    row.response = row.item_version.read().body.read(posted)
    row.answered_at = at
    row.save(update_fields=["response", "answered_at"])
    return row


@transaction.atomic
def submit_attempt(attempt: Attempt, *, by: AbstractBaseUser, at: datetime) -> Attempt:
    """Grade an attempt, once, and return it with its result.

    Raises NotYourAttempt, AttemptAlreadySubmitted, AttemptClosed, or PaperNotFinished; nothing is
    written then.
    """
    attempt = _lock_open(attempt, by=by)
    rows = attempt.paper.filter(response__isnull=True)
    unanswered = list(rows.values_list("position", flat=True))
    if unanswered:
        raise PaperNotFinished(unanswered)
    grade = regrade(attempt)
    attempt.submitted_at = at
    attempt.percent = grade.percent
    attempt.is_passed = grade.is_passed
    attempt.save(update_fields=["submitted_at", "percent", "is_passed"])
    return attempt


@transaction.atomic
def close_attempt(attempt: Attempt, *, at: datetime) -> Attempt:
    """Close an attempt that is not to be finished; closing it again changes nothing.

    Raises AttemptAlreadySubmitted.
    """
    attempt = _lock(attempt)
    if attempt.submitted_at is not None:
        raise AttemptAlreadySubmitted(attempt.pk)
    if attempt.closed_at is None:
        attempt.closed_at = at
        attempt.save(update_fields=["closed_at"])
    return attempt


def regrade(attempt: Attempt) -> Grade:
    """Return the grade of an attempt from its own paper, whatever was edited since."""
    answered = []
    for row in attempt.paper.select_related("item_version"):
        item = row.item_version.read()
        answered.append(Answered(item.body, row.response, item.is_critical))
    return grade_paper(answered, pass_percent=attempt.quiz_version.read().pass_percent)


def _lock(attempt: Attempt) -> Attempt:
    """Return the attempt as it stands now; everybody else waits until this transaction ends."""
    return Attempt.objects.select_for_update().get(pk=attempt.pk)


def _lock_open(attempt: Attempt, *, by: AbstractBaseUser) -> Attempt:
    """Return a person's own attempt, locked, if it can still be answered."""
    attempt = _lock(attempt)
    if attempt.person_id != by.pk:
        raise NotYourAttempt(attempt.pk)
    if attempt.submitted_at is not None:
        raise AttemptAlreadySubmitted(attempt.pk)
    if attempt.closed_at is not None:
        raise AttemptClosed(attempt.pk)
    return attempt


def _new_attempt(
    quiz_version: QuizVersion,
    *,
    by: AbstractBaseUser,
    scope: str,
    at: datetime,
    last: Attempt | None,
) -> Attempt:
    allowed = quiz_version.read().attempts
    if allowed is not None and Attempt.objects.submitted().filter(scope=scope).count() >= allowed:
        raise NoAttemptsLeft(allowed)
    seed = secrets.randbits(SEED_BITS)
    attempt = Attempt.objects.create(
        person_id=by.pk, quiz_version=quiz_version, scope=scope, seed=seed, started_at=at
    )
    versions = {version.digest: version for version in quiz_version.items.all()}
    paper = draw_paper(
        quiz_version.read(),
        {digest: version.read() for digest, version in versions.items()},
        avoid=_item_keys(last),
        seed=seed,
    )
    PaperItem.objects.bulk_create(
        PaperItem(
            attempt=attempt,
            position=position,
            item_version=versions[drawn.digest],
            order=drawn.order,
        )
        for position, drawn in enumerate(paper, start=1)
    )
    return attempt


def _item_keys(attempt: Attempt | None) -> frozenset[str]:
    """Return the keys of the items on an attempt's paper; none without an attempt."""
    if attempt is None:
        return frozenset()
    return frozenset(attempt.paper.values_list("item_version__item__key", flat=True))
