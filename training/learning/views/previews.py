"""A draft as a learner would see it, for those who edit it. Nothing done here is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.admin.unsaved import posted_lesson
from courses.documents import (
    AnyStep,
    Check,
    CourseDocument,
    LessonStep,
    QuizStep,
    Reflection,
)
from courses.drafts import CannotFreezeDraft, draft_document, source_document
from courses.models import Course, Lesson, Step
from courses.models import Source as SourceRow
from courses.rendering import (
    RenderedBlock,
    RenderedLesson,
    RenderedSorting,
    render_glossary,
    render_lesson,
    render_text,
)
from courses.views import evidence_in
from quizzes.documents import ItemDocument, digest_of, encode
from quizzes.freezing import CannotFreezeItem, item_document
from quizzes.models import Item
from training.learning.coursework import RailStep, course_or_404, step_beside
from training.learning.lesson_page import (
    CheckPart,
    LessonPart,
    ReflectionForm,
    ReflectionPart,
    SortingPart,
    answered_part,
    sorting_part,
)
from training.learning.views.lessons import is_fetch, sorting_fragment, sorting_or_404
from training.people.access import signed_in

MAY_PREVIEW = "courses.view_course"
MAY_EDIT = "courses.change_lesson"
MAY_TRY = "quizzes.view_item"


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
        return step_beside(self.rail, key, by)

    def check_url(self, page: AnyStep, check: Check) -> str:
        return reverse("learning:preview-check", args=[self.course_key, page.key, check.key])

    @property
    def glossary_url(self) -> str:
        return reverse("learning:preview-glossary", args=[self.course_key])

    @property
    def evidence_url(self) -> str:
        return reverse("learning:preview-evidence", args=[self.course_key])


@dataclass(frozen=True)
class UnsavedPreview(Preview):
    """A lesson as a form has it; `document` holds nothing else, the steps beside it are saved."""

    @cached_property
    def rail(self) -> list[RailStep]:
        rows = self.course.steps.select_related("lesson", "quiz")
        return [self._saved_step(row) for row in rows]

    def _saved_step(self, row: Step) -> RailStep:
        return RailStep(
            key=row.key,
            title=str(row),
            minutes=row.lesson.minutes if row.lesson else None,
            url=reverse("learning:preview-step", args=[self.course_key, row.key]),
            is_quiz=row.lesson is None,
            is_done=False,
            is_open=True,
        )

    def check_url(self, page: AnyStep, check: Check) -> str:
        return reverse("learning:preview-item", args=[check.item.key])


def of_a_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
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
        "description": render_text(
            document,
            document.description,
            evidence=preview.evidence_url,
            glossary=preview.glossary_url,
        ),
        "steps": preview.rail,
        "work": preview,
    }
    return render(request, "learning/preview.html", context)


@require_safe
@of_a_draft
def glossary(request: HttpRequest, preview: Preview) -> HttpResponse:
    """Show the terms of the draft."""
    context = {
        "course": preview.course,
        "work": preview,
        "document": preview.document,
        "glossary": render_glossary(preview.document, glossary=preview.glossary_url),
    }
    return render(request, "learning/preview_glossary.html", context)


@require_safe
@of_a_draft
def evidence(request: HttpRequest, preview: Preview) -> HttpResponse:
    """Show the sources of the draft by kind, and where each is cited."""
    context = {
        "course": preview.course,
        "work": preview,
        **evidence_in(preview.document),
    }
    return render(request, "learning/preview_evidence.html", context)


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
    if is_fetch(request):
        status = 422 if part.form.errors else 200
        return render(request, "learning/_check.html", {"part": part}, status=status)
    return step_page(request, preview, page, answered=part)


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_draft
def sorting(request: HttpRequest, preview: Preview, step: str, block: str) -> HttpResponse:
    """Show what a learner who sorts the cards so is told."""
    page = step_or_404(preview, step)
    if not isinstance(page, LessonStep):
        raise Http404(f"no lesson {step}")
    if request.method != "POST":
        return redirect("learning:preview-step", preview.course_key, step)
    shown = sorting_or_404(rendered_lesson(preview, page), block)
    part = sorting_part(shown, action=sorting_url(preview, page, block), answer=request.POST)
    if is_fetch(request):
        return sorting_fragment(request, part)
    return step_page(request, preview, page, answered=part)


def sorting_url(preview: Preview, page: AnyStep, block: str) -> str:
    return reverse("learning:preview-sorting", args=[preview.course_key, page.key, block])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def unsaved(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show a lesson as the form in the editor has it now; nothing of it is stored."""
    if not (request.user.is_staff and request.user.has_perms([MAY_PREVIEW, MAY_EDIT])):
        raise PermissionDenied
    lesson = get_object_or_404(
        Lesson.objects.select_related("course"), course__key=course, key=step
    )
    if request.method != "POST":
        return redirect("learning:preview-step", course, step)
    document, problems = posted_lesson(request, lesson)
    preview = UnsavedPreview(lesson.course, document)
    return step_page(request, preview, document.steps[0], problems=problems)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def item(request: HttpRequest, item: str) -> HttpResponse:
    """Let a trainer answer an item of the bank as a learner would; nothing is kept."""
    if not (request.user.is_staff and request.user.has_perm(MAY_TRY)):
        raise PermissionDenied
    row = get_object_or_404(Item.objects.select_related("topic"), key=item)
    try:
        part = _item_part(row, item_document(row), request)
    except CannotFreezeItem as error:
        return render(request, "learning/preview_item.html", {"item": row, "wrong": error.problems})
    if request.method == "POST" and request.headers.get("X-Requested-With") == "fetch":
        status = 422 if part.form.errors else 200
        return render(request, "learning/_check.html", {"part": part}, status=status)
    return render(request, "learning/preview_item.html", {"item": row, "part": part})


