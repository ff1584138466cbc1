"""What a release rests on, and what its words mean: for everyone who is signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.documents import CourseDocument
from courses.evidence import sources_by_kind
from courses.models import Release
from courses.reading import read_release
from courses.rendering import render_glossary
from courses.reporting import count_reports
from courses.reviews_shown import ShownReviews, reviews_shown
from courses.six_questions import six_answers


@require_safe
@login_required
def evidence(request: HttpRequest, course: str) -> HttpResponse:
    """Show the sources of a release by kind, how each was verified, and who reviewed it."""
    release = release_or_404(course, request.GET.get("release"))
    context = evidence_of(release) | {"nav": "learning", "has_others": True}
    return render(request, "courses/evidence.html", context)


def evidence_of(release: Release) -> dict[str, Any]:
    """Return what the evidence page of a release shows.

    That of a candidate shows no reviews: whoever reviews it decides without seeing the others.
    """
    reviews = reviews_shown(release) if release.published_at else None
    return evidence_in(read_release(release), reviews=reviews) | {
        "release": release,
        "reviews": reviews,
        "reports": count_reports(release.course),
        "published": release.course.releases.exclude(published_at=None).order_by("-number"),
        "digest": release.document_id[:12],
    }


def evidence_in(document: CourseDocument, *, reviews: ShownReviews | None = None) -> dict[str, Any]:
    """Return what the evidence page shows of a document; that of a draft has no reviews."""
    groups = sources_by_kind(document)
    answers = six_answers(document, groups, reviews)
    return {"document": document, "groups": groups, "answers": answers}


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
        release = (
            Release.objects.current().filter(course__key=course).select_related("course").first()
        )
    elif number.isascii() and number.isdigit() and len(number) < 10:
        releases = Release.objects.filter(course__key=course, number=number)
        release = releases.exclude(published_at=None).select_related("course").first()
    else:
        release = None
    if release is None:
        raise Http404(f"no release {number} of {course}")
    return release
