"""A release that a person completed, open again as they took it. Nothing done here is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.documents import Check, CourseDocument, LessonStep
from courses.models import Release
from courses.reading import read_release
from courses.rendering import (
    NumberedSource,
    RenderedBlock,
    RenderedSorting,
    render_lesson,
    render_text,
)
from training.learning.coursework import RailStep
from training.learning.lesson_page import CheckPart, LessonPart, SortingPart, sorting_part
from training.learning.views.lessons import check_fragment, is_fetch, sorting_fragment
from training.learning.views.previews import answered_part
from training.people.access import current_person, signed_in
from training.records.access import own_completion_or_404
from training.records.models import Completion

Part = CheckPart | SortingPart | None


@dataclass(frozen=True)
class Taken:
    """A completed release in the place of somebody's work: its lessons open, all of it done."""

    completion: Completion
    release: Release
    document: CourseDocument

    @property
    def course_key(self) -> str:
        return self.document.key

    @property
    def done_count(self) -> int:
        return len(self.rail)

    @cached_property
    def rail(self) -> list[RailStep]:
        """Return the steps; quizzes are over, so they are not open."""
        return [
            RailStep(
                key=step.key,
                title=step.title,
                minutes=step.minutes if isinstance(step, LessonStep) else None,
                url=self.lesson_url(step.key),
                is_quiz=not isinstance(step, LessonStep),
                is_done=True,
                is_open=isinstance(step, LessonStep),
            )
            for step in self.document.steps
        ]

    def lesson_url(self, key: str) -> str:
        args = [self.course_key, self.release.number, key]
        return reverse("learning:taken-lesson", args=args)

    def beside(self, key: str, by: int) -> RailStep | None:
        """Return the lesson that stands `by` lessons after `key`, or None."""
        lessons = [step for step in self.rail if step.is_open]
        place = [step.key for step in lessons].index(key) + by
        return lessons[place] if 0 <= place < len(lessons) else None


def taken_or_404(request: HttpRequest, course: str, number: int) -> Taken:
    """Return a release that the person completed; 404 when they did not."""
    completion = own_completion_or_404(current_person(request), course, number)
    return Taken(completion, completion.release, read_release(completion.release))


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
    page = taken.document.step(step)
    if not isinstance(page, LessonStep):
        raise Http404(f"no lesson {step}")
    rendered = render_lesson(
        taken.release.document_id, taken.document, page, release_number=taken.release.number
    )
    asked = request.GET.get("block", "") if request.method == "POST" else ""
    parts = [
        LessonPart(shown, part_of(request, taken, page, shown, is_asked=shown.key == asked))
        for shown in rendered.blocks
    ]
    if asked and is_fetch(request):
        return fragment(request, parts, asked)
    return lesson_page(request, taken, page, parts, rendered.sources)


def fragment(request: HttpRequest, parts: list[LessonPart], asked: str) -> HttpResponse:
    """Return what our script swaps in: one block with the feedback to what was answered."""
    part = next((row.part for row in parts if row.block.key == asked), None)
    if isinstance(part, CheckPart):
        return check_fragment(request, part, status=422 if part.form.errors else 200)
    if isinstance(part, SortingPart):
        return sorting_fragment(request, part)
    raise Http404(f"nothing to answer in {asked}")


def lesson_page(
    request: HttpRequest,
    taken: Taken,
    page: LessonStep,
    parts: list[LessonPart],
    sources: Sequence[NumberedSource],
) -> HttpResponse:
    lessons = [step.key for step in taken.rail if step.is_open]
    context = {
        "nav": "learning",
        "work": taken,
        "lesson": page,
        "here": page.key,
        "number": lessons.index(page.key) + 1,
        "count": len(lessons),
        "parts": parts,
        "rendered": {"sources": sources},
        "following": taken.beside(page.key, 1),
        "previous": taken.beside(page.key, -1),
    }
    return render(request, "learning/taken_lesson.html", context)


def part_of(
    request: HttpRequest, taken: Taken, page: LessonStep, shown: RenderedBlock, *, is_asked: bool
) -> Part:
    """Return what can be tried out on a block; a reflection shows its prompt alone."""
    block = page.block(shown.key)
    action = f"{taken.lesson_url(page.key)}?block={shown.key}"
    posted = request.POST if is_asked else None
    if isinstance(shown, RenderedSorting):
        return sorting_part(shown, action=action, answer=posted)
    if isinstance(block, Check):
        sources = [each for each in taken.document.sources if each.key in block.sources]
        return answered_part(
            block.item, key=block.key, action=action, sources=sources, posted=posted
        )
    return None
