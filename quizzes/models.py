"""What is asked: topics, items, quizzes as drafts; their frozen versions; attempts."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from quizzes.documents import ItemDocument, QuizDocument, decode, decode_item
from quizzes.frozen import FrozenManager, FrozenModel
from quizzes.versioned import VersionedModel


class Topic(models.Model):
    """What an item is about; the only thing that lessons and items share."""

    key = models.SlugField(_("key"), unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Item(VersionedModel):
    """A question as a draft. `body` is one of quizzes.types, as plain JSON."""

    class Use(models.TextChoices):
        QUIZ = "quiz", _("Quiz: graded")
        CHECK = "check", _("Check: in a lesson, never graded")
        BEFORE = "before", _("Before: asked before a course, never graded")

    key = models.SlugField(_("key"), unique=True, max_length=80)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="items", verbose_name=_("topic"))
    use = models.CharField(_("use"), max_length=10, choices=Use, default=Use.QUIZ)
    body = models.JSONField(_("body"))
    is_critical = models.BooleanField(
        _("critical"),
        default=False,
        help_text=_("A wrong answer fails the paper, whatever the percentage."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["topic", "position", "key"]

    def __str__(self) -> str:
        return str(self.body.get("stem", self.key))


class ItemVersion(FrozenModel):
    """An item as frozen: what papers, checks and statistics point at."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64, unique=True)
    document = models.BinaryField()
    frozen_at = models.DateTimeField()

    objects = FrozenManager()

    def __str__(self) -> str:
        return f"{self.item_id} {self.digest[:12]}"

    def read(self) -> ItemDocument:
        """Return the item as frozen; raises DigestMismatch when the bytes were tampered with."""
        return decode_item(bytes(self.document), digest=self.digest)


class Quiz(VersionedModel):
    """Which items are asked, and what it takes to pass, as a draft."""

    key = models.SlugField(_("key"), unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=200)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, help_text=_("Leave empty for no limit.")
    )
    fixed_items: models.ManyToManyField[Item, QuizFixedItem] = models.ManyToManyField(
        Item, through="QuizFixedItem", related_name="fixed_in", verbose_name=_("fixed items")
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100),
                name="quiz_pass_percent_is_1_to_100",
            )
        ]

    def __str__(self) -> str:
        return self.title


class QuizPart(models.Model):
    """So many items of one topic, drawn at random for each paper."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="parts")
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    count = models.PositiveSmallIntegerField(_("items"), validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.count} × {self.topic or _('any topic')}"


class QuizFixedItem(models.Model):
    """An item that is on every paper."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="fixed")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("fixed item")
        verbose_name_plural = _("fixed items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "item"], name="item_is_fixed_once_in_a_quiz")
        ]

    def __str__(self) -> str:
        return str(self.item)


class QuizVersion(FrozenModel):
    """A quiz as frozen. The same content gives the same row, so an unchanged quiz keeps passes."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64, unique=True)
    document = models.BinaryField()
    items = models.ManyToManyField(ItemVersion, related_name="quiz_versions")
    frozen_at = models.DateTimeField()

    objects = FrozenManager()

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.digest[:12]}"

    def read(self) -> QuizDocument:
        """Return the quiz as frozen; raises DigestMismatch when the bytes were tampered with."""
        return decode(bytes(self.document), QuizDocument, digest=self.digest)


class Tally(models.Model):
    """How many answered an item before a course, or after it, and how many of them rightly.

    Numbers alone: no person, no instant, no response, and nothing that ties the answers of one
    person together. What is shown of them changes in steps; see quizzes.rules.
    """

    class Moment(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")

    scope = models.CharField(max_length=100)
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="tallies")
    moment = models.CharField(max_length=10, choices=Moment)
    people_count = models.PositiveIntegerField(default=0)
    right_count = models.PositiveIntegerField(default=0)
    shown_people_count = models.PositiveIntegerField(default=0)
    shown_right_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "item_version", "moment"], name="one_tally_of_an_item_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(right_count__lte=F("people_count"))
                & Q(shown_right_count__lte=F("shown_people_count"))
                & Q(shown_people_count__lte=F("people_count")),
                name="tally_counts_no_more_right_than_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.moment}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> AttemptQuerySet:
        """Return the attempts that can still be answered."""
        return self.filter(submitted_at=None, closed_at=None)

    def submitted(self) -> AttemptQuerySet:
        return self.exclude(submitted_at=None)


class Attempt(models.Model):
    """One sitting of a quiz by one person. `scope` is the caller's word for what it is for."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    quiz_version = models.ForeignKey(QuizVersion, models.PROTECT, related_name="attempts")
    scope = models.CharField(max_length=100, db_index=True)
    seed = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    is_passed = models.BooleanField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(submitted_at=None, closed_at=None),
                name="one_open_attempt_in_a_scope",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, percent=None, is_passed=None)
                | Q(submitted_at__isnull=False, percent__isnull=False, is_passed__isnull=False),
                name="attempt_has_its_result_exactly_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("started_at")),
                name="attempt_is_submitted_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None and self.closed_at is None


class PaperItem(models.Model):
    """One item on the paper of an attempt: which version, in which order, and the response."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="paper")
    position = models.PositiveSmallIntegerField()
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    order = models.JSONField()
    response = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="one_item_at_each_position_of_a_paper"
            ),
            models.UniqueConstraint(
                fields=["attempt", "item_version"], name="an_item_stands_once_on_a_paper"
            ),
            models.CheckConstraint(
                condition=Q(response__isnull=True, answered_at=None)
                | Q(response__isnull=False, answered_at__isnull=False),
                name="paper_item_has_response_and_instant_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"
