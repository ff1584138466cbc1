"""Certificates: made once for a completion, looked up by whoever has the code."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import date, datetime

from django.db import transaction

from training.people.models import Organisation, User
from training.records.models import Certificate, CertificateFile, Completion

# Crockford's base 32: no I, L, O or U, so that a code can be read aloud and typed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 28
GROUP = 7
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
# Control and surrogate letters: no document may hold them.
UNSEEN = {"Cc", "Cs"}


def new_code() -> str:
    """Return a fresh code of 140 random bits, grouped for reading: XXXXXXX-XXXXXXX-…"""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def normalise_code(typed: str) -> str:
    """Return the code in what a person typed: spaces, hyphens, case and misread letters mended."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(MISREAD)
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def digest_of_code(code: str) -> str:
    """Return the digest under which a code is looked up."""
    return hashlib.sha256(code.encode()).hexdigest()


class CertificateNotValid(ValueError):
    """A certificate that has been revoked or replaced cannot be so again."""


class CertificateNotHeld(ValueError):
    """The name and the documents of a completion's certificates were erased before."""


def issue_certificate(
    completion: Completion,
    *,
    organisation: Organisation,
    at: datetime,
    expires_on: date | None = None,
) -> Certificate:
    """Make the certificate of a completion; a constraint allows one that is valid.

    It says the person's name as it is now.
    """
    code = new_code()
    return Certificate.objects.create(
        completion=completion,
        code=code,
        code_digest=digest_of_code(code),
        name=clean_name(completion.enrolment.person.name),
        course_title=completion.release.title,
        organisation=organisation.name,
        issued_at=at,
        expires_on=expires_on,
    )


@transaction.atomic
def revoke_certificate(
    certificate: Certificate, *, by: User, at: datetime, reason: str
) -> Certificate:
    """Take a certificate back, and say why; raises CertificateNotValid."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.revoked_at is not None or certificate.erased_at is not None:
        raise CertificateNotValid(certificate.pk)
    certificate.revoked_at = at
    certificate.revoked_by = by
    certificate.revoked_reason = reason
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    return certificate


@transaction.atomic
def replace_certificate(
    certificate: Certificate, *, by: User, at: datetime, reason: str, name: str
) -> Certificate:
    """Make a certificate with another name in place of one; raises CertificateNotValid.

    Course, organisation and expiry stay as they were. Returns the new one, which has a new code.
    """
    old = revoke_certificate(certificate, by=by, at=at, reason=reason)
    code = new_code()
    new = Certificate.objects.create(
        completion=old.completion,
        code=code,
        code_digest=digest_of_code(code),
        name=clean_name(name),
        course_title=old.course_title,
        organisation=old.organisation,
        issued_at=at,
        expires_on=old.expires_on,
    )
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    return new


@transaction.atomic
def erase_certificates(completion: Completion, *, by: User, at: datetime) -> list[Certificate]:
    """Forget whom the certificates of a completion name, and their documents; return them.

    Whoever has a code learns that the certificate is no longer held. The completion stays on
    record. Raises CertificateNotHeld when that was done before.
    """
    held = Certificate.objects.select_for_update(of=("self",)).filter(
        completion=completion, erased_at=None
    )
    certificates = list(held)
    if not certificates:
        raise CertificateNotHeld(completion.pk)
    for certificate in certificates:
        certificate.name = certificate.revoked_reason = ""
        certificate.erased_at = at
        certificate.erased_by = by
        certificate.save(update_fields=["name", "revoked_reason", "erased_at", "erased_by"])
    CertificateFile.objects.filter(certificate__in=certificates).update(body=b"", trouble="")
    return certificates


def clean_name(name: str) -> str:
    """Return a name on one line, without letters that nobody sees."""
    seen = (letter for letter in name if unicodedata.category(letter) not in UNSEEN)
    return " ".join("".join(seen).split())


def find_certificate(typed: str) -> Certificate | None:
    """Return the certificate that a typed code names, or None."""
    return (
        Certificate.objects.filter(code_digest=digest_of_code(normalise_code(typed)))
        .select_related("completion__release")
        .first()
    )
