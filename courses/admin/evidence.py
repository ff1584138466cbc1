"""Sources and terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from courses.admin.editor import RichTextAdmin
from courses.admin.forms import SourceForm, TermForm
from courses.admin.used import UsedAdmin, UseFilter, links
from courses.admin.versioned import VersionedAdmin
from courses.drafts import source_document
from courses.duplicates import same_works, works_twice
from courses.models import Source, Term
from courses.uses import Place
from quizzes.admin import KeyStaysAdmin


class SourceUseFilter(UseFilter):
    def twice(self) -> Iterable[Source]:
        return works_twice(Source.objects.all())


class TermUseFilter(UseFilter):
    def twice(self) -> Iterable[Term]:
        return [term for term in Term.objects.all() if same_names(term)]


_WHY = {"doi": _("same DOI"), "url": _("same address"), "title": _("nearly the same title")}


@admin.register(Source)
class SourceAdmin(VersionedAdmin, UsedAdmin, KeyStaysAdmin):
    form = SourceForm
    list_display = ("title", "authors", "year", "kind")
    list_filter = ("kind", SourceUseFilter, ("seen_on", admin.EmptyFieldListFilter), "year")
    search_fields = ("title", "authors", "key", "publisher", "doi", "url")
    readonly_fields = ("link", "where_used", "duplicates")
    fieldsets = (
        (None, {"fields": ("kind", "title", "key", "authors", "publisher", "year")}),
        (_("Where it can be read"), {"fields": ("url", "doi", "link")}),
        (_("How it was verified"), {"fields": ("seen", "seen_on")}),
        (_("Where it is used"), {"fields": ("where_used", "duplicates")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj)[: None if obj else 3]

    @admin.display(description=_("open it"))
    def link(self, source: Source) -> str:
        address = source_document(source).link
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', address) if address else "–"

    @admin.display(description=_("possible duplicates"))
    def duplicates(self, source: Source) -> str:
        """Return the sources that may be the same work, and why."""
        found = same_works(source, Source.objects.exclude(pk=source.pk))
        return links(Place(other, str(_WHY[why])) for other, why in found) if source.pk else "–"


def same_names(term: Term) -> QuerySet[Term]:
    """Return the other terms of the language that have the same name."""
    others = Term.objects.exclude(pk=term.pk).filter(language=term.language)
    return others.filter(name__iexact=term.name.strip())


@admin.register(Term)
class TermAdmin(VersionedAdmin, UsedAdmin, RichTextAdmin, KeyStaysAdmin):
    form = TermForm
    named_by = "name"
    list_display = ("name", "key", "language")
    list_filter = (TermUseFilter, "language")
    search_fields = ("name", "key", "definition")
    readonly_fields = ("where_used", "duplicates")
    fieldsets = (
        (None, {"fields": ("name", "key", "language", "definition")}),
        (_("Where it is used"), {"fields": ("where_used", "duplicates")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj)[: None if obj else 1]

    @admin.display(description=_("possible duplicates"))
    def duplicates(self, term: Term) -> str:
        return links(Place(other, str(_("same name"))) for other in same_names(term))
