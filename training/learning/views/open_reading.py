"""Courses that anyone may read without an account. Nothing about their readers is stored.

Lessons look as they do to learners; quizzes stay closed, and what is answered is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.reading import read_release
from courses.rendering import render_glossary, render_text
from courses.reporting import TooManyReports, send_report
from courses.views import evidence_of
from training.learning.access import open_release_or_404, open_releases
from training.learning.reading import Reading
from training.learning.spots import ShownSpot, block_in
from training.learning.views.reading import lesson_page
from training.learning.views.saying import ReportForm, say_page
from training.records.assigning import organisation_day

FULL = _(
    "So much was written today that no more is taken. What you wrote stands below: send it"
    " tomorrow."
)


@dataclass(frozen=True)
class OpenReading(Reading):
    """A release that anyone may read."""

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def url(self) -> str:
        return reverse("learning:read-course", args=[self.course_key])

    @property
    def evidence_url(self) -> str:
        return reverse("learning:read-evidence", args=[self.course_key])

    @property
    def glossary_url(self) -> str:
        return reverse("learning:read-glossary", args=[self.course_key])

    def lesson_url(self, key: str) -> str:
        return reverse("learning:read-lesson", args=[self.course_key, key])

    def say_url(self, key: str) -> str:
        return f"{self.url}{key}/"


def open_reading_or_404(course: str) -> OpenReading:
    release = open_release_or_404(course)
    return OpenReading(release, read_release(release))


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses that anyone may read."""
    context = {
        "nav": "read",
        "releases": open_releases().select_related("course").order_by("title"),
    }
    return render(request, "learning/read_courses.html", context)


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show what a course is about, and its lessons."""
    work = open_reading_or_404(course)
    document = work.document
    description = render_text(
        document, document.description, evidence=work.evidence_url, glossary=work.glossary_url
    )
    context = {"nav": "read", "work": work, "document": document, "description": description}
    return render(request, "learning/read_course.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show a lesson; what is answered on it gets its feedback and is not kept."""
    work = open_reading_or_404(course)
    return lesson_page(request, work, step, template="learning/read_lesson.html")


@require_safe
def evidence(request: HttpRequest, course: str) -> HttpResponse:
    """Show what the release rests on."""
    work = open_reading_or_404(course)
    context = evidence_of(work.release) | {"nav": "read", "work": work}
    return render(request, "learning/read_evidence.html", context)


@require_safe
def glossary(request: HttpRequest, course: str) -> HttpResponse:
    """Show the terms of the release."""
    work = open_reading_or_404(course)
    context = {
        "nav": "read",
        "work": work,
        "document": work.document,
        "glossary": render_glossary(work.document, glossary=work.glossary_url),
    }
    return render(request, "learning/read_glossary.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Take what a reader says about a block, without any name."""
    shown = spot_or_404(course, step, block)
    form = ReportForm(request.POST if request.method == "POST" else None)
    del form.fields["is_named"]
    if request.method == "POST" and form.is_valid():
        try:
            send_report(
                shown.spot,
                text=form.cleaned_data["text"],
                by=None,
                on=organisation_day(timezone.now()),
                is_from_outside=True,
            )
        except TooManyReports:
            form.add_error(None, FULL)
        else:
            return redirect("learning:read-say-thanks", course, step, block)
    return say_page(request, shown, form, is_from_outside=True)


@require_safe
def thanks(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Say what happens with what was written."""
    shown = spot_or_404(course, step, block)
    context = {"nav": "read", "shown": shown, "is_from_outside": True}
    return render(request, "learning/say_thanks.html", context)


def spot_or_404(course: str, step: str, block: str) -> ShownSpot:
    work = open_reading_or_404(course)
    found = block_in(work.release, step, block, address=work.lesson_url(step))
    if found is None:
        raise Http404(f"no block {block}")
    return found
