"""A lesson: reading it, its checks and reflections, and going on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.documents import Check, LessonStep, Reflection
from courses.rendering import RenderedLesson, RenderedSorting, render_lesson
from training.learning import flow
from training.learning.coursework import Coursework, own_coursework_or_404, started_coursework
from training.learning.lesson_page import (
    CheckPart,
    ReflectionForm,
    SortingPart,
    check_part,
    lesson_parts,
    sorting_part,
    sorting_url,
)
from training.people.access import current_person, signed_in
from training.records import progress

NOTHING: Mapping[str, Any] = MappingProxyType({})


@require_safe
@signed_in
def lesson(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show a lesson of the release that the person is on."""
    work = started_coursework(current_person(request), course)
    if work is None:
        return redirect("learning:course", course)
    page = work.lesson_or_404(step)
    progress.open_lesson(work.progress[page.key], at=timezone.now())
    return lesson_page(request, work, page)


def lesson_page(
    request: HttpRequest,
    work: Coursework,
    page: LessonStep,
    *,
    status: int = 200,
    forms: Mapping[str, Any] = NOTHING,
    sorted_cards: Mapping[str, QueryDict] = NOTHING,
) -> HttpResponse:
    """Return the lesson.

    By the keys of blocks: `forms` that could not be taken, and `sorted_cards` as they were sent.
    """
    rendered = rendered_lesson(work, page)
    lessons = [step for step in work.document.steps if isinstance(step, LessonStep)]
    context = {
        "nav": "learning",
        "work": work,
        "lesson": page,
        "here": page.key,
        "number": lessons.index(page) + 1,
        "count": len(lessons),
        "rendered": rendered,
        "parts": lesson_parts(request, work, page, rendered, forms, sorted_cards),
        "problems": [form for form in forms.values() if form.errors],
        "is_done": work.progress[page.key].completed_at is not None,
        "say_url": say_url(work.course_key, page.key),
        "following": work.after(page.key),
        "previous": work.before(page.key),
    }
    return render(request, "learning/lesson.html", context, status=status)


def say_url(course: str, step: str) -> str:
    """Return where something is said about the blocks of a lesson, but for the block's key."""
    return reverse("learning:course", args=[course]) + f"{step}/"


def rendered_lesson(work: Coursework, page: LessonStep) -> RenderedLesson:
    return render_lesson(
        work.release.document_id, work.document, page, release_number=work.release.number
    )


@signed_in
def complete(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Complete the lesson and open what follows."""
    if request.method != "POST":
        return redirect("learning:lesson", course, step)
    work = own_coursework_or_404(current_person(request), course)
    page = work.lesson_or_404(step)
    completion = flow.finish_lesson(work.enrolment, page, at=timezone.now())
    following = work.after(step)
    if completion is not None or following is None:
        return redirect("learning:course", course)
    return redirect(following.url)


@signed_in
def answer_check(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Keep the answer to a check and show its feedback in its place."""
    if request.method != "POST":
        return redirect(block_url(course, step, block))
    work = own_coursework_or_404(current_person(request), course)
    page = work.lesson_or_404(step)
    check = page.block(block)
    if not isinstance(check, Check):
        raise Http404(f"no check {block}")
    form = check_part(work, page, check, data=request.POST).form
    if not form.is_valid():
        return check_problem(request, work, page, check, form)
    answer = progress.save_check_answer(
        work.enrolment, page, check, response=form.response, at=timezone.now()
    )
    if is_fetch(request):
        return check_fragment(request, check_part(work, page, check, answer=answer))
    return redirect(block_url(course, step, block))


def check_problem(
    request: HttpRequest, work: Coursework, page: LessonStep, check: Check, form: Any
) -> HttpResponse:
    if is_fetch(request):
        part = check_part(work, page, check, form=form)
        return check_fragment(request, part, status=422)
    return lesson_page(request, work, page, status=422, forms={check.key: form})


def check_fragment(request: HttpRequest, part: CheckPart, *, status: int = 200) -> HttpResponse:
    return render(request, "learning/_check.html", {"part": part}, status=status)


@signed_in
def check_sorting(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Say which cards are where they belong, in their place; nothing of it is stored."""
    if request.method != "POST":
        return redirect(block_url(course, step, block))
    work = own_coursework_or_404(current_person(request), course)
    page = work.lesson_or_404(step)
    shown = sorting_or_404(rendered_lesson(work, page), block)
    if is_fetch(request):
        action = sorting_url(work, page, block)
        return sorting_fragment(request, sorting_part(shown, action=action, answer=request.POST))
    return lesson_page(request, work, page, sorted_cards={block: request.POST})


def sorting_or_404(rendered: RenderedLesson, key: str) -> RenderedSorting:
    """Return a sorting exercise of a lesson, ready to be shown."""
    for block in rendered.blocks:
        if isinstance(block, RenderedSorting) and block.key == key:
            return block
    raise Http404(f"no sorting exercise {key}")


def sorting_fragment(request: HttpRequest, part: SortingPart) -> HttpResponse:
    return render(request, "learning/_sorting.html", {"part": part})


@signed_in
def save_reflection(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Keep what the person wrote, because they chose to."""
    if request.method != "POST":
        return redirect(block_url(course, step, block))
    work, page, prompt = own_reflection_or_404(request, course, step, block)
    form = ReflectionForm(request.POST, block=prompt.key)
    if not form.is_valid():
        return lesson_page(request, work, page, status=422, forms={prompt.key: form})
    progress.save_reflection(
        work.enrolment, page, prompt.key, text=form.cleaned_data["text"], at=timezone.now()
    )
    return redirect(block_url(course, step, block))


@signed_in
def delete_reflection(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Delete what the person kept; nothing of it remains."""
    if request.method == "POST":
        work, page, prompt = own_reflection_or_404(request, course, step, block)
        progress.delete_reflection(work.enrolment, page, prompt.key)
    return redirect(block_url(course, step, block))


def own_reflection_or_404(
    request: HttpRequest, course: str, step: str, block: str
) -> tuple[Coursework, LessonStep, Reflection]:
    work = own_coursework_or_404(current_person(request), course)
    page = work.lesson_or_404(step)
    prompt = page.block(block)
    if not isinstance(prompt, Reflection):
        raise Http404(f"no reflection {block}")
    return work, page, prompt


def block_url(course: str, step: str, block: str) -> str:
    """Return the address of a block: its lesson, at its place."""
    return reverse("learning:lesson", args=[course, step]) + f"#{block}"


def is_fetch(request: HttpRequest) -> bool:
    """Say whether our own script asks, which swaps a part of the page in."""
    return request.headers.get("X-Requested-With") == "fetch"
