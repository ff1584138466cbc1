"""The home of a course: its steps, what changed, the checks, the releases, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses import composing
from courses.admin.comparison import ShownChanges, shown_changes
from courses.admin.findings import ShownFinding, few_of, given_reasons, shown_findings
from courses.admin.pages import Admin, page_context
from courses.admin.releasing import MAY_PUBLISH
from courses.allowing import AlreadyTakenBack, allow, take_back
from courses.changes import changes_since
from courses.checking import check_draft
from courses.checks import Report
from courses.documents import CourseDocument
from courses.drafts import read_draft
from courses.models import Course, Lesson, Release, ReviewComment, ShippedUpdate, Step, Waiver
from courses.reading import ReleaseRedacted
from courses.reporting import ReportCount, count_reports
from courses.reviewing import candidate_of
from quizzes.documents import digest_of, encode


@dataclass(frozen=True)
class Action:
    """What comes next: what the button says, where it leads, and why."""

    label: str
    url: str
    why: str


@dataclass(frozen=True)
class ShownStep:
    """A step with where it is edited and how much of it is to be mended."""

    step: Step
    edit_url: str
    error_count: int
    warning_count: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class ShownCandidate:
    """The candidate that is with reviewers; `is_draft` while the draft says the same."""

    release: Release
    is_draft: bool

    @property
    def approvals_missing(self) -> int:
        return self.release.approvals_missing

    @property
    def approval_count(self) -> int:
        return self.release.reviews.approvals().count()

    @property
    def review_count(self) -> int:
        return self.release.reviews.standing().count()


@dataclass(frozen=True)
class Home:
    course: Course
    current: Release | None
    problems: list[str]
    report: Report
    few: list[ShownFinding]
    steps: list[ShownStep]
    changes: ShownChanges | None
    releases: list[Release]
    reports: ReportCount
    candidate: ShownCandidate | None
    comments_waiting: int
    update: ShippedUpdate | None
    next: Action


class NewStepForm(forms.Form):
    """A lesson or a quiz to be added at the end."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Give it a title. You can change it later.")},
    )
    kind = forms.ChoiceField(
        label=_("What to add"),
        choices=[("lesson", _("A lesson")), ("quiz", _("A quiz"))],
        initial="lesson",
        widget=forms.RadioSelect,
    )


