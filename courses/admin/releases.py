"""Releases: looked at, compared, withdrawn and taken out, by the verbs of publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.admin.comparison import shown_changes
from courses.admin.releasing import MAY_PUBLISH
from courses.changes import changes_between
from courses.models import Release, ReleaseStep
from courses.publishing import (
    ReleaseNotPublished,
    ReleaseRedacted,
    ReleaseWithdrawn,
    redact_release,
    withdraw_release,
)

MAY_REDACT = "courses.redact_release"


class ReadOnly:
    """Mix-in of pages on which nothing can be changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReleaseStepInline(ReadOnly, admin.TabularInline):
    model = ReleaseStep
    fields = ("position", "title", "kind", "minutes", "is_required", "key", "digest")


class ReasonForm(forms.Form):
    """Why a release is withdrawn or taken out."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Shown to whoever took the release. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": _("Say why.")},
    )


@admin.register(Release)
class ReleaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "number", "state", "published_at", "channel", "is_material")
    list_filter = ("course", "channel", "is_material", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "notes")
    fields = (
        "course",
        "number",
        "state",
        "title",
        "summary",
        "hours",
        "notes",
        "published_without_review_reason",
        "is_material",
        "frozen_at",
        "frozen_by",
        "published_at",
        "published_by",
        "channel",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawn_reason",
        "document_id",
    )
    inlines = (ReleaseStepInline,)

    @admin.display(description=_("state"))
    def state(self, release: Release) -> str:
        return str(STATES[release.state])

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(view),
                name=f"courses_release_{verb}",
            )
            for verb, view in (
                ("compare", self.compare),
                ("withdraw", self.withdraw),
                ("redact", self.redact),
            )
        ]
        return [*own, *super().get_urls()]

    def people_on(self, release: Release) -> int:
        """Return how many people are on a release; whoever knows of people says so."""
        return 0

    def after_withdrawal(self, request: HttpRequest) -> None:
        """Do what a withdrawn release asks of the floors above."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        release: Any = context["original"]
        is_out = release.state in {"withdrawn", "redacted", "candidate"}
        context["may_withdraw"] = request.user.has_perm(MAY_PUBLISH) and not is_out
        context["may_redact"] = request.user.has_perm(MAY_REDACT) and not release.is_redacted
        return super().render_change_form(request, context, *args, **kwargs)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what changed from one release of a course to another."""
        release = self._release(request, pk)
        others = release.course.releases.exclude(pk=pk).order_by("-number")
        older = _other(request, release, others)
        context = self._context(request, release) | {"older": older, "others": others}
        if older is not None:
            first, second = sorted((older, release), key=lambda one: one.number)
            context |= {"first": first, "second": second}
            try:
                context["changes"] = shown_changes(changes_between(first, second))
            except ReleaseRedacted as error:
                context["redacted"] = error.release
        context["title"] = gettext("Compare release %(number)s") % {"number": release.number}
        return render(request, "admin/courses/release/compare.html", context)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why and say how many people are on it, then withdraw a release."""
        if not request.user.has_perm(MAY_PUBLISH):
            raise PermissionDenied
        return self._change(
            request,
            pk,
            verb="withdraw",
            change=withdraw_release,
            said=gettext("Withdrawn. Nobody can start this release any more."),
        )

    def redact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then take the content of a release out for good."""
        if not request.user.has_perm(MAY_REDACT):
            raise PermissionDenied
        return self._change(
            request,
            pk,
            verb="redact",
            change=redact_release,
            said=gettext("The content is taken out. Certificates and records stay."),
        )

    def _change(
        self, request: HttpRequest, pk: int, *, verb: str, change: Callable[..., Any], said: str
    ) -> HttpResponse:
        release = self._release(request, pk)
        form = ReasonForm(request.POST or None)
        back = redirect("admin:courses_release_change", release.pk)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                change(release, reason=reason, by=request.user, at=timezone.now())
            except (ReleaseNotPublished, ReleaseRedacted, ReleaseWithdrawn):
                messages.info(request, gettext("Nothing was changed: look at its state."))
                return back
            self.log_change(request, release, f"{said} {reason}")
            messages.success(request, said)
            self.after_withdrawal(request)
            return back
        context = self._context(request, release) | {
            "form": form,
            "verb": verb,
            "people": self.people_on(release),
            "shared": release.document.releases.exclude(pk=pk).order_by("number"),
            "title": gettext("Withdraw release %(number)s")
            if verb == "withdraw"
            else gettext("Take the content of release %(number)s out"),
        }
        context["title"] = context["title"] % {"number": release.number}
        return render(request, "admin/courses/release/change_state.html", context)

    def _release(self, request: HttpRequest, pk: int) -> Release:
        """Return a release to somebody who may look at releases."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Release.objects.select_related("course"), pk=pk)

    def _context(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "release": release,
            "course": release.course,
        }


STATES: dict[str, Any] = {
    "candidate": _("candidate"),
    "published": _("published"),
    "withdrawn": _("withdrawn"),
    "redacted": _("content taken out"),
}


def _other(request: HttpRequest, release: Release, others: Any) -> Release | None:
    """Return the release to compare with: the one that was asked for, or the one before."""
    asked = request.GET.get("with", "")
    if asked:
        found: Release | None = (
            others.filter(number=int(asked)).first()
            if asked.isascii() and asked.isdigit() and len(asked) < 10
            else None
        )
        if found is None:
            raise Http404(f"no release {asked[:20]}")
        return found
    before: Release | None = others.filter(number__lt=release.number).first()
    return before
