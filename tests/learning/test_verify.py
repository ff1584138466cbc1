"""The public page that verifies a certificate."""

import re
from datetime import date

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from training.records.certificate_files import certificate_file
from training.records.certificates import (
    CertificateNotHeld,
    erase_certificates,
    replace_certificate,
    revoke_certificate,
)
from training.records.models import Certificate, CertificateFile

pytestmark = pytest.mark.django_db

VERIFY = "/verify/"


@pytest.fixture
def certificate(learner):
    learner.complete()
    return Certificate.objects.get()


def test_whoever_has_the_code_sees_name_course_date_and_status(client, certificate):
    response = client.post(VERIFY, {"code": certificate.code.lower().replace("-", " ")})
    text = response.content.decode()
    assert "This certificate is valid" in text
    assert certificate.name in text and certificate.course_title in text
    assert "@" not in text.split("<main")[1].split("</main>")[0]


def test_the_address_on_the_certificate_shows_the_same(client, certificate):
    text = client.get(reverse("learning:verify-code", args=[certificate.code])).content.decode()
    assert certificate.name in text


@pytest.mark.parametrize("code", ["WRONG", "0" * 28, "ÄÖÜ", "'; drop", "a" * 100])
def test_a_code_that_is_no_certificates_says_so_plainly(client, certificate, code):
    response = client.post(VERIFY, {"code": code})
    assert response.status_code == 404
    assert "No certificate has this code" in response.content.decode()
    assert certificate.name not in response.content.decode()


def test_an_empty_code_says_what_is_missing(client, db):
    response = client.post(VERIFY, {"code": ""})
    assert response.status_code == 422
    assert "Type the code" in response.content.decode()


def test_pages_with_a_code_stay_out_of_caches_search_and_referrers(client, certificate):
    response = client.get(reverse("learning:verify-code", args=[certificate.code]))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


def main_of(client, certificate):
    response = client.get(reverse("learning:verify-code", args=[certificate.code]))
    return response.content.decode().split("<main")[1].split("</main>")[0]


def test_a_revoked_certificate_is_no_longer_valid(client, certificate, cast):
    revoke_certificate(certificate, by=cast.amin, at=timezone.now(), reason="Privately told")
    text = main_of(client, certificate)
    assert "no longer valid" in text and "Revoked" in text
    assert "Privately told" not in text and cast.amin.name not in text


def test_a_replaced_certificate_shows_no_name(client, certificate, cast):
    new = replace_certificate(
        certificate, by=cast.amin, at=timezone.now(), reason="Privately told", name="Leon Lark"
    )
    text = main_of(client, certificate)
    assert "has been replaced" in text and certificate.course_title in text
    for secret in (certificate.name, new.name, new.code, "Privately told"):
        assert secret not in text
    assert "This certificate is valid" in main_of(client, new)


def test_an_erased_certificate_is_no_longer_held_and_names_nobody(client, certificate, cast):
    now = timezone.now()
    certificate_file(certificate, verify_url="http://localhost/verify/x/", at=now)
    new = replace_certificate(certificate, by=cast.amin, at=now, reason="Misspelt", name="Leon L")
    erase_certificates(certificate.completion, by=cast.amin, at=now)
    for each in (certificate, new):
        text = main_of(client, each)
        assert "no longer held" in text and certificate.course_title in text
        for secret in (certificate.name, "Leon L", "Misspelt"):
            assert secret not in text
    assert bytes(CertificateFile.objects.get().body) == b""
    with pytest.raises(CertificateNotHeld):
        erase_certificates(certificate.completion, by=cast.amin, at=now)


def test_an_erased_certificate_leaves_its_owner_the_completion(client_for, certificate, cast):
    erase_certificates(certificate.completion, by=cast.amin, at=timezone.now())
    lena = client_for(cast.lena)
    text = lena.get(reverse("learning:certificate", args=[certificate.code])).content.decode()
    assert "no longer held" in text and certificate.name not in text.split("<main")[1]
    pdf = lena.get(reverse("learning:certificate-pdf", args=[certificate.code]))
    assert pdf.status_code == 302
    desk = lena.get(reverse("learning:my-learning")).content.decode()
    assert certificate.course_title in desk and "Your certificate" not in desk


def test_an_expired_certificate_says_until_when_it_was_valid(client, certificate):
    QuerySet(Certificate).update(expires_on=date(2020, 2, 29))
    text = main_of(client, certificate)
    assert "has expired" in text and "29 February 2020" in text


def test_nothing_but_name_course_date_and_status_is_shown(client, certificate):
    terms = re.findall(r"<dt>(.*?)</dt>", main_of(client, certificate))
    assert terms == ["Name", "Course", "Completed on", "Status"]


@pytest.mark.protection
def test_a_whole_building_behind_one_address_can_verify_at_once(client, certificate):
    for _ in range(120):
        assert client.post(VERIFY, {"code": certificate.code}).status_code == 200
