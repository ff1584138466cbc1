"""What readers said about a course: at the place it is about, and answered there."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from courses.admin.pages import page_context
from courses.admin.said import ByBlock, Place, Quoted, shown_said
from courses.models import Course, Lesson, ReaderReport, Step
from courses.reporting import AnswerMissing, ReportErased, answer_report, erase_report


def _place_of(report: ReaderReport) -> Place:
    item = report.item_version.item.key if report.item_version else ""
    return Place(report.step_key, report.block_key or item)


def course_reports(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what readers said, what waits for an answer first, and take the answers."""
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_view_permission(request, course):
        raise PermissionDenied
    may_answer = model_admin.has_change_permission(request, course)
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        return _answered(model_admin, request, course)
    rows = ReaderReport.objects.of_course(course).select_related(
        "release", "item_version__item", "person", "answered_by"
    )
    kept = getattr(request, "kept_form", None)
    shown = shown_said(course, rows, _place_of, field="report", kept=kept)
    context = page_context(model_admin, request, course) | {
        "title": gettext("What readers said"),
        "waiting": [each for each in shown if not each.row.is_closed],
        "closed": [each for each in reversed(shown) if each.row.is_closed],
        "may_answer": may_answer,
    }
    return render(request, "admin/courses/course/readers.html", context)


def _answered(model_admin: admin.ModelAdmin, request: HttpRequest, course: Course) -> HttpResponse:
    """Answer a report or take its words out, log that, and go back to it."""
    posted = request.POST.get("report", "")
    rows = ReaderReport.objects.of_course(course)
    report = get_object_or_404(rows, pk=posted if posted.isdecimal() else 0)
    person: Any = request.user
    try:
        if "take-out" in request.POST:
            erase_report(report, by=person, at=timezone.now())
            said = gettext("Took the words of a reader's report out.")
        else:
            answer = request.POST.get("answer", "")
            answer_report(report, answer=answer, by=person, at=timezone.now())
            said = gettext("Answered a reader.")
    except AnswerMissing:
        messages.error(request, gettext("Write an answer first. Nothing was sent."))
    except ReportErased:
        messages.error(request, gettext("The words of this report were taken out before."))
    else:
        model_admin.log_change(request, course, said)
        messages.success(request, said)
    url = reverse("admin:courses_course_readers", args=[course.pk])
    return redirect(f"{url}#report-{report.pk}")


def reports_at_blocks(lesson: Lesson) -> ByBlock:
    """Return the reports of a lesson that wait for an answer, by the keys of their blocks."""
    rows = ReaderReport.objects.waiting().filter(
        release__course=lesson.course_id,
        step_key__in=Step.objects.filter(lesson=lesson).values("key"),
    )
    url = reverse("admin:courses_course_readers", args=[lesson.course_id])
    found: dict[str, list[Quoted]] = defaultdict(list)
    for row in rows:
        said = Quoted(gettext("A reader says:"), row.text, f"{url}#report-{row.pk}")
        found[row.block_key].append(said)
    return found
