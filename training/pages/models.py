"""What the public pages show that an administrator keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SupportLine(models.Model):
    """Somewhere a person can turn to. Lines change: `confirmed_on` says when it was last tried."""

    name = models.CharField(_("name"), max_length=200)
    number = models.CharField(_("number or address"), max_length=200)
    description = models.CharField(_("what it is for"), max_length=500)
    province = models.CharField(
        _("province"), max_length=100, blank=True, help_text=_("Leave empty for all of Canada.")
    )
    url = models.URLField(_("website"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("support line")
        verbose_name_plural = _("support lines")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
