"""A person's own certificate: the page, and the document to download."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from training.records.certificates import replace_certificate, revoke_certificate
from training.records.models import Certificate, CertificateFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(learner):
    learner.complete()
    return Certificate.objects.get()


def page(learner, certificate):
    return learner.client.get(reverse("learning:certificate", args=[certificate.code]))


def download(learner, certificate):
    return learner.client.get(reverse("learning:certificate-pdf", args=[certificate.code]))


def test_the_page_leads_to_the_document(learner, certificate):
    text = page(learner, certificate).content.decode()
    assert reverse("learning:certificate-pdf", args=[certificate.code]) in text
    assert "Download (PDF)" in text


def test_the_document_is_a_pdf_that_no_cache_keeps(learner, certificate):
    response = download(learner, certificate)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_it_is_named_for_every_browser(learner, certificate):
    learner.person.name = 'xʷməθkʷəy̓əm "; x=\r\n'
    learner.person.save()
    named = download(learner, certificate)["Content-Disposition"]
    assert named.isascii() and named.count('"') == 2
    assert named.startswith(f'attachment; filename="certificate-{learner.course.key}.pdf"')
    assert quote(certificate.name) in named


def test_it_stays_the_same_when_the_person_is_renamed(learner, certificate):
    first = download(learner, certificate).content
    learner.person.name = "Another Name"
    learner.person.save()
    assert download(learner, certificate).content == first
    assert CertificateFile.objects.count() == 1


def test_a_revoked_certificate_is_not_given_out_any_more(learner, certificate, cast):
    revoke_certificate(certificate, by=cast.amin, at=timezone.now(), reason="Error")
    assert "Download" not in page(learner, certificate).content.decode()
    assert download(learner, certificate).status_code == 302
    assert not CertificateFile.objects.exists()


def test_a_replaced_certificate_leads_to_the_new_one(learner, certificate, cast):
    new = replace_certificate(
        certificate, by=cast.amin, at=timezone.now(), reason="Name", name="Léna Larkspur"
    )
    assert (
        reverse("learning:certificate", args=[new.code])
        in page(learner, certificate).content.decode()
    )
    assert download(learner, new).status_code == 200
    assert new.code in learner.client.get("/my-learning/").content.decode()
