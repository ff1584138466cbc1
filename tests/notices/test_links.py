"""Links in mails: programs open them before people do, so opening one changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail

from courses import reviewing
from courses.publishing import Decision
from courses.reviewing import Invitation
from tests.conftest import NOW
from training.notices.kinds import Kind
from training.notices.models import Notice
from training.notices.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.protection]

SITE = "http://localhost:8000"


def rows() -> dict[str, list[dict]]:
    """Return every row of the database but the sessions."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model is not Session and model._meta.managed
    }


def links(message) -> set[str]:
    """Return where a mail leads, by both of its parts."""
    html = unescape(message.alternatives[0].content)
    found = re.findall(r"https?://\S+", message.body) + re.findall(r'href="([^"]+)"', html)
    return {url for url in found if not url.startswith("mailto:")}


@pytest.fixture
def mailed(clock, opened, assign, learner, small_course, ada, bo, otto):
    """Let every kind of mail be sent, and return the messages."""
    today = NOW.date()
    learner.complete()
    assign(bo, due_on=today + timedelta(days=7))
    assign(otto, due_on=today + timedelta(days=30))
    reviewing.send_to_reviewers(
        small_course,
        [Invitation(contact="wren@peers.example")],
        due_on=today + timedelta(days=3),
        by=ada,
        at=NOW,
        decision=Decision(notes="New."),
    )
    for days in (0, 2, 6, 8, 29):
        clock.move_to(NOW + timedelta(days=days))
        work(at=NOW + timedelta(days=days))
    clock.move_to(NOW)
    assert set(Notice.objects.values_list("kind", flat=True)) == set(Kind.values)
    return mail.outbox


def test_opening_a_link_in_any_mail_changes_nothing(mailed, client_for, cast):
    people = {person.email: person for person in cast.everyone()}
    seen = set()
    for message in mailed:
        for client in (client_for(None), client_for(people.get(message.to[0]))):
            before = rows()
            for url in links(message):
                assert url.startswith(SITE)
                assert client.get(url.removeprefix(SITE)).status_code in (200, 302)
                client.head(url.removeprefix(SITE))
                seen.add(re.sub(r"[\w-]{20,}", "…", url.removeprefix(SITE)))
            assert rows() == before
    assert seen == {"/certificates/…/", "/courses/green-bins/", "/mail/", "/review/…/"}
