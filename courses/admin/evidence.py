"""Sources, terms, and the sources of items."""

from __future__ import annotations

from django.contrib import admin

from courses.admin.editor import RichTextAdmin
from courses.admin.forms import SourceForm, TermForm
from courses.admin.versioned import VersionedAdmin
from courses.models import ItemSource, Source, Term
from quizzes.admin import ItemAdmin, KeyStaysAdmin
from quizzes.models import Item


@admin.register(Source)
class SourceAdmin(VersionedAdmin, KeyStaysAdmin):
    form = SourceForm
    list_display = ("title", "authors", "year", "kind", "key", "seen_on")
    list_filter = ("kind", "year")
    search_fields = ("title", "authors", "key", "publisher", "doi")


@admin.register(Term)
class TermAdmin(VersionedAdmin, RichTextAdmin, KeyStaysAdmin):
    form = TermForm
    list_display = ("name", "key", "language")
    list_filter = ("language",)
    search_fields = ("name", "key", "definition")


class ItemSourceInline(admin.TabularInline):
    model = ItemSource
    extra = 0
    autocomplete_fields = ("source",)


admin.site.unregister(Item)


@admin.register(Item)
class ItemWithSourcesAdmin(VersionedAdmin, ItemAdmin):
    """An item with its sources: quizzes knows no sources, so their part is added here."""

    inlines = (ItemSourceInline,)
