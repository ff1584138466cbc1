"""The manager's page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from training.people.access import current_person, signed_in
from training.records.access import departments_visible_to, people_visible_to
from training.records.assigning import organisation_day
from training.reports.forms import TeamFilter
from training.reports.team import count_by_status, offered_courses, with_status

PEOPLE_A_PAGE = 50


@require_safe
@signed_in
def team(request: HttpRequest) -> HttpResponse:
    """Show who has completed a course and when, who is in progress, and who is overdue."""
    manager = current_person(request)
    departments = list(departments_visible_to(manager))
    if not departments:
        raise PermissionDenied("manages no department")
    filters = TeamFilter(request.GET, courses=list(offered_courses()), departments=departments)
    course = filters.course_shown
    context = {"nav": "team", "filters": filters, "course": course, "departments": departments}
    if course is not None:
        today = organisation_day(timezone.now())
        people = filters.narrow(with_status(people_visible_to(manager), course, on=today))
        listed = filters.narrow_by_status(people)
        listed = listed.select_related("department").order_by("name", "pk")
        context |= {
            "counts": count_by_status(people),
            "page": Paginator(listed, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
            "query": query_without_page(request),
        }
    return render(request, "reports/team.html", context)


def query_without_page(request: HttpRequest) -> str:
    """Return the filters as a query that a page number can follow: empty, or ending in &."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""
