"""Support lines, for administrators to try and to confirm."""

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.pages.models import SupportLine


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
