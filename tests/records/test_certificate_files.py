"""The document of a certificate is kept at its first making: same certificate, same bytes."""

import hashlib
import logging

import pytest
from django.utils import timezone

from tests.together import at_once, slowly
from training.records import certificate_files
from training.records.certificate_files import certificate_file
from training.records.certificate_pdf import CertificatePdf
from training.records.models import Certificate, CertificateFile

VERIFY_URL = "https://training.elderbrook.example/verify/{}/"


@pytest.fixture
def certificate(learner):
    learner.complete()
    return Certificate.objects.get()


def ask(certificate):
    return certificate_file(
        certificate, verify_url=VERIFY_URL.format(certificate.code), at=timezone.now()
    )


def draw_instead(monkeypatch, *bodies: bytes, trouble: str = ""):
    left = list(bodies)
    monkeypatch.setattr(
        certificate_files, "draw_certificate", lambda *_, **__: CertificatePdf(left.pop(), trouble)
    )


@pytest.mark.protection
def test_what_was_made_first_is_given_for_ever(certificate, monkeypatch):
    first = bytes(ask(certificate).body)
    draw_instead(monkeypatch, b"as a later typst would draw it")
    again = ask(certificate)
    assert bytes(again.body) == first
    assert again.digest == hashlib.sha256(first).hexdigest()


@pytest.mark.django_db(transaction=True)
@pytest.mark.protection
def test_all_who_ask_at_once_get_the_same(certificate, monkeypatch):
    draw_instead(monkeypatch, b"a", b"b", b"c", b"d")
    draw = slowly(certificate_files.draw_certificate)
    monkeypatch.setattr(certificate_files, "draw_certificate", draw)
    given = at_once(*[lambda: ask(certificate)] * 4)
    assert len({bytes(file.body) for file in given}) == 1
    assert CertificateFile.objects.count() == 1


def test_trouble_is_kept_and_logged_without_the_name(certificate, monkeypatch, caplog):
    draw_instead(monkeypatch, b"file", trouble="No font has U+10FFF")
    with caplog.at_level(logging.ERROR):
        assert ask(certificate).trouble == "No font has U+10FFF"
    assert "U+10FFF" in caplog.text and str(certificate.pk) in caplog.text
    assert "Larkspur" not in caplog.text and certificate.code not in caplog.text


def test_the_document_says_what_the_certificate_says(certificate):
    said = certificate_files.wording_of(certificate, verify_url=VERIFY_URL.format(certificate.code))
    assert said.name == "Lena Larkspur" and said.course == certificate.course_title
    assert dict(said.facts)["Hours"] == str(certificate.completion.hours_shown)
    assert "https://training.elderbrook.example/verify/ " in said.verify
    assert certificate.code not in said.verify
