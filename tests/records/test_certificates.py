"""Certificates: codes that are long, readable, forgiving to type; taken back or replaced."""

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.together import at_once
from training.records.certificates import (
    ALPHABET,
    CODE_LENGTH,
    CertificateNotValid,
    clean_name,
    new_code,
    normalise_code,
    replace_certificate,
    revoke_certificate,
)
from training.records.models import Certificate
from training.records.rules import CertificateStatus, certificate_status


def test_a_code_holds_at_least_128_random_bits():
    bits_a_letter = 5
    assert len(ALPHABET) == 2**bits_a_letter
    assert CODE_LENGTH * bits_a_letter >= 128
    assert len({new_code() for _ in range(200)}) == 200


def test_a_code_survives_how_people_type_it():
    code = new_code()
    assert normalise_code(code.lower().replace("-", " ")) == code
    assert normalise_code(f"  {code}\n") == code


def test_letters_that_are_easily_misread_are_mended():
    assert normalise_code("OIL0000") == "0110000"


@given(st.text(max_size=60))
def test_anything_typed_is_normalised_once_and_for_all(typed):
    assert normalise_code(normalise_code(typed)) == normalise_code(typed)


# --- Taken back, or replaced ---------------------------------------------------------------------

LAST_DAY = date(2027, 2, 28)


@pytest.fixture
def certificate(learner):
    learner.complete()
    return Certificate.objects.get()


def replaced(certificate, cast, name="Lena Lärkspur"):
    return replace_certificate(
        certificate, by=cast.amin, at=timezone.now(), reason="A letter was wrong", name=name
    )


def test_a_revoked_certificate_says_who_when_and_why(certificate, cast):
    revoke_certificate(certificate, by=cast.amin, at=timezone.now(), reason="Issued in error")
    certificate.refresh_from_db()
    assert certificate.revoked_by == cast.amin
    assert certificate.revoked_at is not None
    assert certificate.revoked_reason == "Issued in error"
    assert certificate.status_on(LAST_DAY) == CertificateStatus.REVOKED


def test_a_replaced_certificate_names_the_new_one_which_differs_only_in_name(certificate, cast):
    new = replaced(certificate, cast)
    certificate.refresh_from_db()
    assert certificate.replaced_by == new
    assert certificate.status_on(LAST_DAY) == CertificateStatus.REPLACED
    assert new.status_on(LAST_DAY) == CertificateStatus.VALID
    assert new.name == "Lena Lärkspur" and certificate.name == "Lena Larkspur"
    assert new.code != certificate.code
    for same in ("completion_id", "course_title", "organisation", "expires_on"):
        assert getattr(new, same) == getattr(certificate, same)


@pytest.mark.parametrize("verb", ["revoke", "replace"])
def test_what_is_not_valid_is_neither_revoked_nor_replaced_again(certificate, cast, verb):
    replaced(certificate, cast)
    with pytest.raises(CertificateNotValid):
        if verb == "revoke":
            revoke_certificate(certificate, by=cast.amin, at=timezone.now(), reason="Again")
        else:
            replaced(certificate, cast, name="Somebody Else")
    assert Certificate.objects.filter(revoked_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.protection
def test_of_several_who_replace_at_once_one_does(certificate, cast):
    outcomes = at_once(*[lambda: replaced(certificate, cast)] * 4, refusals=(CertificateNotValid,))
    assert outcomes.count(CertificateNotValid) == 3
    assert Certificate.objects.count() == 2
    assert Certificate.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2027, 2, 28), CertificateStatus.VALID), (date(2027, 3, 1), CertificateStatus.EXPIRED)],
)
def test_a_certificate_is_valid_through_its_last_day(day, status):
    expires = {
        "is_erased": False,
        "is_revoked": False,
        "is_replaced": False,
        "expires_on": LAST_DAY,
    }
    assert certificate_status(day, **expires) == status


def test_a_name_stands_on_one_line_without_letters_that_nobody_sees():
    assert clean_name(" Lena\u0000\u0085  Larkspur\ud800 ") == "Lena Larkspur"
    assert clean_name("xʷməθkʷəy̓əm") == "xʷməθkʷəy̓əm"
