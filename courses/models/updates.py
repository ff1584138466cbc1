"""Updates of a shipped course whose draft was edited here: kept until somebody decides."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course


class ShippedUpdateQuerySet(models.QuerySet["ShippedUpdate"]):
    def waiting(self) -> ShippedUpdateQuerySet:
        """Return those about which nobody has decided."""
        return self.filter(decided_at=None)

    def decided(self) -> ShippedUpdateQuerySet:
        """Return those about which somebody has; the newest is what comes next is compared with."""
        return self.exclude(decided_at=None).order_by("-decided_at", "-pk")


class ShippedUpdate(models.Model):
    """The files of a package that came with the software, for a course that was edited here.

    `files` are its texts by their path, `media` the digests of its files by their name.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="updates")
    digest = models.CharField(max_length=64)
    notes = models.TextField(_("release notes"), blank=True)
    files = models.JSONField()
    media = models.JSONField(default=dict)
    seen_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ShippedUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update of a shipped course")
        verbose_name_plural = _("updates of shipped courses")
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(decided_at=None),
                name="one_update_of_a_course_waits",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="update_says_who_decided_exactly_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.digest[:12]}"
