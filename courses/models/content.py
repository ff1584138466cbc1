"""Drafts: a course, its lessons made of blocks, and the order of its steps."""

from __future__ import annotations

from html import unescape
from re import Match

from content_editor.models import Region, create_plugin_base
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from courses.markers import MARKER
from courses.models.evidence import Source, Term
from courses.models.media import Media
from quizzes.models import Item, Quiz, Topic
from quizzes.versioned import VersionedModel


class Course(VersionedModel):
    """A course as a draft. `loaded_release` is the release that its package last made.

    `notes` and `published_without_review_reason` are what is said of it when it is published: what
    its package brought, or what the newest release says.
    """

    key = models.SlugField(_("key"), unique=True, max_length=80)
    language = models.CharField(_("language"), max_length=10, default="en")
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500)
    description = models.TextField(_("description"))
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=2)
    objectives = models.JSONField(_("objectives"), default=list)
    content_note = models.CharField(_("content note"), max_length=500, blank=True)
    prerequisites: models.ManyToManyField[Course, models.Model] = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="opens",
        verbose_name=_("courses to complete first"),
    )
    before_items: models.ManyToManyField[Item, models.Model] = models.ManyToManyField(
        Item,
        through="BeforeEntry",
        related_name="+",
        verbose_name=_("questions before the course"),
    )
    is_open_reading = models.BooleanField(
        _("open to read without an account"),
        default=False,
        help_text=_(
            "Anyone can read the lessons and the evidence of the published release. Quizzes stay"
            " closed, and nothing about readers is stored."
        ),
    )
    approvals_needed = models.PositiveSmallIntegerField(
        _("approvals by peers"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_(
            "How many peer reviewers have to approve a release before it is published. Pay them for"
            " their time."
        ),
    )
    about = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text=_("A courses.documents.About: what its makers say of it on the evidence page."),
    )
    notes = models.TextField(_("release notes"), blank=True, editable=False)
    published_without_review_reason = models.TextField(blank=True, editable=False)
    loaded_release = models.ForeignKey(
        "Release", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]
        permissions = [
            ("publish_course", _("Can publish a release")),
            ("import_course", _("Can import a package")),
            ("publish_without_review", _("Can publish before peers have approved")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approvals_needed__gte=1), name="course_asks_for_an_approval"
            )
        ]

    def __str__(self) -> str:
        return self.title


class BeforeEntry(models.Model):
    """An item of the quiz before a course, in its place."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="before")
    item = models.ForeignKey(
        Item,
        models.PROTECT,
        related_name="asked_before",
        limit_choices_to={"use": Item.Use.BEFORE},
        verbose_name=_("item"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("question before the course")
        verbose_name_plural = _("questions before the course")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "item"], name="course_asks_an_item_once")
        ]

    def __str__(self) -> str:
        return str(self.item)


class Lesson(VersionedModel):
    """A lesson as a draft; its key never changes and is never used again."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons")
    key = models.SlugField(_("key"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    objectives = models.JSONField(_("objectives"), default=list)
    content_note = models.CharField(_("content note"), max_length=500, blank=True)
    covers: models.ManyToManyField[Topic, models.Model] = models.ManyToManyField(
        Topic, blank=True, related_name="lessons", verbose_name=_("topics covered")
    )

    regions = (Region(key="main", title=_("Lesson")),)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["course", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "key"], name="lesson_key_in_a_course")
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """A place in a course: a lesson or a quiz."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="steps")
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    lesson = models.OneToOneField(
        Lesson, models.CASCADE, null=True, blank=True, related_name="step"
    )
    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, blank=True, related_name="steps")
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["course", "key"], name="step_key_in_a_course"),
            models.CheckConstraint(
                condition=Q(lesson__isnull=False, quiz=None) | Q(lesson=None, quiz__isnull=False),
                name="step_is_a_lesson_or_a_quiz",
                violation_error_message=_("Choose a lesson or a quiz, not both."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.lesson or self.quiz)


def _shown(mark: Match[str]) -> str:
    return mark["words"] or (mark["term"] or "").replace("-", " ")


class Block(create_plugin_base(Lesson)):  # type: ignore[misc]
    """A piece of a lesson; its key is made once and is unique in the lesson."""

    key = models.SlugField(_("key"), max_length=100)

    class Meta:
        abstract = True
        ordering = ["ordering"]

    def __str__(self) -> str:
        """Return how the block begins, so that it can be told from others of its type."""
        shown = unescape(strip_tags(MARKER.sub(_shown, self.beginning().replace("><", "> <"))))
        return Truncator(" ".join(shown.split())).chars(70)

    def beginning(self) -> str:
        """Return the text that the block begins with, plain or rich."""
        return str(getattr(self, "text", ""))


class Prose(Block):
    text = models.TextField(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")


class Callout(Block):
    class Kind(models.TextChoices):
        KEY_IDEA = "key-idea", _("Key idea")
        IN_PRACTICE = "in-practice", _("In practice")
        TAKE_CARE = "take-care", _("Take care")
        EVIDENCE = "evidence", _("What the evidence says")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.TextField(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("callout")
        verbose_name_plural = _("callouts")


class Figure(Block):
    """A picture or one of the project's own drawings; `media_name` is its name in a package."""

    media = models.ForeignKey(
        Media,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("picture"),
    )
    media_name = models.CharField(max_length=100, blank=True, editable=False)
    drawing = models.CharField(_("drawing"), max_length=80, blank=True)
    alt = models.CharField(_("text alternative"), max_length=1000, blank=True)
    is_decorative = models.BooleanField(_("decorative"), default=False)
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=500, blank=True)

    class Meta(Block.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(media=None, media_name="") & ~Q(drawing="")
                | Q(media__isnull=False, drawing="") & ~Q(media_name=""),
                name="figure_is_a_picture_or_a_drawing",
            )
        ]

    def beginning(self) -> str:
        return self.alt or self.caption or self.media_name


