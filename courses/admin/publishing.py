"""Publishing from the admin: a candidate that enough peers approved, or a draft before that.

The second takes a permission of its own, and a reason that stands in public.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.admin.pages import Admin, page_context
from courses.admin.releasing import (
    MAY_PUBLISH,
    MAY_PUBLISH_EARLY,
    Prepared,
    ReleaseForm,
    prepare,
)
from courses.models import Course, Release
from courses.publishing import (
    ApprovalsMissing,
    ReleaseAlreadyPublished,
    ReleaseWithdrawn,
    publish_draft,
    publish_release,
)
from courses.reviewing import candidate_of


class PublishForm(ReleaseForm):
    """What is decided about a release that no peer has approved."""

    published_without_review_reason = forms.CharField(
        label=_("Why it is published before peers approved it"),
        help_text=_("Shown to everybody on the evidence page of the course."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": _("Say why it cannot wait. It stands in public.")},
    )
    field_order = ("notes", "published_without_review_reason", "is_material", "small_changes")


def publish_course(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the candidate that peers approved, or the draft before that."""
    course = get_object_or_404(Course, pk=pk)
    if not request.user.has_perm(MAY_PUBLISH):
        raise PermissionDenied
    prepared, candidate = prepare(course), candidate_of(course)
    context = page_context(model_admin, request, course) | {
        "title": gettext("Publish a new release"),
        "prepared": prepared,
        "candidate": candidate,
        "is_candidate": prepared.is_as_in(candidate),
        "may_publish_early": request.user.has_perm(MAY_PUBLISH_EARLY),
    }
    if request.method == "POST" and "candidate" in request.POST:
        return _publish_candidate(model_admin, request, course, candidate)
    is_unchanged = prepared.is_as_in(prepared.current)
    if prepared.is_ready and context["may_publish_early"] and not is_unchanged:
        form = PublishForm(
            request.POST or None, prepared=prepared, initial=_reason_before(prepared)
        )
        if form.is_valid() and (release := _published(request, course, form)):
            return _done(model_admin, request, course, release)
        context["form"] = form
    context["is_unchanged"] = is_unchanged
    return render(request, "admin/courses/course/publish.html", context)


def _reason_before(prepared: Prepared) -> dict[str, str]:
    reason = prepared.current.published_without_review_reason if prepared.current else ""
    return {"published_without_review_reason": reason}


def _published(request: HttpRequest, course: Course, form: PublishForm) -> Release | None:
    """Publish, or note on the form why that could not be."""
    person: Any = request.user
    at = timezone.now()
    return form.carry_out(
        course,
        lambda decision: publish_draft(course, by=person, at=at, decision=decision),
        by=person,
        at=at,
    )


def _publish_candidate(
    model_admin: Admin, request: HttpRequest, course: Course, candidate: Release | None
) -> HttpResponse:
    """Publish the candidate whose number the button names; say so when it cannot be."""
    person: Any = request.user
    if candidate is None or request.POST["candidate"] != str(candidate.number):
        messages.error(request, gettext("That candidate is not the newest any more. Look again."))
        return redirect("admin:courses_course_publish", course.pk)
    try:
        publish_release(candidate, by=person, at=timezone.now())
    except ApprovalsMissing:
        messages.error(request, gettext("Not enough peers have approved it. Nothing is published."))
        return redirect("admin:courses_course_reviews", course.pk)
    except (ReleaseAlreadyPublished, ReleaseWithdrawn):
        messages.info(request, gettext("Nothing was changed: look at its state."))
        return redirect("admin:courses_course_home", course.pk)
    return _done(model_admin, request, course, candidate)


def _done(
    model_admin: Admin, request: HttpRequest, course: Course, release: Release
) -> HttpResponse:
    text = gettext("Published release %(number)s. People who start the course get it now.")
    message = text % {"number": release.number}
    model_admin.log_change(request, course, message)
    messages.success(request, message)
    return redirect("admin:courses_course_home", course.pk)
