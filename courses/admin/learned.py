"""What groups learn: how they answered the five questions before a course and after it."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from courses.admin.pages import page_context
from courses.models import Course
from courses.tallying import scope_of
from quizzes.rules import FEWEST, STEP
from quizzes.tallies import Change, changes_in


def course_learned(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show each question with the share of right answers before and after, of groups alone."""
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_view_permission(request, course):
        raise PermissionDenied
    asked = list(course.before.order_by("position").values_list("item__key", flat=True))
    context = page_context(model_admin, request, course) | {
        "title": gettext("What groups learn"),
        "changes": _in_order(changes_in(scope_of(course.key)), asked),
        "asks": bool(asked),
        "fewest": FEWEST,
        "step": STEP,
    }
    return render(request, "admin/courses/course/learned.html", context)


def _in_order(changes: Iterable[Change], asked: list[str]) -> list[Change]:
    """Return them in the order in which the draft asks them; last come those it asks no more."""
    places = {key: place for place, key in enumerate(asked)}
    return sorted(changes, key=lambda change: places.get(change.item.key, len(asked)))