class Video(Block):
    title = models.CharField(_("title"), max_length=200)
    media = models.ForeignKey(Media, models.PROTECT, related_name="videos", verbose_name=_("video"))
    media_name = models.CharField(max_length=100, editable=False)
    captions = models.ForeignKey(
        Media, models.PROTECT, related_name="captioned", verbose_name=_("captions")
    )
    captions_name = models.CharField(max_length=100, editable=False)
    transcript = models.TextField(_("transcript"))

    class Meta(Block.Meta):
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def beginning(self) -> str:
        return self.title


class TermCards(Block):
    terms: models.ManyToManyField[Term, models.Model] = models.ManyToManyField(
        Term, through="TermCard", related_name="+", verbose_name=_("terms")
    )

    class Meta(Block.Meta):
        verbose_name = _("term cards")
        verbose_name_plural = _("term cards")

    def beginning(self) -> str:
        return ", ".join(str(card) for card in self.cards.all()) if self.pk else ""


class TermCard(models.Model):
    """A term on a set of cards, in its place."""

    cards = models.ForeignKey(TermCards, models.CASCADE, related_name="cards")
    term = models.ForeignKey(Term, models.PROTECT, related_name="cards")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.term)


class Comparison(Block):
    """`document` holds `title` and `columns` as courses.documents.Comparison has them."""

    document = models.JSONField(_("comparison"))

    class Meta(Block.Meta):
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")

    def beginning(self) -> str:
        return str(self.document.get("title", ""))


class Quotation(Block):
    text = models.TextField(_("exact words"), max_length=2000)
    attribution = models.CharField(_("who said it"), max_length=200)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="quotations", verbose_name=_("source")
    )

    class Meta(Block.Meta):
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")


class Sorting(Block):
    """`document` holds what courses.documents.Sorting has, apart from the key."""

    document = models.JSONField(_("sorting exercise"))

    class Meta(Block.Meta):
        verbose_name = _("sorting exercise")
        verbose_name_plural = _("sorting exercises")

    def beginning(self) -> str:
        return str(self.document.get("title", ""))


class Noted(Block):
    note = models.CharField(_("content note"), max_length=500)
    text = models.TextField(_("passage"))
    plainly = models.TextField(_("the plain way"))

    class Meta(Block.Meta):
        verbose_name = _("passage with a content note")
        verbose_name_plural = _("passages with a content note")


class LocalNote(Block):
    """The municipality's own; loading a package leaves it where it stands."""

    text = models.TextField(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("local note")
        verbose_name_plural = _("local notes")


class Scenario(Block):
    """`document` holds what courses.documents.Scenario has, apart from the key."""

    document = models.JSONField(_("scenario"))

    class Meta(Block.Meta):
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def beginning(self) -> str:
        return str(self.document.get("title", ""))


class Check(Block):
    item = models.ForeignKey(
        Item,
        models.PROTECT,
        related_name="checks",
        limit_choices_to={"use": Item.Use.CHECK},
        verbose_name=_("item"),
    )

    class Meta(Block.Meta):
        verbose_name = _("check")
        verbose_name_plural = _("checks")

    def beginning(self) -> str:
        return str(self.item)


class Reflection(Block):
    prompt = models.TextField(_("prompt"))

    class Meta(Block.Meta):
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")

    def beginning(self) -> str:
        return self.prompt


class Further(Block):
    readings: models.ManyToManyField[Source, models.Model] = models.ManyToManyField(
        Source, through="FurtherReading", related_name="+", verbose_name=_("sources")
    )

    class Meta(Block.Meta):
        verbose_name = _("further reading")
        verbose_name_plural = _("further reading")

    def beginning(self) -> str:
        return ", ".join(str(entry) for entry in self.entries.all()) if self.pk else ""


class FurtherReading(models.Model):
    """A source to read on with, in its place, and why."""

    block = models.ForeignKey(Further, models.CASCADE, related_name="entries")
    source = models.ForeignKey(Source, models.PROTECT, related_name="readings")
    note = models.CharField(_("why read it"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.source)


BLOCK_MODELS: tuple[type[Block], ...] = (
    Prose,
    Callout,
    Figure,
    Video,
    TermCards,
    Comparison,
    Quotation,
    Scenario,
    Sorting,
    Noted,
    Check,
    Reflection,
    Further,
    LocalNote,
)
