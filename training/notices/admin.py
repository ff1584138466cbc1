"""The outbox for administrators: what waits, what was sent, what failed and why.

What a mail says is not shown: a certificate's code or a reviewer's link is nobody else's. No
address is shown to anybody; a reviewer is named as trainers know them, by a number of a candidate,
so that they can be told that a link did not arrive.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.admin.inviting import named
from training.notices.kinds import Reason, State
from training.notices.models import WAITS, Notice, Outbox
from training.notices.outbox import (
    NoticeIsDone,
    drop_notices,
    hold_mail,
    outbox,
    release_mail,
    retry_notice,
)

MAY_SEND = "notices.send_notice"
IN_STATE = {
    State.WAITING: WAITS,
    State.SENT: Q(sent_at__isnull=False),
    State.GIVEN_UP: Q(given_up_at__isnull=False),
    State.DROPPED: Q(dropped_at__isnull=False),
}


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For the other administrators."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class ReleaseForm(forms.Form):
    """What is to become of what waits."""

    what = forms.ChoiceField(
        label=_("What waits"),
        choices=[
            ("send", _("Send it")),
            (
                "drop",
                _(
                    "Drop it, and mail nobody about what happened until now: for a restored "
                    "backup, whose mails were sent before"
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )


class InState(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.filter(IN_STATE[State(chosen)]) if chosen in State.values else queryset


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = (
        "to_whom",
        "kind",
        "state",
        "why",
        "queued_at",
        "not_before",
        "sent_at",
        "tries",
    )
    list_filter = (InState, "kind")
    list_select_related = ("person", "review__release")
    search_fields = ("person__name",)
    search_help_text = _("Search by the name of the person.")
    ordering = ("-pk",)
    fields = (
        "to_whom",
        "about",
        "kind",
        "subject",
        "state",
        "why",
        "tries",
        "queued_at",
        "not_before",
        "failed_at",
        "sent_at",
    )
    readonly_fields = fields
    actions = ("retry", "drop")
    change_list_template = "admin/notices/notice/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_SEND)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).defer("text", "html")

    # --- Columns --------------------------------------------------------------------------------

    @admin.display(description=_("to whom"), ordering="person__name")
    def to_whom(self, notice: Notice) -> str:
        if notice.person is not None:
            return str(notice.person)
        if notice.review is None:
            return gettext("Somebody without an account")
        return named(notice.review)

    @admin.display(description=_("course"))
    def about(self, notice: Notice) -> str:
        """Return the course that is to be reviewed or taken."""
        subject = notice.review.release if notice.review is not None else notice.enrolment
        return str(subject.course) if subject is not None else self.get_empty_value_display()

    @admin.display(description=_("state"))
    def state(self, notice: Notice) -> str:
        return str(notice.state.label)

    @admin.display(description=_("why not"))
    def why(self, notice: Notice) -> str:
        return notice.get_reason_display()

    # --- Single mails ---------------------------------------------------------------------------

    @admin.action(description=_("Try the chosen ones again now"), permissions=["send"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        """Let mails be tried at once; those that are done with are counted and left alone."""
        tried = 0
        for notice in queryset:
            try:
                retry_notice(notice, at=timezone.now())
            except NoticeIsDone:
                continue
            self.log_change(request, notice, gettext("Tried again."))
            tried += 1
        said = ngettext(
            "%(count)s mail is tried again within a minute. Mail that was sent stays sent.",
            "%(count)s mails are tried again within a minute. Mail that was sent stays sent.",
            tried,
        )
        messages.info(request, said % {"count": tried})

    @admin.action(description=_("Do not send the chosen ones"), permissions=["send"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        chosen = Notice.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        count = drop_notices(chosen, reason=Reason.BY_HAND, at=timezone.now())
        for notice in chosen.filter(dropped_at__isnull=False, reason=Reason.BY_HAND):
            self.log_change(request, notice, gettext("Not to be sent."))
        said = ngettext(
            "%(count)s mail will not be sent.", "%(count)s mails will not be sent.", count
        )
        messages.info(request, said % {"count": count})

    # --- All mail -------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        hold = self.admin_site.admin_view(self.hold)
        release = self.admin_site.admin_view(self.release)
        return [
            path("hold/", hold, name="notices_notice_hold"),
            path("release/", release, name="notices_notice_release"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            **(extra_context or {}),
            "outbox": Outbox.objects.select_related("held_by").first(),
            "may_send": self.has_send_permission(request),
            "waiting_count": Notice.objects.waiting().count(),
            "given_up_count": Notice.objects.filter(IN_STATE[State.GIVEN_UP]).count(),
        }
        return super().changelist_view(request, context)

    def hold(self, request: HttpRequest) -> HttpResponse:
        """Hold all mail, for a reason."""
        form = HoldForm(request.POST if request.method == "POST" else None)
        if self.may_go_on(request, form):
            user: Any = request.user
            reason = form.cleaned_data["reason"]
            row = hold_mail(reason=reason, by=user, at=timezone.now())
            self.log_change(request, row, gettext("Mail held: %(reason)s") % {"reason": reason})
            messages.success(request, gettext("Mail is held. Nothing goes out."))
            return redirect("admin:notices_notice_changelist")
        return self.asked(request, form, verb="hold", title=gettext("Hold all mail"))

    def release(self, request: HttpRequest) -> HttpResponse:
        """Let mail go out again, with what waits or without it."""
        form = ReleaseForm(request.POST if request.method == "POST" else None)
        if self.may_go_on(request, form):
            is_dropping = form.cleaned_data["what"] == "drop"
            release_mail(at=timezone.now(), is_dropping=is_dropping)
            row = outbox(at=timezone.now())
            said = gettext("Mail released; what waited was dropped.")
            self.log_change(request, row, said if is_dropping else gettext("Mail released."))
            messages.success(request, gettext("Mail goes out again."))
            return redirect("admin:notices_notice_changelist")
        return self.asked(request, form, verb="release", title=gettext("Let mail go out"))

    def may_go_on(self, request: HttpRequest, form: forms.Form) -> bool:
        """Say whether a form was posted rightly; raises PermissionDenied without the right."""
        if not self.has_send_permission(request):
            raise PermissionDenied
        return request.method == "POST" and form.is_valid()

    def asked(
        self, request: HttpRequest, form: forms.Form, *, verb: str, title: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "verb": verb,
            "title": title,
            "outbox": outbox(at=timezone.now()),
            "waiting_count": Notice.objects.waiting().count(),
        }
        status = 422 if form.errors else 200
        return render(request, "admin/notices/notice/confirm.html", context, status=status)
