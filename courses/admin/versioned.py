"""Pages on which nobody's edits are lost.

A page carries the version that it opened. A save over a newer one shows both, part by part, and
saves what is chosen of each. What was typed before a sign-in comes back unsaved, when the admin
site hands it on as `request.kept_form`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from courses.admin.merging import CHOICE, Difference, differences, merged
from courses.admin.opened import Side, opened_digests, side_of
from quizzes.versioned import VersionedModel, count_version, lock_draft

FILES = "_files"
"""Where a kept form names the files that could not be kept with it."""


class VersionedAdmin(admin.ModelAdmin):
    """A draft that several people edit: no save goes over what its writer has not seen."""

    change_form_template = "admin/draft_form.html"

    class Media:
        css = {"all": ["courses/drafts.css"]}
        js = ["courses/unsaved.js"]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        kept: QueryDict | None = getattr(request, "kept_form", None)
        if request.method == "POST" and object_id is not None:
            with transaction.atomic():
                answer = self._in_turn(request, object_id)
                return answer or super().changeform_view(
                    request, object_id, form_url, extra_context
                )
        if kept is not None:
            _say_what_was_kept(request, kept)
            only_show(request, kept)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "is_only_shown", False):
            return cast(type[forms.ModelForm[Any]], type(form.__name__, (_OnlyShown, form), {}))
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        draft = context.get("original")
        if request.method == "POST":
            context["opened_version"] = request.POST.get("version", "")
            context["opened_parts"] = request.POST.get("opened", "")
            context["is_unsaved"] = True
        elif draft is not None:
            context["opened_version"] = draft.version
            context["opened_parts"] = json.dumps(side_of(self, request, draft).digests)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for token, place in getattr(request, "places", {}).items():
            label, pk = token.split(":")
            apps.get_model(label)._default_manager.filter(pk=pk).update(ordering=place)
        if change and (form.has_changed() or any(each.has_changed() for each in formsets)):
            count_version(form.instance)

    def _in_turn(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the page that shows both sides, or None when there is nothing to ask.

        What was chosen there is put into the form that is then saved.
        """
        draft = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, draft):
            return None
        if draft is None:
            return self._gone(request)
        draft = lock_draft(draft)
        opened = opened_digests(request.POST.get("opened", ""))
        is_newest = request.POST.get("version") == str(draft.version)
        has_chosen = any(name.startswith(CHOICE) for name in request.POST)
        if is_newest and not has_chosen:
            return None
        saved = side_of(self, request, draft)
        mine = side_of(self, request, draft, posted=request.POST)
        found = differences(opened, saved, mine)
        choices = {each.id: request.POST.get(each.field_name, "") for each in found}
        if not is_newest and not _needs_asking(opened, saved, found):
            return None
        if not is_newest or not all(choices.values()):
            return self._both_sides(request, draft, found, is_asked_again=is_newest)
        result = merged(request.POST, saved, mine, choices)
        request.POST = result.posted  # type: ignore[assignment]
        request.places = result.places  # type: ignore[attr-defined]
        return None

    def _both_sides(
        self,
        request: HttpRequest,
        draft: VersionedModel,
        found: list[Difference],
        *,
        is_asked_again: bool,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Somebody else changed this while you had it open"),
            "opts": self.opts,
            "original": draft,
            "last_save": _last_save(draft),
            "differences": found,
            "is_asked_again": is_asked_again,
            "has_files": bool(request.FILES),
            "version": draft.version,
            "mine": [
                (CHOICE, "1"),
                *(
                    (name, value)
                    for name, values in request.POST.lists()
                    if name not in _NOT_CARRIED and not name.startswith(CHOICE)
                    for value in values
                ),
            ],
        }
        return render(request, "admin/draft_conflict.html", context, status=409)

    def _gone(self, request: HttpRequest) -> HttpResponse:
        """Show what was written for a draft that somebody deleted meanwhile."""
        context = self.admin_site.each_context(request) | {
            "title": _("Somebody deleted this while you had it open"),
            "opts": self.opts,
            "parts": side_of(self, request, self.model(), posted=request.POST).parts.values(),
        }
        return render(request, "admin/draft_gone.html", context, status=409)


_NOT_CARRIED = {"csrfmiddlewaretoken", "version", "owner"}


class _OnlyShown:
    """Mix-in of a form that is shown as it was written, and never saved."""

    def is_valid(self) -> bool:
        super().is_valid()  # type: ignore[misc]
        return False


def only_show(request: HttpRequest, posted: QueryDict) -> None:
    """Let the admin show a form with what was posted, and save nothing of it."""
    _files = request.FILES
    request.method = "POST"
    request.POST = posted  # type: ignore[assignment]
    request.is_only_shown = True  # type: ignore[attr-defined]


def _needs_asking(opened: Mapping[str, str], saved: Side, found: list[Difference]) -> bool:
    """Say whether somebody changed something that this page had open, or the page says nothing."""
    return bool(found) and list(opened.items()) != list(saved.digests.items())


def _last_save(draft: VersionedModel) -> LogEntry | None:
    kind = ContentType.objects.get_for_model(draft)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(draft.pk))
    return entries.select_related("user").order_by("-action_time").first()


def _say_what_was_kept(request: HttpRequest, kept: QueryDict) -> None:
    messages.warning(
        request,
        _("What you wrote was kept while you were signed out. Nothing of it is saved yet."),
    )
    if files := kept.getlist(FILES):
        said = _("Files cannot be kept. Choose again: %(files)s")
        messages.warning(request, said % {"files": ", ".join(files)})
