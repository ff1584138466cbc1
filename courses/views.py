"""What a release rests on, and what its words mean: for everyone who is signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.evidence import sources_by_kind
from courses.models import Release
from courses.reading import read_release
from courses.rendering import render_glossary


@require_safe
@login_required
def evidence(request: HttpRequest, course: str) -> HttpResponse:
    """Show the sources of a release by kind, how each was verified, and who reviewed it."""
    release = release_or_404(course, request.GET.get("release"))
    context = evidence_of(release) | {"nav": "learning"}
    return render(request, "courses/evidence.html", context)


def evidence_of(release: Release) -> dict[str, Any]:
    """Return what the evidence page of a release shows."""
    document = read_release(release)
    return {
        "release": release,
        "document": document,
        "groups": sources_by_kind(document),
        "digest": release.document_id[:12],
    }


@require_safe
@login_required
def glossary(request: HttpRequest, course: str) -> HttpResponse:
    """Show the terms of a release."""
    number = request.GET.get("release")
    release = release_or_404(course, number)
    document = read_release(release)
    context = {
        "nav": "learning",
        "release": release,
        "document": document,
        "glossary": render_glossary(document, release_number=release.number if number else None),
    }
    return render(request, "courses/glossary.html", context)


def release_or_404(course: str, number: str | None) -> Release:
    """Return a release of a course that was published: the one with this number, or the current.

    One that was withdrawn since can still be asked for: people have taken it.
    """
    if number is None:
        release = Release.objects.current().filter(course__key=course).first()
    elif number.isascii() and number.isdigit() and len(number) < 10:
        releases = Release.objects.filter(course__key=course, number=number)
        release = releases.exclude(published_at=None).first()
    else:
        release = None
    if release is None:
        raise Http404(f"no release {number} of {course}")
    return release
