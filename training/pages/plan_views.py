"""The plan of action, for those who lead people: to read, and to print for council."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from training.pages.access import may_see_plan
from training.pages.plan import count_by_status, planned_on
from training.people.access import current_person, signed_in
from training.records.assigning import organisation_day


@require_safe
@signed_in
def plan(request: HttpRequest) -> HttpResponse:
    """Show each action with its owner, status, date and note."""
    person = current_person(request)
    if not may_see_plan(person):
        raise PermissionDenied("leads no people")
    today = organisation_day(timezone.now())
    planned = planned_on(today)
    context = {
        "nav": "tools",
        "kind": "plan",
        "today": today,
        "planned": planned,
        "counts": count_by_status(planned),
        "may_change": person.is_staff and person.has_perm("pages.change_action"),
    }
    return render(request, "pages/tools/plan.html", context)
