"""A release that a person completed, open again as they took it. Nothing done here is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.reading import read_release
from courses.rendering import render_text
from training.learning.reading import Reading
from training.learning.views.lessons import say_url
from training.learning.views.reading import lesson_page
from training.people.access import current_person, signed_in
from training.records.access import own_completion_or_404
from training.records.models import Completion


@dataclass(frozen=True)
class Taken(Reading):
    """A completed release in the place of somebody's work: its lessons open, all of it done."""

    is_done: ClassVar[bool] = True
    completion: Completion

    def lesson_url(self, key: str) -> str:
        args = [self.course_key, self.release.number, key]
        return reverse("learning:taken-lesson", args=args)

    def say_url(self, key: str) -> str:
        return say_url(self.course_key, key)


def taken_or_404(request: HttpRequest, course: str, number: int) -> Taken:
    """Return a release that the person completed; 404 when they did not."""
    completion = own_completion_or_404(current_person(request), course, number)
    release = completion.release
    return Taken(release, read_release(release), completion)


@require_safe
@signed_in
def release(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """Show the release as the person took it: what it was about, and its lessons."""
    taken = taken_or_404(request, course, number)
    document = taken.document
    context = {
        "nav": "learning",
        "work": taken,
        "description": render_text(
            document, document.description, release_number=taken.release.number
        ),
        "newer": taken.release.course.releases.published()
        .filter(number__gt=taken.release.number)
        .order_by("-number")
        .first(),
    }
    return render(request, "learning/taken.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lesson(request: HttpRequest, course: str, number: int, step: str) -> HttpResponse:
    """Show a lesson of it; what is answered on it gets its feedback and is not kept."""
    taken = taken_or_404(request, course, number)
    return lesson_page(request, taken, step, template="learning/taken_lesson.html")
