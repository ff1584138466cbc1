"""Publishing a release from the admin: what is in the way, what changed, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.admin.findings import ShownFinding, few_of, given_reasons
from courses.allowing import allow
from courses.checking import ChecksFailed, check_draft
from courses.drafts import CannotFreezeDraft, draft_document
from courses.models import Course, Release
from courses.publishing import (
    ContentWasRedacted,
    Decision,
    DraftHasChanged,
    StepChange,
    changed_steps,
    publish_draft,
)
from quizzes.documents import digest_of, encode

MAY_PUBLISH = "courses.publish_course"


class PublishForm(forms.Form):
    """What a trainer decides about a release; `draft` is the digest of what they looked at."""

    notes = forms.CharField(
        label=_("Release notes"),
        help_text=_("What is new, in a sentence or two. Shown on the evidence page."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        error_messages={"required": _("Say what is new in this release.")},
    )
    is_material = forms.TypedChoiceField(
        label=_("Who takes it"),
        choices=[
            ("", _("People who start from now on. Whoever has completed the course is done.")),
            ("yes", _("Also everyone who has completed an earlier release: the change matters.")),
        ],
        coerce=bool,
        empty_value="",
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    small_changes = forms.MultipleChoiceField(
        label=_("Small changes"),
        help_text=_(
            "Tick a step whose change is small, such as a spelling mended. Whoever has done it"
            " before does not do it again."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    published_without_review_reason = forms.CharField(
        label=_("Why it is published before peers reviewed it"),
        help_text=_("Shown on the evidence page of the course."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        required=False,
    )
    leave_open = forms.BooleanField(
        label=_("Publish although something is still open"),
        help_text=_("What you neither mend nor give a reason for is asked again next time."),
        required=False,
    )
    draft = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        changes: list[StepChange],
        asked: Sequence[ShownFinding],
        open_count: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.open_count = asked, open_count
        old = [(change.key, change.title) for change in changes if not change.is_new]
        if old:
            self.fields["small_changes"].choices = old  # type: ignore[attr-defined]
        else:
            del self.fields["small_changes"]
        if not open_count:
            del self.fields["leave_open"]

    def reasons(self) -> list[tuple[ShownFinding, str]]:
        """Return the findings that are allowed, each with its reason."""
        return given_reasons(self.data, self.asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        left = self.open_count - len(self.reasons())
        if left > 0 and not cleaned.get("leave_open"):
            said = ngettext(
                "%(left)s thing is still open. Mend it, say why it may stay, or tick this box.",
                "%(left)s things are still open. Mend them, say why they may stay, or tick this"
                " box.",
                left,
            )
            self.add_error("leave_open", said % {"left": left})
        return cleaned


def publish_course(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a release would bring and what the checks find, and publish it."""
    course = get_object_or_404(Course, pk=pk)
    if not request.user.has_perm(MAY_PUBLISH):
        raise PermissionDenied
    current = Release.objects.current().filter(course=course).first()
    context = model_admin.admin_site.each_context(request) | {
        "title": gettext("Publish a new release"),
        "opts": model_admin.opts,
        "course": course,
        "current": current,
    }
    try:
        document = draft_document(course)
    except CannotFreezeDraft as error:
        return _page(request, context | {"problems": error.problems})
    digest = digest_of(encode(document))
    if current and current.document_id == digest:
        return _page(request, context | {"is_unchanged": True})
    report = check_draft(course)
    asked = few_of(course, report)
    context |= {"report": report, "asked": asked}
    if report.errors:
        return _page(request, context)
    changes = changed_steps(course, document)
    form = PublishForm(
        request.POST or None,
        changes=changes,
        asked=asked,
        open_count=len(report.warnings),
        initial=_initial(digest, current),
    )
    if form.is_valid():
        release = _published(request, course, form)
        if release is not None:
            text = gettext("Published release %(number)s. People who start the course get it now.")
            message = text % {"number": release.number}
            model_admin.log_change(request, course, message)
            messages.success(request, message)
            return redirect("admin:courses_course_home", course.pk)
    return _page(request, context | {"form": form, "changes": changes})


def _initial(digest: str, current: Release | None) -> dict[str, Any]:
    reason = current.published_without_review_reason if current else ""
    return {"draft": digest, "published_without_review_reason": reason}


def _published(request: HttpRequest, course: Course, form: PublishForm) -> Release | None:
    """Publish, or note on the form why that could not be."""
    try:
        with transaction.atomic():
            return _allow_and_publish(request, course, form)
    except DraftHasChanged:
        form.add_error(
            None,
            _("Somebody changed the draft since you opened this page. Look at it again first."),
        )
    except CannotFreezeDraft as error:
        form.add_error(None, forms.ValidationError(error.problems))
    except ChecksFailed as error:
        said = [finding.message for finding in error.findings]
        form.add_error(None, forms.ValidationError(said))
    except ContentWasRedacted:
        form.add_error(
            None,
            _("The draft is word for word what was taken out of an earlier release. Change it."),
        )
    return None


def _allow_and_publish(request: HttpRequest, course: Course, form: PublishForm) -> Release:
    decided, at = form.cleaned_data, timezone.now()
    person: Any = request.user
    for shown, reason in form.reasons():
        allow(course, shown.finding, reason=reason, by=person, at=at)
    decision = Decision(
        notes=decided["notes"],
        published_without_review_reason=decided["published_without_review_reason"],
        is_material=bool(decided["is_material"]),
        small_changes=decided.get("small_changes", ()),
        draft_seen=decided["draft"],
    )
    return publish_draft(course, by=person, at=at, decision=decision)


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "admin/courses/course/publish.html", context)
