"""A release whose content was taken out: every page of it says so in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.models import ReleaseDocument
from courses.reading import ReleaseRedacted


class RedactedReleaseMiddleware:
    """Answer whoever opens a redacted release with what happened, and where to go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for a redacted release; every other error goes its way."""
        if not isinstance(error, ReleaseRedacted):
            return None
        release = error.release
        document = ReleaseDocument.objects.defer("body").get(pk=release.document_id)
        newer = release.course.releases.published().order_by("-number").first()
        context = {"nav": "learning", "release": release, "document": document, "newer": newer}
        return render(request, "learning/redacted.html", context, status=410)
