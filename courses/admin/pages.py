"""What every page about one course in the admin is given."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from courses.models import Course

Admin = admin.ModelAdmin


def page_context(model_admin: Admin, request: HttpRequest, course: Course) -> dict[str, Any]:
    """Return what the frame of the page shows: the site, and the course it is about."""
    return model_admin.admin_site.each_context(request) | {
        "opts": model_admin.opts,
        "course": course,
    }