def course_home(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything about a course on one page, with the next thing to do as a button."""
    course = _course(model_admin, request, pk)
    form = NewStepForm()
    return _home_page(model_admin, request, course, form)


def _home_page(
    model_admin: Admin, request: HttpRequest, course: Course, form: NewStepForm
) -> HttpResponse:
    may_publish = request.user.has_perm(MAY_PUBLISH)
    context = page_context(model_admin, request, course) | {
        "title": course.title,
        "home": home_of(course, may_publish=may_publish),
        "form": form,
        "may_publish": may_publish,
        "may_edit": model_admin.has_change_permission(request, course),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/courses/course/home.html", context, status=status)


def home_of(course: Course, *, may_publish: bool) -> Home:
    """Return what the home of a course shows."""
    current = Release.objects.current().filter(course=course).first()
    draft, problems = read_draft(course)
    report = check_draft(course)
    steps = _steps(course, report)
    changes = _changes(course, current)
    is_same = current is not None and not problems and changes is not None and changes.is_nothing
    candidate = _candidate(course, draft, problems)
    return Home(
        course=course,
        current=current,
        problems=problems,
        report=report,
        few=few_of(course, report),
        steps=steps,
        changes=changes,
        releases=list(course.releases.select_related("published_by").order_by("-number")),
        reports=count_reports(course),
        candidate=candidate,
        update=course.updates.waiting().first(),
        comments_waiting=ReviewComment.objects.of_course(course).waiting().count(),
        next=_mending(course, steps, problems, report)
        or _publishing(course, report, candidate, is_same=is_same, may_publish=may_publish),
    )


def _candidate(course: Course, draft: CourseDocument, problems: list[str]) -> ShownCandidate | None:
    found = candidate_of(course)
    if found is None:
        return None
    is_draft = not problems and found.document_id == digest_of(encode(draft))
    return ShownCandidate(found, is_draft)


def _changes(course: Course, current: Release | None) -> ShownChanges | None:
    """Return what the draft changes; None before the first release, or when that is redacted."""
    if current is None:
        return None
    try:
        return shown_changes(changes_since(course, current))
    except ReleaseRedacted:
        return None


def _steps(course: Course, report: Report) -> list[ShownStep]:
    errors = Counter(finding.step for finding in report.errors)
    warnings = Counter(finding.step for finding in report.warnings)
    rows = list(course.steps.select_related("lesson", "quiz"))
    return [
        ShownStep(
            step=row,
            edit_url=_edit_url(row),
            error_count=errors[row.key],
            warning_count=warnings[row.key],
            is_first=at == 0,
            is_last=at == len(rows) - 1,
        )
        for at, row in enumerate(rows)
    ]


def _edit_url(step: Step) -> str:
    if step.lesson is not None:
        return reverse("admin:courses_lesson_change", args=[step.lesson.pk])
    return reverse("admin:quizzes_quiz_change", args=[step.quiz_id])


def _mending(
    course: Course, steps: list[ShownStep], problems: list[str], report: Report
) -> Action | None:
    """Return what is to be done before anybody else can read the draft."""
    if not steps:
        return Action(
            gettext("Add the first lesson"), "#add", gettext("The course has no steps yet.")
        )
    if problems or report.errors:
        count = len(problems) + len(report.errors)
        why = ngettext(
            "%(count)s thing stops publishing.", "%(count)s things stop publishing.", count
        )
        checks = reverse("admin:courses_course_checks", args=[course.pk])
        return Action(gettext("Mend what is in the way"), checks, why % {"count": count})
    return None


def _publishing(
    course: Course,
    report: Report,
    candidate: ShownCandidate | None,
    *,
    is_same: bool,
    may_publish: bool,
) -> Action:
    """Return what is to be done with a draft in which nothing is in the way."""
    preview = reverse("learning:preview", args=[course.key])
    if is_same or not may_publish:
        why = gettext("The draft is what is published.") if is_same else gettext("It is ready.")
        return Action(gettext("Preview the course"), preview, why)
    if candidate and candidate.is_draft and not candidate.approvals_missing:
        url = reverse("admin:courses_course_publish", args=[course.pk])
        why = gettext("Enough peers have approved it.")
        return Action(gettext("Publish a new release"), url, why)
    if candidate and candidate.is_draft:
        url = reverse("admin:courses_course_reviews", args=[course.pk])
        return Action(gettext("Look at the reviews"), url, gettext("Peers are reading the draft."))
    why = gettext("The draft is ready.")
    if report.warnings:
        asked = ngettext(
            "The draft can be sent; the checks ask about %(count)s thing.",
            "The draft can be sent; the checks ask about %(count)s things.",
            len(report.warnings),
        )
        why = asked % {"count": len(report.warnings)}
    url = reverse("admin:courses_course_send", args=[course.pk])
    return Action(gettext("Send to reviewers"), url, why)


# --- The checks ----------------------------------------------------------------------------------


def course_checks(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that the checks find, and take reasons for what may stay."""
    course = _course(model_admin, request, pk)
    report = check_draft(course)
    findings = shown_findings(course, report.findings)
    may_edit = model_admin.has_change_permission(request, course)
    if request.method == "POST":
        _must_edit(model_admin, request, course)
        count = _allow_given(model_admin, request, course, findings)
        if count:
            return redirect("admin:courses_course_checks", course.pk)
    _draft, problems = read_draft(course)
    context = page_context(model_admin, request, course) | {
        "title": gettext("Checks"),
        "problems": problems,
        "report": report,
        "findings": findings,
        "waivers": Waiver.objects.standing().filter(course=course).select_related("by"),
        "may_edit": may_edit,
    }
    return render(request, "admin/courses/course/checks.html", context)


def _allow_given(
    model_admin: Admin, request: HttpRequest, course: Course, findings: list[ShownFinding]
) -> int:
    """Record the reasons that were given and say how many."""
    given = given_reasons(request.POST, findings)
    person: Any = request.user
    for shown, reason in given:
        allow(course, shown.finding, reason=reason, by=person, at=timezone.now())
        said = gettext("Allowed %(name)s at %(place)s: %(reason)s")
        named = {"name": shown.name, "place": shown.place, "reason": reason}
        model_admin.log_change(request, course, said % named)
    if given:
        said = ngettext("%(count)s reason is kept.", "%(count)s reasons are kept.", len(given))
        messages.success(request, said % {"count": len(given)})
    else:
        messages.warning(request, gettext("Nothing was kept: no reason was written."))
    return len(given)


def take_reason_back(
    model_admin: Admin, request: HttpRequest, pk: int, waiver: int
) -> HttpResponse:
    """Take a reason back, so that the check asks again."""
    course = _course(model_admin, request, pk)
    _must_edit(model_admin, request, course)
    found = get_object_or_404(Waiver, pk=waiver, course=course)
    if request.method == "POST":
        person: Any = request.user
        try:
            take_back(found, by=person, at=timezone.now())
        except AlreadyTakenBack:
            messages.info(request, gettext("It was taken back before."))
        else:
            said = gettext("Took a reason back: %(reason)s") % {"reason": found.reason}
            model_admin.log_change(request, course, said)
            messages.success(request, gettext("The check asks about it again."))
    return redirect("admin:courses_course_checks", course.pk)


# --- A lesson ------------------------------------------------------------------------------------


def lesson_context(lesson: Lesson) -> dict[str, Any]:
    """Return what the checks find in a saved lesson, the weightiest first and few at a time."""
    report = lesson_report(lesson)
    return {"report": report, "few": few_of(lesson.course, report)}


def lesson_report(lesson: Lesson) -> Report:
    step = Step.objects.filter(lesson=lesson).values_list("key", flat=True).first()
    return check_draft(lesson.course).of_step(step if step is not None else lesson.key)


def lesson_checks(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that the checks find in one saved lesson."""
    lesson = get_object_or_404(Lesson.objects.select_related("course"), pk=pk)
    if not model_admin.has_view_permission(request, lesson):
        raise PermissionDenied
    report = lesson_report(lesson)
    context = page_context(model_admin, request, lesson.course) | {
        "title": gettext("Checks of “%(title)s”") % {"title": lesson.title},
        "lesson": lesson,
        "report": report,
        "findings": shown_findings(lesson.course, report.findings),
    }
    return render(request, "admin/courses/lesson/checks.html", context)


# --- The steps -----------------------------------------------------------------------------------


def add_step(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Add a lesson or a quiz, and open it."""
    course = _course(model_admin, request, pk)
    _must_edit(model_admin, request, course)
    if request.method != "POST":
        return redirect("admin:courses_course_home", course.pk)
    form = NewStepForm(request.POST)
    if not form.is_valid():
        return _home_page(model_admin, request, course, form)
    add = composing.add_lesson if form.cleaned_data["kind"] == "lesson" else composing.add_quiz
    step = add(course, title=form.cleaned_data["title"])
    said = gettext("Added “%(title)s”.") % {"title": step}
    model_admin.log_change(request, course, said)
    messages.success(request, said)
    return redirect(_edit_url(step))


def move_step(model_admin: Admin, request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Move a step up or down."""

    def move(course: Course, found: Step) -> str:
        direction: Any = "up" if request.POST.get("direction") == "up" else "down"
        try:
            place = composing.move_step(course, found.key, direction=direction)
        except composing.StepNotMoved:
            return gettext("“%(title)s” stays where it is.") % {"title": found}
        said = gettext("“%(title)s” is step %(place)s now.")
        return said % {"title": found, "place": place}

    return _changed(model_admin, request, pk, step, move)


def duplicate_step(model_admin: Admin, request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Add a copy of a step after it."""

    def duplicate(course: Course, found: Step) -> str:
        copied = composing.duplicate_step(course, found.key)
        return gettext("Added “%(title)s”.") % {"title": copied}

    return _changed(model_admin, request, pk, step, duplicate)


def remove_step(model_admin: Admin, request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask once, then take a step out of the draft."""
    course = _course(model_admin, request, pk)
    _must_edit(model_admin, request, course)
    found = get_object_or_404(course.steps.select_related("lesson", "quiz"), key=step)
    if request.method != "POST":
        draft, _problems = read_draft(course)
        document: Any = draft.step(found.key)
        context = page_context(model_admin, request, course) | {
            "title": gettext("Remove “%(title)s”") % {"title": found},
            "step": found,
            "block_count": len(getattr(document, "blocks", ())),
        }
        return render(request, "admin/courses/course/remove_step.html", context)

    def remove(course: Course, found: Step) -> str:
        composing.remove_step(course, found.key)
        return gettext("Removed “%(title)s”.") % {"title": found}

    return _changed(model_admin, request, pk, step, remove)


def _changed(
    model_admin: Admin,
    request: HttpRequest,
    pk: int,
    key: str,
    change: Callable[[Course, Step], str],
) -> HttpResponse:
    """Change something about a step, log it, say it, and go back to the course."""
    course = _course(model_admin, request, pk)
    _must_edit(model_admin, request, course)
    back = redirect(reverse("admin:courses_course_home", args=[course.pk]) + "#steps")
    if request.method != "POST":
        return back
    found = get_object_or_404(course.steps.select_related("lesson", "quiz"), key=key)
    said = change(course, found)
    model_admin.log_change(request, course, said)
    messages.success(request, said)
    return back


# --- Shared --------------------------------------------------------------------------------------


def _course(model_admin: Admin, request: HttpRequest, pk: int) -> Course:
    """Return a course to somebody who may look at it; 404 without one."""
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_view_permission(request, course):
        raise PermissionDenied
    return course


def _must_edit(model_admin: Admin, request: HttpRequest, course: Course) -> None:
    if not model_admin.has_change_permission(request, course):
        raise PermissionDenied
