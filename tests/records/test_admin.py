"""Certificates in the admin: found, looked at, revoked and replaced; never edited."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.records.models import Certificate, CertificateFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(learner):
    learner.complete()
    return Certificate.objects.get()


@pytest.fixture
def admin(cast, client_for):
    ensure_roles()
    cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return client_for(cast.amin)


def url(name, *args):
    return reverse(f"admin:records_certificate_{name}", args=args)


def test_a_certificate_is_found_by_name_and_its_code_stays_hidden(admin, certificate):
    found = admin.get(url("changelist"), {"q": "larkspur"}).content.decode()
    assert certificate.name in found and certificate.code not in found
    assert certificate.name not in admin.get(url("changelist"), {"q": "oxbow"}).content.decode()
    opened = admin.get(url("change", certificate.pk)).content.decode()
    assert certificate.code not in opened and "…" + certificate.code[-4:] in opened


def test_nothing_is_changed_by_hand(admin, certificate):
    assert admin.post(url("change", certificate.pk), {"name": "Mine"}).status_code == 403
    certificate.refresh_from_db()
    assert certificate.name == "Lena Larkspur"


def test_trouble_with_a_document_is_shown(admin, certificate):
    CertificateFile.objects.create(
        certificate=certificate, body=b"", made_at=timezone.now(), trouble="No font has U+10FFF"
    )
    assert "No font has U+10FFF" in admin.get(url("change", certificate.pk)).content.decode()


@pytest.mark.parametrize("verb", ["revoke", "replace"])
def test_looking_changes_nothing_and_a_reason_is_required(admin, certificate, verb):
    assert admin.get(url(verb, certificate.pk)).status_code == 200
    answer = admin.post(url(verb, certificate.pk), {"name": "Léna Larkspur", "reason": " "})
    assert "This field is required" in answer.content.decode()
    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_revoking_goes_through_the_verb_and_is_logged(admin, certificate, cast):
    answer = admin.post(url("revoke", certificate.pk), {"reason": "Issued in error"}, follow=True)
    assert "Issued in error" in answer.content.decode()
    certificate.refresh_from_db()
    assert certificate.revoked_by == cast.amin
    entry = LogEntry.objects.get(object_id=str(certificate.pk))
    assert entry.user == cast.amin and "Issued in error" in entry.change_message


def test_replacing_makes_one_with_the_right_name_and_is_logged(admin, certificate, cast):
    fields = {"name": "Léna Larkspur", "reason": "An accent was missing"}
    admin.post(url("replace", certificate.pk), fields)
    certificate.refresh_from_db()
    assert certificate.replaced_by.name == "Léna Larkspur"
    assert LogEntry.objects.filter(object_id=str(certificate.pk), user=cast.amin).exists()


def test_what_is_not_valid_any_more_cannot_be_revoked_again(admin, certificate):
    admin.post(url("revoke", certificate.pk), {"reason": "First"})
    for verb in ("revoke", "replace"):
        answer = admin.post(
            url(verb, certificate.pk), {"reason": "Second", "name": "Other"}, follow=True
        )
        assert "not valid any more" in answer.content.decode()
    assert Certificate.objects.get().revoked_reason == "First"
    assert "/revoke/" not in admin.get(url("change", certificate.pk)).content.decode()


def test_erasing_asks_once_is_logged_and_keeps_no_name(admin, certificate, cast):
    assert "cannot come back" in admin.post(url("erase", certificate.pk), {}).content.decode()
    name = certificate.name
    answer = admin.post(url("erase", certificate.pk), {"is_sure": "on"}, follow=True)
    assert "Erased: the name on 1 certificate" in answer.content.decode()
    certificate.refresh_from_db()
    assert (certificate.name, certificate.erased_by) == ("", cast.amin)
    entry = LogEntry.objects.get(object_id=str(certificate.pk))
    assert name not in entry.object_repr and name not in entry.change_message
    again = admin.post(url("erase", certificate.pk), {"is_sure": "on"}, follow=True)
    assert "no longer held" in again.content.decode()


@pytest.mark.protection
@pytest.mark.parametrize("verb", ["revoke", "replace", "erase"])
@pytest.mark.parametrize("role", ["lena", "max", "ada", None])
def test_nobody_else_revokes_or_replaces(certificate, cast, client_for, role, verb):
    client = client_for(role and getattr(cast, role))
    answer = client.post(
        url(verb, certificate.pk), {"reason": "Mine", "name": "Mine", "is_sure": "on"}
    )
    assert answer.status_code in (302, 403)
    certificate.refresh_from_db()
    assert certificate.revoked_at is None and certificate.erased_at is None


@pytest.mark.protection
def test_looking_at_certificates_is_not_enough_to_revoke_one(certificate, cast, client_for):
    ensure_roles()
    group = Group.objects.get(name=ADMINISTRATORS)
    group.permissions.remove(group.permissions.get(codename="revoke_certificate"))
    cast.amin.groups.add(group)
    client = client_for(cast.amin)
    assert client.post(url("revoke", certificate.pk), {"reason": "Mine"}).status_code == 403
    assert "/revoke/" not in client.get(url("change", certificate.pk)).content.decode()
