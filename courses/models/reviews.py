"""Reviews: who was asked to read a candidate, and what they said. No account, no name is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course
from courses.models.releases import Release
from quizzes.frozen import FrozenModel, FrozenQuerySet

NAMED_CREDITS = ("name", "organisation")


class ReviewQuerySet(FrozenQuerySet["Review"]):
    def approvals(self) -> ReviewQuerySet:
        """Return the approvals of peers: those that a course asks for before it is published."""
        return self.filter(kind=Review.Kind.PEER, verdict=Review.Verdict.APPROVE)

    def standing(self) -> ReviewQuerySet:
        """Return those that nobody took back."""
        return self.filter(withdrawn_at=None)

    def undecided(self) -> ReviewQuerySet:
        return self.standing().filter(decided_at=None)

    def open(self, *, at: datetime) -> ReviewQuerySet:
        """Return those in which a verdict can still be given."""
        return self.undecided().filter(expires_at__gt=at)


class Review(FrozenModel):
    """One reader of one candidate. Of their link only a hash is kept.

    `contact` is there for the invitation and its reminders alone: it is erased at the verdict, when
    the invitation is withdrawn, and when its time is over. `link_to_mail` is filled until the
    outbox has taken it.
    """

    class Kind(models.TextChoices):
        PEER = "peer", _("Peer: lived experience, and the power to decide")
        SUBJECT = "subject", _("Subject reviewer: knows the field")

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approve: staff may learn from this")
        CHANGES = "changes", _("Ask for changes first")
        DECLINE = "decline", _("Decline: this should not be taught")

    class Payment(models.TextChoices):
        AGREED = "agreed", _("Agreed, not paid yet")
        PAID = "paid", _("Paid")
        DECLINED = "declined", _("Did not want to be paid")

    class Credit(models.TextChoices):
        NAME = "name", _("By name")
        ORGANISATION = "organisation", _("By the name of an organisation")
        ANONYMOUS = "anonymous", _("As “a peer reviewer”, or “a subject reviewer”")
        NONE = "none", _("Not at all: only the verdict is counted")

    changeable: ClassVar[frozenset[str]] = frozenset(
        {
            "contact",
            "link_to_mail",
            "withdrawn_at",
            "withdrawn_by",
            "opened_at",
            "verdict",
            "decided_at",
            "words",
            "is_dissent_public",
            "payment",
            "credit",
            "credit_text",
            "credit_withdrawn_at",
        }
    )

    release = models.ForeignKey(Release, models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by", verbose_name=_("read before")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    link_to_mail = models.CharField(max_length=64, blank=True)
    contact = models.EmailField(_("contact"), blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"))
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    is_dissent_public = models.BooleanField(default=False)
    payment = models.CharField(max_length=10, choices=Payment, blank=True)
    credit = models.CharField(max_length=15, choices=Credit, blank=True)
    credit_text = models.CharField(max_length=200, blank=True)
    credit_withdrawn_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ReviewQuerySet)()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["release", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "number"], name="review_number_in_a_release"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="review_says_who_withdrew_it_exactly_when_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None, credit="")
                | ~Q(verdict="") & ~Q(credit="") & Q(decided_at__isnull=False),
                name="review_has_a_verdict_and_a_credit_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(withdrawn_at=None),
                name="review_is_not_both_decided_and_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(contact="", link_to_mail="") | Q(decided_at=None, withdrawn_at=None),
                name="review_keeps_no_contact_once_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(link_to_mail="") | ~Q(contact=""),
                name="review_keeps_a_link_only_to_mail_it",
            ),
            models.CheckConstraint(
                condition=Q(credit_text="") | Q(credit__in=NAMED_CREDITS, credit_withdrawn_at=None),
                name="review_names_somebody_only_as_they_chose",
            ),
            models.CheckConstraint(
                condition=Q(is_dissent_public=False) | Q(verdict__in=["changes", "decline"]),
                name="review_dissents_only_when_it_does_not_approve",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="review_expires_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.number}"

    def is_expired(self, *, at: datetime) -> bool:
        return at >= self.expires_at

    @property
    def is_open(self) -> bool:
        """Say whether a verdict is still asked for."""
        return self.decided_at is None and self.withdrawn_at is None

    @property
    def credit_line(self) -> Any:
        """Return how the reviewer is credited now; empty when they are not."""
        if self.credit_withdrawn_at is not None or self.credit in {"", self.Credit.NONE}:
            return ""
        if self.credit_text:
            return self.credit_text
        return _("a peer reviewer") if self.kind == self.Kind.PEER else _("a subject reviewer")


class ReviewCommentQuerySet(FrozenQuerySet["ReviewComment"]):
    def of_course(self, course: Course) -> ReviewCommentQuerySet:
        return self.filter(review__release__course=course)

    def waiting(self) -> ReviewCommentQuerySet:
        """Return those that nobody has answered."""
        return self.filter(answered_at=None)


class ReviewComment(FrozenModel):
    """What a reviewer says about a block, or about a question of a quiz. It stays with its key."""

    changeable: ClassVar[frozenset[str]] = frozenset({"answer", "answered_at", "answered_by"})

    review = models.ForeignKey(Review, models.PROTECT, related_name="comments")
    step_key = models.CharField(max_length=80)
    block_key = models.CharField(max_length=100)
    text = models.TextField(_("what the reviewer says"))
    at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(ReviewCommentQuerySet)()

    class Meta:
        verbose_name = _("comment of a reviewer")
        verbose_name_plural = _("comments of reviewers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="review_comment_has_words"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="review_comment_says_who_answered_it_exactly_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.step_key}/{self.block_key}"
