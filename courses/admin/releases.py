"""Releases, to look at: they are made and changed by the verbs of publishing, nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Release, ReleaseStep


class ReadOnly:
    """Mix-in of pages on which nothing can be changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReleaseStepInline(ReadOnly, admin.TabularInline):
    model = ReleaseStep
    fields = ("position", "title", "kind", "minutes", "is_required", "key", "digest")


@admin.register(Release)
class ReleaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "number", "state", "published_at", "channel", "is_material")
    list_filter = ("course", "channel", "is_material", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "notes")
    fields = (
        "course",
        "number",
        "state",
        "title",
        "summary",
        "hours",
        "notes",
        "published_without_review_reason",
        "is_material",
        "frozen_at",
        "frozen_by",
        "published_at",
        "published_by",
        "channel",
        "withdrawn_at",
        "withdrawn_by",
        "document_id",
    )
    inlines = (ReleaseStepInline,)

    @admin.display(description=_("state"))
    def state(self, release: Release) -> str:
        if release.withdrawn_at:
            return str(_("withdrawn"))
        return str(_("published") if release.published_at else _("candidate"))
