"""Pictures, videos and captions: what they are; their bytes lie on disk, under their digests."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.frozen import FrozenManager, FrozenModel


class Media(FrozenModel):
    """A file that drafts and releases show. `sha256` is that of the bytes as they were brought."""

    sha256 = models.CharField(max_length=64, unique=True)
    mime = models.CharField(_("type"), max_length=40)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Nobody: it came with a package."),
    )

    objects = FrozenManager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.mime} {self.sha256[:12]}"
