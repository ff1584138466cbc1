"""Peers decide: a candidate is sent to reviewers, who read it, comment on it and give a verdict.

A reviewer has no account, only a link. Its token is long and random, and stored as a hash alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from courses.checking import ChecksFailed, check_draft
from courses.models import Course, Release, Review, ReviewComment
from courses.publishing import (
    Decision,
    ReleaseAlreadyPublished,
    freeze_candidate,
)
from courses.reporting import AnswerMissing

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

__all__ = [
    "AnswerMissing",
    "CommentMissing",
    "CreditMissing",
    "DueInThePast",
    "Invitation",
    "InvitationWithdrawn",
    "NobodyInvited",
    "ReviewDecided",
    "ReviewExpired",
    "ReviewNotOpened",
    "TooManyComments",
    "Verdict",
    "WordsMissing",
]

TOKEN_BYTES = 32
"""256 random bits: no guessing finds one."""
GRACE = timedelta(days=14)
"""How long a link still opens the candidate after the due date."""
LONGEST_COMMENT = 2000
MOST_COMMENTS = 300
MOST_COMMENTS_AN_HOUR = 60
"""By one reviewer: what a person can write, not what a script can."""


class NobodyInvited(ValueError):
    """A candidate is to be sent to no one."""


class DueInThePast(ValueError):
    """A review would be due before it can be read."""


class InvitationWithdrawn(Exception):
    """The invitation was taken back."""


class ReviewExpired(Exception):
    """The time to review is over."""


class ReviewNotOpened(Exception):
    """The reviewer has not started to read."""


class ReviewDecided(Exception):
    """The reviewer has given their verdict; it stands."""


class CommentMissing(ValueError):
    """A comment has no words."""


class TooManyComments(Exception):
    """One reviewer has written as many comments as are taken."""


class WordsMissing(ValueError):
    """A verdict that does not approve says nothing of what is to change."""


class CreditMissing(ValueError):
    """A reviewer chose to be named and gave no name."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who is to be asked: without a contact, the link is handed over by somebody they trust.

    `follows` is the review of an earlier candidate by the same reviewer, or by their organisation.
    """

    kind: str = Review.Kind.PEER
    contact: str = ""
    follows: Review | None = None


@dataclass(frozen=True)
class Invited:
    """A review with its token, which is known only now."""

    review: Review
    token: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a reviewer decides, and how they want to be credited for it."""

    verdict: str
    words: str = ""
    credit: str = Review.Credit.ANONYMOUS
    credit_text: str = ""
    is_dissent_public: bool = False


# --- Inviting -----------------------------------------------------------------------------------


@transaction.atomic
def send_to_reviewers(
    course: Course,
    invitations: Sequence[Invitation],
    *,
    due_on: date,
    by: User,
    at: datetime,
    decision: Decision,
) -> tuple[Release, list[Invited]]:
    """Freeze the draft as a candidate and invite its reviewers; returns their links, once.

    Raises NobodyInvited, DueInThePast, ChecksFailed with the errors of the checks, and what
    freezing raises: CannotFreezeDraft, DraftHasChanged, ContentWasRedacted.
    """
    if not invitations:
        raise NobodyInvited(course)
    release = freeze_candidate(course, by=by, at=at, decision=decision)
    if errors := check_draft(course).errors:
        raise ChecksFailed(errors)
    invited = [invite(release, each, due_on=due_on, by=by, at=at) for each in invitations]
    return release, invited


@transaction.atomic
def invite(
    release: Release, invitation: Invitation, *, due_on: date, by: User, at: datetime
) -> Invited:
    """Invite one reviewer to a candidate.

    Raises ReleaseAlreadyPublished, DueInThePast.
    """
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.published_at is not None:
        raise ReleaseAlreadyPublished(release)
    zone = timezone.get_current_timezone()
    if due_on <= at.astimezone(zone).date():
        raise DueInThePast(due_on)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    last = release.reviews.aggregate(last=Max("number"))["last"] or 0
    review = Review.objects.create(
        release=release,
        number=last + 1,
        kind=invitation.kind,
        follows=invitation.follows,
        token_hash=hash_of(token),
        link_to_mail=token if invitation.contact else "",
        contact=invitation.contact,
        made_at=at,
        made_by=by,
        due_on=due_on,
        expires_at=datetime.combine(due_on + GRACE, time.max, tzinfo=zone),
    )
    return Invited(review, token)


@transaction.atomic
def withdraw_invitation(review: Review, *, by: User, at: datetime) -> Review:
    """Take an invitation back and forget the contact; raises ReviewDecided."""
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.decided_at is not None:
        raise ReviewDecided(review)
    if review.withdrawn_at is None:
        review.withdrawn_at, review.withdrawn_by = at, by
        review.contact = review.link_to_mail = ""
        review.save(update_fields=["withdrawn_at", "withdrawn_by", "contact", "link_to_mail"])
    return review


@transaction.atomic
def take_link(review: Review) -> str:
    """Return the token of a link that is to be mailed, for the last time; empty when it is gone.

    For whoever puts it into a mail, in one transaction with that.
    """
    review = Review.objects.select_for_update().get(pk=review.pk)
    token = review.link_to_mail
    if token:
        review.link_to_mail = ""
        review.save(update_fields=["link_to_mail"])
    return token


def forget_late_contacts(*, at: datetime) -> int:
    """Erase the contacts of those who did not decide while their link worked; returns how many."""
    late = Review.objects.filter(expires_at__lte=at).exclude(contact="")
    return late.update(contact="", link_to_mail="")


