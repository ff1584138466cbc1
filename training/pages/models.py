"""What the public pages show that an administrator keeps."""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext_lazy as _


class SupportLine(models.Model):
    """Somewhere a person can turn to. Lines change: `confirmed_on` says when it was last tried."""

    name = models.CharField(_("name"), max_length=200)
    number = models.CharField(
        _("number or address"),
        max_length=200,
        blank=True,
        help_text=_("A telephone number alone becomes a link that calls it."),
    )
    description = models.CharField(
        _("what it is for"),
        max_length=500,
        help_text=_("Who answers, when, and what a person should know before they call."),
    )
    province = models.CharField(
        _("province"), max_length=100, blank=True, help_text=_("Leave empty for all of Canada.")
    )
    url = models.URLField(_("website"), blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Low numbers come first.")
    )
    confirmed_on = models.DateField(
        _("confirmed on"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody here last tried it. Try each line twice a year."),
    )

    class Meta:
        verbose_name = _("support line")
        verbose_name_plural = _("support lines")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def telephone(self) -> str:
        """Return the number as a tel: link takes it; empty when it is not a number alone."""
        if not re.fullmatch(r"\+?[\d ().-]{3,}", self.number):
            return ""
        return re.sub(r"[^\d+]", "", self.number)
