"""Why something that the checks find may stay."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.checks import Allowed
from quizzes.frozen import FrozenModel, FrozenQuerySet


class WaiverQuerySet(FrozenQuerySet["Waiver"]):
    def standing(self) -> WaiverQuerySet:
        """Return those that nobody took back."""
        return self.filter(withdrawn_at=None)


class Waiver(FrozenModel):
    """A finding that was allowed, with its reason; `by` is None for one of a package.

    It covers the findings of a check at one place whose words hold `text`.
    """

    changeable: ClassVar[frozenset[str]] = frozenset({"withdrawn_at", "withdrawn_by"})

    course = models.ForeignKey("Course", models.CASCADE, related_name="waivers")
    check_name = models.CharField(_("check"), max_length=40)
    step_key = models.CharField(max_length=80, blank=True)
    block_key = models.CharField(max_length=100, blank=True)
    text = models.TextField(_("words"), blank=True)
    reason = models.TextField(_("allowed here because"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(WaiverQuerySet)()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False),
                name="waiver_says_when_it_was_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.reason}"

    def allowed(self) -> Allowed:
        """Return it as the checks take it."""
        return Allowed(
            self.check_name,  # type: ignore[arg-type]
            self.step_key,
            self.block_key,
            self.reason,
            self.text,
        )
