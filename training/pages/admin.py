"""Support lines to try and to confirm, and the plan of action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from training.pages.models import Action, SupportLine
from training.pages.plan import add_listed_actions, belongs_to, save_action
from training.pages.shipped import listed_actions


@admin.register(SupportLine)
class SupportLineAdmin(admin.ModelAdmin[SupportLine]):
    # An address typed without its scheme is taken to be secure.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["name", "number", "province", "confirmed_on", "position"]
    list_filter = [("confirmed_on", admin.EmptyFieldListFilter)]
    search_fields = ["name", "number", "description"]
    fieldsets = [
        (_("What people see"), {"fields": ["name", "number", "url", "description"]}),
        (
            _("Where it stands, and when it was tried"),
            {"fields": ["province", "position", "confirmed_on"]},
        ),
    ]


class ActionForm(forms.ModelForm):
    """An action of the list, chosen by its title, or one of the municipality's own."""

    class Meta:
        model = Action
        fields = ("key", "title", "owner", "status", "due_on", "note", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"] = forms.ChoiceField(
                label=self.fields["key"].label,
                help_text=self.fields["key"].help_text,
                required=False,
                choices=self.listed_choices(),
            )

    def listed_choices(self) -> list[tuple[str, str]]:
        """Return the actions of the list; one that is no longer on it may stay where it is."""
        choices = {key: action.title for key, action in listed_actions().items()}
        choices.setdefault(self.instance.key, str(self.instance))
        return list(({"": str(_("None: an action of our own"))} | choices).items())


@admin.register(Action)
class ActionAdmin(admin.ModelAdmin[Action]):
    form = ActionForm
    list_display = ["__str__", "whose", "owner", "status", "due_on", "changed_on"]
    list_filter = ["status", ("due_on", admin.DateFieldListFilter)]
    search_fields = ["key", "title", "owner", "note"]
    fieldsets = [
        (_("What is to be done"), {"fields": ["key", "title"]}),
        (_("Who, how far, and by when"), {"fields": ["owner", "status", "due_on", "note"]}),
        (_("Where it stands in the plan"), {"fields": ["position"]}),
    ]

    @admin.display(description=_("who can start it"))
    def whose(self, action: Action) -> str:
        return belongs_to(action)

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed_on(self, action: Action) -> str:
        return date_format(localtime(action.changed_at))

    def save_model(self, request: HttpRequest, obj: Action, form: Any, change: bool) -> None:
        save_action(obj, at=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        add_listed = self.admin_site.admin_view(require_POST(self.add_listed))
        return [
            path("add-listed/", add_listed, name="pages_action_add_listed"),
            *super().get_urls(),
        ]

    def add_listed(self, request: HttpRequest) -> HttpResponse:
        """Add to the plan every action of the list that it does not have."""
        if not self.has_add_permission(request):
            raise PermissionDenied("may not add to the plan")
        added = add_listed_actions(at=timezone.now())
        for action in added:
            self.log_addition(request, action, [{"added": {}}])
        message = ngettext(
            "%(count)d action was added to the plan.",
            "%(count)d actions were added to the plan.",
            len(added),
        )
        messages.success(request, message % {"count": len(added)})
        return redirect("admin:pages_action_changelist")
