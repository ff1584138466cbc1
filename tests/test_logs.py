"""The log holds no secret that an address carries."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from tests import factories
from tests.conftest import NOW
from training.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Gone: /review/aB3-_x/", "Gone: /review/…/"),
        ("Not Found: /verify/ABCD-1234/", "Not Found: /verify/…/"),
        ("Not Found: /certificates/ABCD-1234/pdf/", "Not Found: /certificates/…/pdf/"),
        ("Forbidden: /password/reset/key/1-abc-def/", "Forbidden: /password/reset/key/…/"),
        ("Not Found: /courses/verify-it/", "Not Found: /courses/verify-it/"),
    ],
)
def test_a_secret_in_an_address_is_not_written(said, kept):
    record = logging.LogRecord("django", logging.WARNING, "", 0, "%s", (said,), None)
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == kept


@pytest.mark.protection
@pytest.mark.django_db
def test_the_console_never_shows_a_reviewers_link(small_course, ada, client, clock, capsys):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_secrets"]
    invited = factories.make_review(small_course, by=ada, at=NOW)
    clock.move_to(invited.review.expires_at)
    handler = logging.StreamHandler()
    handler.addFilter(WithoutSecrets())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        assert client.get(f"/review/{invited.token}/").status_code == 410
    finally:
        logger.removeHandler(handler)
    said = capsys.readouterr().err
    assert "Gone: /review/…/" in said
    assert invited.token not in said
