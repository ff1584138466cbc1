"""The certificate as a document: drawn when it is first asked for, and kept for ever."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from training.people.logo import current_logo
from training.records.certificate_pdf import Wording, draw_certificate
from training.records.models import Certificate, CertificateFile

log = logging.getLogger(__name__)


def certificate_file(certificate: Certificate, *, verify_url: str, at: datetime) -> CertificateFile:
    """Return the document of a certificate, made now if it is asked for the first time.

    `verify_url` is the public address that the document's QR code leads to. Of two who ask at
    once, both get what was kept first.
    """
    kept = CertificateFile.objects.filter(certificate=certificate).first()
    if kept is not None:
        return kept
    drawn = draw_certificate(
        wording_of(certificate, verify_url=verify_url),
        verify_url=verify_url,
        logo=current_logo(),
        at=certificate.issued_at,
    )
    if drawn.trouble:
        # Named by its number: names of people stay out of logs.
        log.error("Certificate %s came out with trouble: %s", certificate.pk, drawn.trouble)
    try:
        with transaction.atomic():
            return CertificateFile.objects.create(
                certificate=certificate,
                body=drawn.body,
                digest=hashlib.sha256(drawn.body).hexdigest(),
                made_at=at,
                trouble=drawn.trouble,
            )
    except IntegrityError:
        return CertificateFile.objects.get(certificate=certificate)


def wording_of(certificate: Certificate, *, verify_url: str) -> Wording:
    """Return what the document of a certificate says, in the language of whoever asks for it."""
    completion = certificate.completion
    facts = [
        (gettext("Completed on"), date_format(completion.completed_on, "DATE_FORMAT")),
        (gettext("Hours"), str(completion.hours_shown)),
        (gettext("Release"), str(completion.release.number)),
    ]
    if certificate.expires_on is not None:
        facts.append((gettext("Valid until"), date_format(certificate.expires_on, "DATE_FORMAT")))
    kind = gettext("Certificate of completion")
    address = verify_url.removesuffix("/").rsplit("/", 1)[0] + "/"
    return Wording(
        language=(get_language() or "en").split("-")[0],
        title=f"{kind}: {certificate.course_title}",
        description=gettext("%(name)s has completed the course %(course)s.")
        % {"name": certificate.name, "course": certificate.course_title},
        organisation=certificate.organisation,
        kind=kind,
        name=certificate.name,
        sentence=gettext("has completed the course"),
        course=certificate.course_title,
        facts=tuple(facts),
        verify=gettext("Verify at %(address)s with the code") % {"address": address},
        code=certificate.code,
        qr_alt=gettext("QR code that leads to the page which verifies this certificate"),
        logo_alt=gettext("Logo of %(organisation)s") % {"organisation": certificate.organisation},
    )
