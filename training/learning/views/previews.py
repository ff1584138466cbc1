"""A draft as a learner would see it, for those who edit it. Nothing done here is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.documents import AnyStep, Check, CourseDocument, LessonStep, QuizStep, Reflection
from courses.drafts import CannotFreezeDraft, draft_document
from courses.models import Course
from courses.rendering import render_lesson, render_text
from quizzes.documents import digest_of, encode
from quizzes.forms import AnswerForm
from training.learning.coursework import RailStep, course_or_404
from training.learning.lesson_page import CheckPart, LessonPart, ReflectionForm, ReflectionPart
from training.people.access import signed_in

MAY_PREVIEW = "courses.view_course"


@dataclass(frozen=True)
class Preview:
    """A draft in the place of somebody's work: its steps all open, none of them done."""

    course: Course
    document: CourseDocument

    @property
    def course_key(self) -> str:
        return self.document.key

    @property
    def done_count(self) -> int:
        return 0

    @cached_property
    def rail(self) -> list[RailStep]:
        return [self._rail_step(step) for step in self.document.steps]

    def _rail_step(self, step: AnyStep) -> RailStep:
        return RailStep(
            key=step.key,
            title=step.title,
            minutes=step.minutes if isinstance(step, LessonStep) else None,
            url=reverse("learning:preview-step", args=[self.course_key, step.key]),
            is_quiz=isinstance(step, QuizStep),
            is_done=False,
            is_open=True,
        )

    def beside(self, key: str, by: int) -> RailStep | None:
        """Return the step that stands `by` places after `key`, or None."""
        place = [step.key for step in self.rail].index(key) + by
        return self.rail[place] if 0 <= place < len(self.rail) else None


def of_a_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the draft of a course; one that cannot be shown yet says what is in the way."""

    @never_cache
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, course: str, **named: str) -> HttpResponse:
        if not (request.user.is_staff and request.user.has_perm(MAY_PREVIEW)):
            raise PermissionDenied
        draft = course_or_404(course)
        try:
            preview = Preview(draft, draft_document(draft))
        except CannotFreezeDraft as error:
            context = {"course": draft, "problems": error.problems}
            return render(request, "learning/preview.html", context)
        return view(request, preview, **named)

    return guarded


@require_safe
@of_a_draft
def course(request: HttpRequest, preview: Preview) -> HttpResponse:
    """Show the page of the course, as its draft has it."""
    document = preview.document
    context = {
        "course": preview.course,
        "document": document,
        "description": render_text(document, document.description),
        "steps": preview.rail,
    }
    return render(request, "learning/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def step(request: HttpRequest, preview: Preview, step: str) -> HttpResponse:
    """Show a lesson or quiz of the draft; what a form on it sends is not kept."""
    if request.method == "POST":
        messages.info(request, _("This is a preview: nothing is kept."))
        return redirect("learning:preview-step", preview.course_key, step)
    return step_page(request, preview, step_or_404(preview, step))


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def check(request: HttpRequest, preview: Preview, step: str, block: str) -> HttpResponse:
    """Show what a learner who gives this answer is told."""
    page = step_or_404(preview, step)
    asked = page.block(block) if isinstance(page, LessonStep) else None
    if not isinstance(asked, Check):
        raise Http404(f"no check {block}")
    if request.method != "POST":
        return redirect("learning:preview-step", preview.course_key, step)
    part = check_part(preview, page, asked, data=request.POST)
    if request.headers.get("X-Requested-With") == "fetch":
        status = 422 if part.form.errors else 200
        return render(request, "learning/_check.html", {"part": part}, status=status)
    return step_page(request, preview, page, answered=part)


def step_or_404(preview: Preview, key: str) -> AnyStep:
    found = preview.document.step(key)
    if found is None:
        raise Http404(f"no step {key}")
    return found


def step_page(
    request: HttpRequest, preview: Preview, page: AnyStep, *, answered: CheckPart | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "course": preview.course,
        "work": preview,
        "here": page.key,
        "following": preview.beside(page.key, 1),
        "previous": preview.beside(page.key, -1),
    }
    if isinstance(page, QuizStep):
        return render(request, "learning/preview_quiz.html", context | {"step": page})
    rendered = render_lesson(digest_of(encode(preview.document)), preview.document, page)
    lessons = [each for each in preview.document.steps if isinstance(each, LessonStep)]
    context |= {
        "lesson": page,
        "number": lessons.index(page) + 1,
        "count": len(lessons),
        "rendered": rendered,
        "parts": [
            LessonPart(shown, part_of(preview, page, shown.key, answered))
            for shown in rendered.blocks
        ],
    }
    return render(request, "learning/preview_lesson.html", context)


def part_of(
    preview: Preview, page: LessonStep, key: str, answered: CheckPart | None
) -> CheckPart | ReflectionPart | None:
    block = page.block(key)
    if isinstance(block, Check):
        is_answered = answered is not None and answered.key == key
        return answered if is_answered else check_part(preview, page, block)
    if isinstance(block, Reflection):
        address = reverse("learning:preview-step", args=[preview.course_key, page.key])
        return ReflectionPart(
            key=key,
            form=ReflectionForm(block=key),
            save_url=address,
            delete_url=address,
            saved_at=None,
        )
    return None


def check_part(preview: Preview, page: AnyStep, check: Check, *, data: Any = None) -> CheckPart:
    """Return a check, with its feedback when it was answered just now."""
    body = check.item.body
    form = AnswerForm(data, body=body, order=body.written_order(), prefix=check.key)
    response = form.response if data is not None and form.is_valid() else None
    return CheckPart(
        key=check.key,
        action=reverse("learning:preview-check", args=[preview.course_key, page.key, check.key]),
        form=form,
        sources=[each for each in preview.document.sources if each.key in check.sources],
        chosen=[] if response is None else body.chosen(response),
        mark=None if response is None else body.grade(response),
    )
