"""What everybody may know of the reviews of a release: nothing that its reviewer did not choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from courses.models import Release, Review

FEWEST_PAID = 5
"""Payment is told of so many reviewers of a course at least, lest it is told of one by name."""


@dataclass(frozen=True)
class ShownReview:
    """A review as the evidence page shows it.

    `words` are those of a dissent that its reviewer wants to stand in public; `credit` is empty
    for one who is not named; `candidate` is the number of the release that they read.
    """

    kind: str
    verdict: str
    verdict_name: Any
    decided_on: date
    credit: Any
    words: str
    candidate: int


@dataclass(frozen=True)
class ShownReviews:
    """The reviews of a release, counted, and those of them that may be shown one by one."""

    rows: list[ShownReview]
    peers: Counter[str]
    """How many peers gave each verdict on this very release."""
    subjects: Counter[str]
    payments: list[tuple[Any, int]]
    """What became of payment, and of how many; empty where that would tell of one reviewer."""
    approvals_needed: int

    @property
    def peer_count(self) -> int:
        return self.peers.total()

    @property
    def subject_count(self) -> int:
        return self.subjects.total()

    @property
    def approval_count(self) -> int:
        return self.peers[Review.Verdict.APPROVE]

    @property
    def dissents(self) -> list[ShownReview]:
        return [row for row in self.rows if row.words]

    @property
    def named(self) -> list[ShownReview]:
        """Return the reviews of this release whose reviewers are credited in some way."""
        return [row for row in self.rows if row.credit]


def reviews_shown(release: Release) -> ShownReviews:
    """Return the reviews of a release, and the public dissents on the candidates before it.

    Those reach back to the release that was published before: a dissent does not go away because
    another candidate was sent.
    """
    before = release.course.releases.filter(
        number__lt=release.number, published_at__isnull=False
    ).aggregate(last=Max("number"))["last"]
    of_this = Q(release=release)
    dissent = Q(
        release__course=release.course_id,
        release__number__gt=before or 0,
        release__number__lt=release.number,
        is_dissent_public=True,
    )
    found = Review.objects.filter(of_this | dissent, decided_at__isnull=False)
    rows = list(found.select_related("release").order_by("release__number", "pk"))
    own = [row for row in rows if row.release_id == release.pk]
    return ShownReviews(
        rows=[_shown(row) for row in rows],
        peers=_verdicts(own, Review.Kind.PEER),
        subjects=_verdicts(own, Review.Kind.SUBJECT),
        payments=_payments(release),
        approvals_needed=release.course.approvals_needed,
    )


def _verdicts(rows: Iterable[Review], kind: str) -> Counter[str]:
    return Counter(row.verdict for row in rows if row.kind == kind)


def _payments(release: Release) -> list[tuple[Any, int]]:
    """Return how many reviewers of a course were paid and how many were not.

    Over all of its candidates, and none where that would tell of few.
    """
    rows = Review.objects.filter(release__course=release.course_id, decided_at__isnull=False)
    noted = [payment for payment in rows.values_list("payment", flat=True) if payment]
    if len(noted) < FEWEST_PAID:
        return []
    counts = Counter(noted)
    return [(kind.label, counts[kind]) for kind in Review.Payment if counts[kind]]


def _shown(review: Review) -> ShownReview:
    assert review.decided_at is not None  # noqa: S101 (only decided ones are asked for)
    return ShownReview(
        kind=review.kind,
        verdict=review.verdict,
        verdict_name=review.get_verdict_display(),
        decided_on=timezone.localtime(review.decided_at).date(),
        credit=review.credit_line,
        words=review.words if review.is_dissent_public else "",
        candidate=review.release.number,
    )
