"""The public pages, and the page that is shown when something here has failed."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from courses.models import Release
from training.pages.failing import is_database_trouble, posted_by
from training.pages.support import grouped_lines

RETRY_AFTER_SECONDS = 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; who is signed in goes on to their learning."""
    if request.user.is_authenticated:
        return redirect("learning:my-learning")
    is_open = Release.objects.current().filter(course__is_open_reading=True).exists()
    return render(request, "pages/home.html", {"has_open_reading": is_open})


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Show whom a person can turn to, in their organisation and outside it."""
    return render(request, "pages/support.html", {"groups": grouped_lines(), "nav": "support"})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is recorded and who sees it."""
    return render(request, "pages/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what we aim for, what is not tested yet, and how to report a problem."""
    return render(request, "pages/accessibility.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed, giving back what was posted.

    Nothing here asks the database, the session or a context processor: any of them may be what
    failed. Django writes the line in the log, after this.
    """
    is_passing = is_database_trouble(sys.exc_info()[1])
    status, template = (503, "503.html") if is_passing else (500, "500.html")
    page = render_to_string(template, {"posted": posted_by(request), "path": request.path})
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if is_passing:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
