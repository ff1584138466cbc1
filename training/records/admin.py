"""Certificates in the admin: to find, to look at, to revoke and to replace. Nothing else of the
records is here: docs/decisions/2026-11-24-records-are-not-in-the-admin.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from training.people.models import User
from training.people.organisation import current_organisation
from training.records.certificates import (
    CertificateNotHeld,
    CertificateNotValid,
    clean_name,
    erase_certificates,
    replace_certificate,
    revoke_certificate,
)
from training.records.models import Certificate, CertificateFile
from training.records.rules import CertificateStatus, date_in_zone

MAY_REVOKE = "records.revoke_certificate"
VERB_TITLES = {
    "revoke": _("Revoke a certificate"),
    "replace": _("Replace a certificate"),
    "erase": _("Erase whom a certificate names"),
}
STATUS_NAMES = {
    CertificateStatus.VALID: _("Valid"),
    CertificateStatus.EXPIRED: _("Expired"),
    CertificateStatus.REVOKED: _("Revoked"),
    CertificateStatus.REPLACED: _("Replaced"),
    CertificateStatus.ERASED: _("No longer held"),
}


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the certificate. Only administrators see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class EraseForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("Erase the name and the document"),
        error_messages={"required": _("Tick this, or cancel: what is erased cannot come back.")},
    )


class ReplaceForm(RevokeForm):
    name = forms.CharField(
        label=_("Name on the new certificate"),
        help_text=_("Mend the name of the person as well: later certificates take it from there."),
        max_length=200,
    )
    field_order = ("name", "reason")

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write the name as it should stand there."))
        return name


@admin.register(Certificate)
class CertificateAdmin(admin.ModelAdmin):
    list_display = ("name", "course_title", "completed_on", "status", "issued_at", "has_trouble")
    list_filter = ("course_title", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("completion", "file")
    search_fields = ("name", "completion__enrolment__person__name")
    search_help_text = _("Search by name.")
    date_hierarchy = "issued_at"
    ordering = ("-issued_at",)
    fields = (
        "name",
        "course_title",
        "completed_on",
        "organisation",
        "issued_at",
        "expires_on",
        "status",
        "code_end",
        "revoked_at",
        "revoked_by",
        "revoked_reason",
        "replaced_by",
        "erased_at",
        "erased_by",
        "trouble",
    )
    readonly_fields = fields
    actions = None
    change_form_template = "admin/records/certificate/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Certificate]:
        return super().get_queryset(request).defer("file__body")

    @admin.display(description=_("completed on"), ordering="completion__completed_on")
    def completed_on(self, certificate: Certificate) -> str:
        return date_format(certificate.completion.completed_on, "DATE_FORMAT")

    @admin.display(description=_("status"))
    def status(self, certificate: Certificate) -> str:
        today = date_in_zone(timezone.now(), current_organisation().zone)
        return str(STATUS_NAMES[certificate.status_on(today)])

    @admin.display(description=_("code ends in"))
    def code_end(self, certificate: Certificate) -> str:
        """Return enough of the code to tell two apart, too little to open the public page."""
        return "…" + certificate.code[-4:]

    @admin.display(description=_("to look at"))
    def trouble(self, certificate: Certificate) -> str:
        file = file_of(certificate)
        return (file.trouble if file else "") or gettext("Nothing.")

    @admin.display(description=_("came out well"), boolean=True)
    def has_trouble(self, certificate: Certificate) -> bool | None:
        file = file_of(certificate)
        return not file.trouble if file else None

    # --- Revoke and replace ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/revoke/", wrap(self.revoke), name="records_certificate_revoke"),
            path("<int:pk>/replace/", wrap(self.replace), name="records_certificate_replace"),
            path("<int:pk>/erase/", wrap(self.erase), name="records_certificate_erase"),
            *super().get_urls(),
        ]

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, then revoke."""

        def change(certificate: Certificate, form: forms.Form) -> str:
            reason = form.cleaned_data["reason"]
            person = cast(User, request.user)
            revoke_certificate(certificate, by=person, at=timezone.now(), reason=reason)
            return gettext("Revoked. Reason: %(reason)s") % {"reason": reason}

        return self.confirmed(request, pk, RevokeForm(posted(request)), "revoke", change)

    def replace(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the name and the reason, then make a new one in place of this."""

        def change(certificate: Certificate, form: forms.Form) -> str:
            new = replace_certificate(
                certificate,
                by=cast(User, request.user),
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                name=form.cleaned_data["name"],
            )
            said = {"number": new.pk, "reason": form.cleaned_data["reason"]}
            return gettext("Replaced by certificate %(number)s. Reason: %(reason)s") % said

        initial = {"name": self.certificate_or_404(request, pk).name}
        form = ReplaceForm(posted(request), initial=initial)
        return self.confirmed(request, pk, form, "replace", change)

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once, then forget whom the certificates of this completion name."""

        def change(certificate: Certificate, _form: forms.Form) -> str:
            erased = erase_certificates(
                certificate.completion, by=cast(User, request.user), at=timezone.now()
            )
            said = ngettext(
                "Erased: the name on %(count)d certificate, and its document.",
                "Erased: the name on %(count)d certificates, and their documents.",
                len(erased),
            )
            return said % {"count": len(erased)}

        return self.confirmed(request, pk, EraseForm(posted(request)), "erase", change)

    def confirmed(
        self,
        request: HttpRequest,
        pk: int,
        form: forms.Form,
        verb: str,
        change: Callable[[Certificate, forms.Form], str],
    ) -> HttpResponse:
        """Show the page that asks, or do what was asked, log it and go back to the certificate."""
        certificate = self.certificate_or_404(request, pk)
        back = redirect("admin:records_certificate_change", pk)
        if certificate.erased_at is not None:
            messages.error(request, gettext("This certificate is no longer held."))
            return back
        if certificate.revoked_at is not None and verb != "erase":
            messages.error(request, gettext("This certificate is not valid any more."))
            return back
        if request.method == "POST" and form.is_valid():
            try:
                said = change(certificate, form)
            except (CertificateNotValid, CertificateNotHeld):
                messages.error(request, gettext("Somebody else has just changed this certificate."))
                return back
            # Read again: the log keeps no name that was just erased.
            self.log_change(request, self.certificate_or_404(request, pk), said)
            messages.success(request, said)
            return back
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "certificate": certificate,
            "form": form,
            "title": VERB_TITLES[verb],
            "verb": verb,
        }
        return render(request, "admin/records/certificate/confirm.html", context)

    def certificate_or_404(self, request: HttpRequest, pk: int) -> Certificate:
        """Return a certificate to somebody who may revoke it."""
        if not request.user.has_perm(MAY_REVOKE):
            raise PermissionDenied
        certificate = self.get_queryset(request).filter(pk=pk).first()
        if certificate is None:
            raise Http404("no such certificate")
        return certificate

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_revoke": request.user.has_perm(MAY_REVOKE)}
        return super().change_view(request, object_id, form_url, context)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, also when that is nothing."""
    return request.POST if request.method == "POST" else None


def file_of(certificate: Certificate) -> CertificateFile | None:
    """Return the document of a certificate, if it has been made."""
    return getattr(certificate, "file", None)