@transaction.atomic
def record_payment(review: Review, *, payment: str) -> Review:
    """Note what became of the payment of a reviewer: of the review, never of a person."""
    review = Review.objects.select_for_update().get(pk=review.pk)
    review.payment = Review.Payment(payment) if payment else ""
    review.save(update_fields=["payment"])
    return review


# --- The reviewer -------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """Return what is stored of a token; it is random and long, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_review(token: str) -> Review | None:
    """Return the review that a link leads to, or None.

    It is found by the hash of the token, so how long that takes tells nothing about the token.
    """
    review = Review.objects.select_related("release__course").filter(token_hash=hash_of(token))
    found = review.first()
    is_right = found is not None and secrets.compare_digest(found.token_hash, hash_of(token))
    return found if is_right else None


@transaction.atomic
def open_review(review: Review, *, at: datetime) -> Review:
    """Note that a reviewer started to read; raises InvitationWithdrawn, ReviewExpired."""
    review = _open(review, at=at)
    if review.opened_at is None:
        review.opened_at = at
        review.save(update_fields=["opened_at"])
    return review


@transaction.atomic
def comment(
    review: Review, *, step_key: str, block_key: str, text: str, at: datetime
) -> ReviewComment:
    """Keep what a reviewer says about a block; the same words sent again are one comment.

    Raises CommentMissing, TooManyComments, ReviewDecided, and what open_review raises.
    """
    review = _undecided(review, at=at)
    text = text.strip()[:LONGEST_COMMENT]
    if not text:
        raise CommentMissing(review)
    place = {"step_key": step_key, "block_key": block_key, "text": text}
    before = review.comments.filter(**place).first()
    if before is not None:
        return before
    lately = review.comments.filter(at__gt=at - timedelta(hours=1)).count()
    if lately >= MOST_COMMENTS_AN_HOUR or review.comments.count() >= MOST_COMMENTS:
        raise TooManyComments(review)
    return ReviewComment.objects.create(review=review, at=at, **place)


def comments_of(review: Review) -> list[ReviewComment]:
    """Return what a reviewer said of this candidate and of those that they read before it.

    The oldest comes first; the candidate of each is at hand.
    """
    reviews = [review.pk]
    while review.follows is not None:
        review = review.follows
        reviews.append(review.pk)
    said = ReviewComment.objects.filter(review__in=reviews).select_related("review__release")
    return list(said.order_by("pk"))


@transaction.atomic
def decide(review: Review, given: Verdict, *, at: datetime) -> Review:
    """Take a reviewer's verdict, once, and forget their contact.

    Raises WordsMissing, CreditMissing, ReviewNotOpened, ReviewDecided, and what open_review raises.
    """
    review = _undecided(review, at=at)
    if review.opened_at is None:
        raise ReviewNotOpened(review)
    is_dissent = given.verdict != Review.Verdict.APPROVE
    if is_dissent and not given.words.strip() and not review.comments.exists():
        raise WordsMissing(review)
    is_named = given.credit in {Review.Credit.NAME, Review.Credit.ORGANISATION}
    if is_named and not given.credit_text.strip():
        raise CreditMissing(review)
    review.verdict, review.decided_at = Review.Verdict(given.verdict), at
    review.words = given.words.strip()
    review.is_dissent_public = is_dissent and given.is_dissent_public
    review.credit = Review.Credit(given.credit)
    review.credit_text = given.credit_text.strip() if is_named else ""
    review.contact = review.link_to_mail = ""
    review.save(
        update_fields=[
            "verdict",
            "decided_at",
            "words",
            "is_dissent_public",
            "credit",
            "credit_text",
            "contact",
            "link_to_mail",
        ]
    )
    return review


@transaction.atomic
def withdraw_credit(review: Review, *, at: datetime) -> Review:
    """Take a reviewer's name off, for good; their verdict stays. The link does this for ever."""
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.decided_at is not None and review.credit_withdrawn_at is None:
        review.credit_withdrawn_at, review.credit_text = at, ""
        review.save(update_fields=["credit_withdrawn_at", "credit_text"])
    return review


def _open(review: Review, *, at: datetime) -> Review:
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.withdrawn_at is not None:
        raise InvitationWithdrawn(review)
    if review.is_expired(at=at):
        raise ReviewExpired(review)
    return review


def _undecided(review: Review, *, at: datetime) -> Review:
    review = _open(review, at=at)
    if review.decided_at is not None:
        raise ReviewDecided(review)
    return review


# --- Answering, and publishing ------------------------------------------------------------------


@transaction.atomic
def answer_comment(asked: ReviewComment, *, answer: str, by: User, at: datetime) -> ReviewComment:
    """Answer a comment, or put another answer in place of the one it has; raises AnswerMissing."""
    if not answer.strip():
        raise AnswerMissing(asked)
    asked = ReviewComment.objects.select_for_update().get(pk=asked.pk)
    asked.answer, asked.answered_at, asked.answered_by = answer.strip(), at, by
    asked.save(update_fields=["answer", "answered_at", "answered_by"])
    return asked


def candidate_of(course: Course) -> Release | None:
    """Return the candidate that is with reviewers; None once a later one was published."""
    newest = course.releases.filter(Q(reviews__isnull=False) | Q(published_at__isnull=False))
    found = newest.order_by("-number").first()
    is_candidate = found is not None and found.state == "candidate"
    return found if is_candidate else None
