"""What readers say back about a release: what is wrong, unclear or hurtful, and where."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course
from quizzes.frozen import FrozenModel, FrozenQuerySet
from quizzes.models import ItemVersion


class ReaderReportQuerySet(FrozenQuerySet["ReaderReport"]):
    def of_course(self, course: Course) -> ReaderReportQuerySet:
        """Return those about any release of a course."""
        return self.filter(release__course=course)

    def waiting(self) -> ReaderReportQuerySet:
        """Return those that nobody has answered and whose words still stand."""
        return self.filter(answered_at=None, erased_at=None)

    def answered(self) -> ReaderReportQuerySet:
        return self.filter(answered_at__isnull=False)


class ReaderReport(FrozenModel):
    """What a reader says about a block, or about an item whose result they saw.

    `person` is None unless the reader chose to be named. Nothing else that could tell who wrote it
    is kept: no session, no address, and the date instead of the hour.
    """

    changeable: ClassVar[frozenset[str]] = frozenset(
        {"answer", "answered_at", "answered_by", "text", "erased_at", "erased_by", "person"}
    )

    release = models.ForeignKey("Release", models.PROTECT, related_name="reports")
    step_key = models.CharField(max_length=80)
    block_key = models.CharField(max_length=100, blank=True)
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="reports")
    text = models.TextField(_("what the reader says"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reader_reports"
    )
    is_from_outside = models.BooleanField(
        default=False, help_text=_("Written without an account, where a course is open to read.")
    )
    made_on = models.DateField(_("made on"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(ReaderReportQuerySet)()

    class Meta:
        verbose_name = _("report of a reader")
        verbose_name_plural = _("reports of readers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(block_key="") & Q(item_version=None)
                | Q(block_key="", item_version__isnull=False),
                name="report_is_about_a_block_or_an_item",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="report_says_who_answered_it_exactly_when_answered",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(erased_at=None, erased_by=None)
                | Q(text="", erased_at__isnull=False, erased_by__isnull=False),
                name="report_is_empty_exactly_when_erased",
            ),
            models.CheckConstraint(
                condition=Q(is_from_outside=False) | Q(person=None),
                name="report_from_outside_names_nobody",
            ),
        ]

    @property
    def is_closed(self) -> bool:
        """Say whether nothing is left to answer."""
        return self.answered_at is not None or self.erased_at is not None

    def __str__(self) -> str:
        return f"{self.release_id}/{self.step_key}/{self.block_key or self.item_version_id}"
