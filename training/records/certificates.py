"""Certificates: made once for a completion, looked up by whoever has the code."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from training.people.models import Organisation
from training.records.models import Certificate, Completion

# Crockford's base 32: no I, L, O or U, so that a code can be read aloud and typed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 28
GROUP = 7
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


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


def issue_certificate(
    completion: Completion, *, organisation: Organisation, at: datetime
) -> Certificate:
    """Make the certificate of a completion; a constraint allows one that is valid."""
    code = new_code()
    return Certificate.objects.create(
        completion=completion,
        code=code,
        code_digest=digest_of_code(code),
        name=completion.enrolment.person.name,
        course_title=completion.release.title,
        organisation=organisation.name,
        issued_at=at,
    )


def find_certificate(typed: str) -> Certificate | None:
    """Return the certificate that a typed code names, or None."""
    return (
        Certificate.objects.filter(code_digest=digest_of_code(normalise_code(typed)))
        .select_related("completion__release")
        .first()
    )
