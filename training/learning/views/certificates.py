"""A certificate: its owner's page, and the public page that verifies it."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from training.people.access import current_person, signed_in
from training.people.organisation import current_organisation
from training.records.access import own_certificate_or_404
from training.records.certificate_files import certificate_file
from training.records.certificates import find_certificate
from training.records.models import Certificate
from training.records.rules import CertificateStatus, date_in_zone


class CodeForm(forms.Form):
    """The code on a certificate, as somebody types or pastes it."""

    code = forms.CharField(
        label=_("Certificate code"),
        max_length=100,
        help_text=_(
            "It stands at the foot of the certificate. Capitals and hyphens do not matter."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that stands on the certificate.")},
    )


@require_safe
@signed_in
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show a person their own certificate, ready to print."""
    found = own_certificate_or_404(current_person(request), code)
    context = {
        "nav": "learning",
        "certificate": found,
        "status": status_today(found),
        "verify_url": request.build_absolute_uri(reverse("learning:verify")),
    }
    return without_trace(render(request, "learning/certificate.html", context))


@require_safe
@signed_in
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give a person their own certificate as a document, unless it was taken back."""
    found = own_certificate_or_404(current_person(request), code)
    if found.revoked_at is not None or found.erased_at is not None:
        return without_trace(redirect("learning:certificate", found.code))
    address = request.build_absolute_uri(reverse("learning:verify-code", args=[found.code]))
    kept = certificate_file(found, verify_url=address, at=timezone.now())
    response = HttpResponse(bytes(kept.body), content_type="application/pdf")
    response["Content-Disposition"] = attachment(found)
    return without_trace(response)


def attachment(certificate: Certificate) -> str:
    """Return how a browser names the file: after course and person, or plainly in old ones."""
    course = certificate.completion.enrolment.course
    plain = f"certificate-{course.key}.pdf"
    title = gettext("Certificate – %(course)s – %(name)s")
    full = title % {"course": certificate.course_title, "name": certificate.name}
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full + '.pdf', safe='')}"


def status_today(certificate: Certificate) -> CertificateStatus:
    """Return the status of a certificate on this day of the organisation's calendar."""
    return certificate.status_on(date_in_zone(timezone.now(), current_organisation().zone))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Let anybody check a code; it is posted, so that it stands in no address or log."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return verification(request, form.cleaned_data["code"], form=form)
    status = 422 if request.method == "POST" else 200
    return render(request, "learning/verify.html", {"form": form}, status=status)


@never_cache
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show whoever has the code what the certificate says."""
    # No form here: a page that sends no referrer cannot post one that passes the CSRF check.
    return without_trace(verification(request, code, form=None))


def verification(request: HttpRequest, code: str, *, form: CodeForm | None) -> HttpResponse:
    found = find_certificate(code)
    context = {
        "form": form,
        "certificate": found,
        "status": found and status_today(found),
        "is_checked": True,
    }
    return unlisted(render(request, "learning/verify.html", context, status=200 if found else 404))


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep a page that shows a certificate out of caches and search engines."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def without_trace(response: HttpResponse) -> HttpResponse:
    """Keep a page whose address holds a code out of referrers too."""
    response["Referrer-Policy"] = "no-referrer"
    return unlisted(response)
