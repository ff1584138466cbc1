"""What the software shipped for a course that was edited here, until somebody decides about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UpdateQuerySet(models.QuerySet["Update"]):
    def waiting(self) -> UpdateQuerySet:
        """Return those that nobody has decided about."""
        return self.filter(decided_at=None)

    def decided(self) -> UpdateQuerySet:
        """Return those that were decided about, the latest first."""
        return self.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")


class Update(models.Model):
    """A package as it was shipped: at most one waits for each course.

    The latest that was decided about is what ours and the next one are compared with. `decided_by`
    is None when there was nothing to decide. `texts` are its files by path, `media` the digests of
    its pictures and videos by name; their bytes lie with all others.
    """

    course = models.ForeignKey("Course", models.CASCADE, related_name="updates")
    digest = models.CharField(max_length=64)
    texts = models.JSONField()
    media = models.JSONField(default=dict)
    notes = models.TextField(_("release notes"), blank=True)
    seen_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(UpdateQuerySet)()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(decided_at=None), name="course_waits_for_one_update"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False),
                name="update_says_when_it_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}, {self.digest[:8]}"
