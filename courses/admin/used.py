"""Where something is used, on its page in the admin; what is used is not deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.uses import Place, all_uses, remove_unused, use_key, uses_of


def links(places: Iterable[Place]) -> SafeString:
    """Return places as a list of links to the pages where they are edited."""
    rows = (
        (capfirst(str(place.row._meta.verbose_name)), page_of(place), place.row, place.detail)
        for place in places
    )
    items = format_html_join(
        "", '<li>{}: <a href="{}">{}</a> <span class="help">{}</span></li>', rows
    )
    return format_html('<ul class="places">{}</ul>', items)


def page_of(place: Place) -> str:
    """Return the address of the page on which a place is edited."""
    row = place.row._meta
    return reverse(f"admin:{row.app_label}_{row.model_name}_change", args=[place.row.pk])


class UseFilter(admin.SimpleListFilter):
    """Used or not; or maybe written twice. A subclass says what that means."""

    title = gettext_lazy("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("yes", _("Used")),
            ("no", _("Not used")),
            ("twice", _("Possible duplicates")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "twice":
            return queryset.filter(pk__in=[row.pk for row in self.twice()])
        if value in ("yes", "no"):
            uses = all_uses()
            used = [row.pk for row in queryset.model.objects.all() if use_key(row) in uses]
            return queryset.filter(pk__in=used) if value == "yes" else queryset.exclude(pk__in=used)
        return queryset

    def twice(self) -> Iterable[Any]:
        raise NotImplementedError


class UsedAdmin(admin.ModelAdmin):
    """A page that shows where its row is used, and deletes it only when nothing uses it."""

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, with how often each row is used: counted once a page."""
        uses = cache(all_uses)

        @admin.display(description=gettext_lazy("uses"))
        def use_count(row: Any) -> int:
            return len(uses().get(use_key(row), ()))

        return (*super().get_list_display(request), use_count)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_delete_permission(request, row):
            return super().delete_view(request, object_id, extra_context)
        places = uses_of(row)
        if not places:
            return super().delete_view(request, object_id, extra_context)
        context = self.admin_site.each_context(request) | {
            "title": _("It is still used"),
            "opts": self.opts,
            "object": row,
            "places": links(places),
        }
        status = 409 if request.method == "POST" else 200
        return render(request, "admin/draft_in_use.html", context, status=status)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_unused(obj)

    @admin.display(description=gettext_lazy("where it is used"))
    def where_used(self, row: Any) -> str:
        places = uses_of(row)
        return links(places) if places else _("Nowhere yet. It can be deleted.")