def _item_part(row: Item, document: ItemDocument, request: HttpRequest) -> CheckPart:
    sources = SourceRow.objects.filter(item_sources__item=row).order_by("item_sources__pk")
    return answered_part(
        document,
        key=document.key,
        action=request.path,
        sources=[source_document(source) for source in sources],
        posted=request.POST if request.method == "POST" else None,
    )


def step_or_404(preview: Preview, key: str) -> AnyStep:
    found = preview.document.step(key)
    if found is None:
        raise Http404(f"no step {key}")
    return found


def step_page(
    request: HttpRequest,
    preview: Preview,
    page: AnyStep,
    *,
    answered: CheckPart | SortingPart | None = None,
    problems: list[str] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "course": preview.course,
        "work": preview,
        "here": page.key,
        "following": preview.beside(page.key, 1),
        "previous": preview.beside(page.key, -1),
        "is_unsaved": problems is not None,
        "unshown": problems,
    }
    if isinstance(page, QuizStep):
        return render(request, "learning/preview_quiz.html", context | {"step": page})
    rendered = rendered_lesson(preview, page)
    lessons = [each.key for each in preview.rail if not each.is_quiz]
    context |= {
        "lesson": page,
        "number": (lessons.index(page.key) if page.key in lessons else len(lessons)) + 1,
        "count": len({*lessons, page.key}),
        "rendered": rendered,
        "parts": [
            LessonPart(shown, part_of(preview, page, shown, answered)) for shown in rendered.blocks
        ],
    }
    return render(request, "learning/preview_lesson.html", context)


def rendered_lesson(preview: Preview, page: LessonStep) -> RenderedLesson:
    digest = digest_of(encode(preview.document))
    return render_lesson(digest, preview.document, page, glossary=preview.glossary_url)


def part_of(
    preview: Preview,
    page: LessonStep,
    shown: RenderedBlock,
    answered: CheckPart | SortingPart | None,
) -> CheckPart | SortingPart | ReflectionPart | None:
    key, block = shown.key, page.block(shown.key)
    if answered is not None and answered.key == key:
        return answered
    if isinstance(shown, RenderedSorting):
        return sorting_part(shown, action=sorting_url(preview, page, key))
    if isinstance(block, Check):
        return check_part(preview, page, block)
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
    return answered_part(
        check.item,
        key=check.key,
        action=preview.check_url(page, check),
        sources=[each for each in preview.document.sources if each.key in check.sources],
        posted=data,
    )
