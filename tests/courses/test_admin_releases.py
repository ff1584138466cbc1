"""Releases in the admin: compared, withdrawn with a reason, taken out for good."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from courses.allowing import ReasonMissing
from courses.models import Prose, Release, ReleaseDocument
from courses.publishing import (
    ContentWasRedacted,
    redact_release,
    withdraw_release,
)
from courses.reading import ReleaseRedacted, read_release
from quizzes.frozen import RowIsFrozen
from tests.conftest import NOW
from tests.factories import publish_early
from training.administration.roles import ensure_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(small_course, ada) -> Release:
    Prose.objects.filter(parent__key="when-in-doubt").update(text="<p>Ask at noon.</p>")
    return publish_early(small_course, by=ada, at=NOW)


def address(verb: str, release: Release) -> str:
    return reverse(f"admin:courses_release_{verb}", args=[release.pk])


def test_any_two_releases_can_be_compared(trainer, small_course, second, ada):
    first = small_course.releases.get(number=1)
    page = trainer.get(address("compare", second)).content.decode()
    assert "From release 1 to release 2" in page
    assert "noon" in page
    same = trainer.get(address("compare", first), {"with": 2}).content.decode()
    assert "From release 1 to release 2" in same
    assert trainer.get(address("compare", first), {"with": "x"}).status_code == 404


def test_a_release_is_withdrawn_with_a_reason(trainer, second, ada):
    page = trainer.get(address("withdraw", second)).content.decode()
    assert "0 people are taking this release" in page
    trainer.post(address("withdraw", second), {"reason": ""})
    second.refresh_from_db()
    assert second.withdrawn_at is None
    trainer.post(address("withdraw", second), {"reason": "A figure was wrong."})
    second.refresh_from_db()
    assert (second.withdrawn_by, second.withdrawn_reason) == (ada, "A figure was wrong.")
    assert Release.objects.current().get().number == 1
    assert "A figure was wrong." in LogEntry.objects.latest("pk").get_change_message()


def test_a_redacted_release_keeps_its_digest_reason_and_date(trainer, second, ada):
    trainer.post(address("redact", second), {"reason": "Somebody withdrew their consent."})
    second.refresh_from_db()
    document = ReleaseDocument.objects.get(pk=second.document_id)
    assert document.body is None
    assert document.redacted_by == ada
    assert document.redacted_reason == "Somebody withdrew their consent."
    assert second.state == "redacted" and second.withdrawn_at is not None
    with pytest.raises(ReleaseRedacted):
        read_release(second)
    assert trainer.get(address("compare", second)).status_code == 200
    home = reverse("admin:courses_course_home", args=[second.course_id])
    assert "Content taken out" in trainer.get(home).content.decode()


def test_the_same_content_cannot_be_published_again(second, small_course, ada):
    redact_release(second, reason="Consent.", by=ada, at=NOW)
    with pytest.raises(ContentWasRedacted):
        publish_early(small_course, by=ada, at=NOW)


def test_releases_with_the_same_content_lose_it_together(second, small_course, ada):
    third = publish_early(small_course, by=ada, at=NOW)
    taken_out = redact_release(third, reason="Consent.", by=ada, at=NOW)
    assert [release.number for release in taken_out] == [2, 3]
    with pytest.raises(ReleaseRedacted):
        redact_release(second, reason="Again.", by=ada, at=NOW)


def test_both_need_a_reason(second, ada):
    with pytest.raises(ReasonMissing):
        withdraw_release(second, reason=" ", by=ada, at=NOW)
    with pytest.raises(ReasonMissing):
        redact_release(second, reason=" ", by=ada, at=NOW)


@pytest.mark.protection
def test_a_document_is_only_ever_taken_out_whole(second):
    document = second.document
    document.body = b"something else"
    with pytest.raises(RowIsFrozen):
        document.save(update_fields=["body"])
    with pytest.raises(RowIsFrozen):
        ReleaseDocument.objects.filter(pk=document.pk).update(body=b"something else")


@pytest.mark.protection
def test_only_those_who_may_withdraw_and_take_out(second, client_for, lena, amin):
    ensure_roles()
    for person in (lena, amin):
        for verb in ("compare", "withdraw", "redact"):
            assert client_for(person).get(address(verb, second)).status_code in (302, 403)
            client_for(person).post(address(verb, second), {"reason": "Mine."})
    second.refresh_from_db()
    assert second.withdrawn_at is None and not second.is_redacted
