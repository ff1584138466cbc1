"""Releases: what learners read. Inserted once; only who-and-when pairs are written later."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.documents import without_zeros
from quizzes.frozen import FrozenManager, FrozenModel, FrozenQuerySet, RowIsFrozen
from quizzes.models import QuizVersion


class DocumentQuerySet(FrozenQuerySet["ReleaseDocument"]):
    def update(self, **values: Any) -> int:
        if values.get("body") is not None:
            raise RowIsFrozen("A document is only ever taken out whole.")
        return super().update(**values)


class ReleaseDocument(FrozenModel):
    """The bytes of a release, apart from it so that no list drags them along.

    Redacted, the bytes are gone; the digest, who took them out, when and why stay.
    """

    changeable: ClassVar[frozenset[str]] = frozenset(
        {"body", "redacted_at", "redacted_by", "redacted_reason"}
    )

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField(null=True)
    redacted_at = models.DateTimeField(null=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    redacted_reason = models.TextField(_("why it was taken out"), blank=True)

    objects = models.Manager.from_queryset(DocumentQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    body__isnull=False, redacted_at=None, redacted_by=None, redacted_reason=""
                )
                | Q(body=None, redacted_at__isnull=False, redacted_by__isnull=False)
                & ~Q(redacted_reason=""),
                name="document_is_empty_exactly_when_redacted",
            )
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and self.body is not None:
            raise RowIsFrozen("A document is only ever taken out whole.")
        super().save(*args, **kwargs)


class ReleaseQuerySet(FrozenQuerySet["Release"]):
    def published(self) -> ReleaseQuerySet:
        """Return the releases that people may start: published and not withdrawn."""
        return self.filter(published_at__isnull=False, withdrawn_at=None)

    def current(self) -> ReleaseQuerySet:
        """Return the newest published release of each course."""
        newest = (
            Release.objects.published()
            .filter(course=models.OuterRef("course"))
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.published().filter(pk=models.Subquery(newest))


class Release(FrozenModel):
    """A draft as frozen: a candidate until published, later perhaps withdrawn."""

    class Channel(models.TextChoices):
        PERSON = "person", _("Published by a person")
        PACKAGE = "package", _("Shipped with the software")

    changeable: ClassVar[frozenset[str]] = frozenset(
        {
            "published_at",
            "published_by",
            "channel",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_reason",
            "is_redacted",
        }
    )

    course = models.ForeignKey("Course", models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField(_("number"))
    document = models.ForeignKey(ReleaseDocument, models.PROTECT, related_name="releases")
    schema_version = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=2)
    notes = models.TextField(_("release notes"), blank=True)
    published_without_review_reason = models.TextField(blank=True)
    is_material = models.BooleanField(
        _("material"),
        default=False,
        help_text=_("People who completed an earlier release must take this one."),
    )
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)
    is_redacted = models.BooleanField(
        _("content taken out"),
        default=False,
        help_text=_("Stands here too, so that no page has to open the document to know."),
    )

    objects = models.Manager.from_queryset(ReleaseQuerySet)()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        permissions = [("redact_release", _("Can take the content of a release out for good"))]
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="release_number_in_a_course"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, channel="")
                | Q(published_at__isnull=False, published_by__isnull=False, channel="person")
                | Q(published_at__isnull=False, published_by=None, channel="package"),
                name="release_says_who_published_it_exactly_when_published",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="release_says_who_withdrew_it_exactly_when_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, release {self.number}"

    @property
    def hours_shown(self) -> Decimal:
        return without_zeros(self.hours)

    @property
    def state(self) -> str:
        """Return where it stands: candidate, published, withdrawn or redacted."""
        if self.is_redacted:
            return "redacted"
        if self.withdrawn_at:
            return "withdrawn"
        return "published" if self.published_at else "candidate"

    @property
    def approvals_missing(self) -> int:
        """Return how many peers still have to approve exactly this release."""
        return max(0, self.course.approvals_needed - self.reviews.approvals().count())


class ReleaseStep(FrozenModel):
    """A step of a release: the index that lists and progress use without opening the document."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        QUIZ = "quiz", _("Quiz")

    release = models.ForeignKey(Release, models.PROTECT, related_name="steps")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(null=True)
    digest = models.CharField(max_length=64)
    is_required = models.BooleanField(default=True)
    is_small_change = models.BooleanField(
        default=False,
        help_text=_("Whoever has done this step in the release before does not do it again."),
    )
    quiz_version = models.ForeignKey(
        QuizVersion, models.PROTECT, null=True, related_name="release_steps"
    )

    objects = FrozenManager()

    class Meta:
        ordering = ["release", "position"]
        constraints = [
            models.UniqueConstraint(fields=["release", "key"], name="step_key_in_a_release"),
            models.CheckConstraint(
                condition=Q(kind="quiz", quiz_version__isnull=False)
                | Q(kind="lesson", quiz_version=None),
                name="release_step_is_a_quiz_exactly_when_it_has_a_quiz_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}/{self.key}"
