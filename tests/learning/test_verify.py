"""The public page that verifies a certificate."""

import pytest
from django.urls import reverse

from training.records.models import Certificate

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
