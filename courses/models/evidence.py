"""Where a claim comes from, and what a word means."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.models import Item
from quizzes.versioned import VersionedModel


class Source(VersionedModel):
    """A citable work; `[@key]` cites it in any text."""

    class Kind(models.TextChoices):
        PEER_REVIEWED = "peer-reviewed", _("Peer-reviewed research")
        LAW = "law", _("Law and courts")
        GOVERNMENT = "government", _("Government and parliament")
        INTERNATIONAL = "international", _("International bodies")
        COMMUNITY = "community", _("Community and peer-led organisations")
        INDIGENOUS = "indigenous", _("Indigenous organisations and authors")
        INQUIRY = "inquiry", _("Inquiries")
        PROFESSIONAL = "professional", _("Professional bodies")
        JOURNALISM = "journalism", _("Journalism")

    key = models.SlugField(_("key"), unique=True, max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=500)
    authors = models.CharField(_("authors"), max_length=500, blank=True)
    publisher = models.CharField(
        _("publisher"), max_length=300, blank=True, help_text=_("Journal, body or court.")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, blank=True)
    seen = models.TextField(_("how it was verified"), help_text=_("What was read, and where."))
    seen_on = models.DateField(_("seen on"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["kind", "authors", "title"]

    def __str__(self) -> str:
        return self.title


class Term(VersionedModel):
    """A glossary entry; `[[key]]` marks it in any text."""

    key = models.SlugField(_("key"), max_length=80)
    language = models.CharField(_("language"), max_length=10, default="en")
    name = models.CharField(_("name"), max_length=200)
    definition = models.TextField(_("definition"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["language", "key"], name="term_key_in_a_language")
        ]

    def __str__(self) -> str:
        return self.name


class ItemSource(models.Model):
    """A source of an item; quizzes knows no sources, so the pair stands here."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="item_sources")
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="item_sources", verbose_name=_("source")
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "source"], name="item_cites_a_source_once")
        ]

    def __str__(self) -> str:
        return str(self.source)
