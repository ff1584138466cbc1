"""A lesson that is only read: what is answered on it gets its feedback and is not kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from training.learning.lesson_page import CheckPart, LessonPart, SortingPart
from training.learning.reading import Reading
from training.learning.views.lessons import check_fragment, is_fetch, sorting_fragment


def lesson_page(
    request: HttpRequest, reading: Reading, step: str, *, template: str
) -> HttpResponse:
    """Return a lesson of a release that is only read; 404 when there is none with this key."""
    page = reading.lesson_or_404(step)
    rendered = reading.rendered(page)
    asked = request.GET.get("block", "") if request.method == "POST" else ""
    parts = reading.parts(request, page, rendered, asked=asked)
    if asked and is_fetch(request):
        return _fragment(request, parts, asked)
    context = {
        "nav": "learning",
        "work": reading,
        "lesson": page,
        "here": page.key,
        "number": reading.number(page.key),
        "count": len(reading.lessons),
        "parts": parts,
        "rendered": rendered,
        "say_url": reading.say_url(page.key),
        "following": reading.beside(page.key, 1),
        "previous": reading.beside(page.key, -1),
    }
    return render(request, template, context)


def _fragment(request: HttpRequest, parts: list[LessonPart], asked: str) -> HttpResponse:
    """Return what our script swaps in: one block with the feedback to what was answered."""
    part = next((row.part for row in parts if row.block.key == asked), None)
    if isinstance(part, CheckPart):
        return check_fragment(request, part, status=422 if part.form.errors else 200)
    if isinstance(part, SortingPart):
        return sorting_fragment(request, part)
    raise Http404(f"nothing to answer in {asked}")
