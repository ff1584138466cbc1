"""The outbox in the admin: to be looked at, tried again, dropped, held; never to be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.publishing import Decision
from courses.reviewing import Invitation, send_to_reviewers
from tests.conftest import NOW
from tests.notices.conftest import make_notice
from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.notices.kinds import Reason, State
from training.notices.models import Notice, Outbox
from training.notices.outbox import hold_mail, is_held
from training.notices.reviews import queue_links
from training.notices.sending import send_due

pytestmark = pytest.mark.django_db
LIST = "/admin/notices/notice/"


@pytest.fixture
def admin(client_for, cast):
    ensure_roles()
    cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return client_for(cast.amin)


def given_up(person) -> Notice:
    notice = make_notice(person)
    Notice.objects.filter(pk=notice.pk).update(
        given_up_at=NOW, failed_at=NOW, tries=7, reason=Reason.UNREACHABLE
    )
    return notice


def act(client, name: str, *notices: Notice) -> str:
    fields = {"action": name, "_selected_action": [notice.pk for notice in notices]}
    return client.post(LIST, fields, follow=True).text


def test_the_list_says_to_whom_what_and_why_not(admin, lena):
    given_up(lena)
    page = admin.get(LIST).text
    for words in ("Lena Larkspur", "Given up", "The mail server could not be reached.", "1 was"):
        assert words in page
    assert "Lena Larkspur" in admin.get(LIST + "?state=given-up").text
    assert "Lena Larkspur" not in admin.get(LIST + "?state=waiting").text.split("<table")[-1]
    assert admin.get(LIST + "?state=nonsense").status_code in (200, 302)


@pytest.mark.protection
def test_no_page_shows_what_a_mail_says_or_who_has_no_account(admin, lena):
    for notice in (make_notice(lena), make_notice(key="2", address="pia@elsewhere.example")):
        for url in (LIST, f"{LIST}{notice.pk}/change/", f"{LIST}?q=elsewhere"):
            page = admin.get(url).text
            assert "secret" not in page
            assert "pia@elsewhere.example" not in page
    assert "Somebody without an account" in admin.get(LIST).text


@pytest.mark.protection
@pytest.mark.parametrize("is_sent", [True, False])
def test_no_page_shows_the_address_or_the_link_of_a_reviewer(
    admin, small_course, ada, opened, is_sent
):
    _release, (invited,) = send_to_reviewers(
        small_course,
        [Invitation(contact="wren@peers.example")],
        due_on=NOW.date() + timedelta(days=7),
        by=ada,
        at=NOW,
        decision=Decision(notes="New."),
    )
    queue_links(at=NOW)
    if is_sent:
        send_due(at=NOW)
    notice = Notice.objects.get()
    for url in (LIST, f"{LIST}{notice.pk}/change/", f"{LIST}?q=wren"):
        page = admin.get(url).text
        assert "wren@" not in page
        assert invited.token not in page
    assert "Peer 1 of candidate 2" in admin.get(LIST).text
    assert "Green bins" in admin.get(f"{LIST}{notice.pk}/change/").text


def test_what_was_given_up_is_tried_again(admin, lena):
    notice = given_up(lena)
    assert "1 mail is tried again" in act(admin, "retry", notice)
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == (State.WAITING, 0)
    assert LogEntry.objects.get().change_message == "Tried again."
    assert send_due(at=timezone.now()).sent == 1
    assert "0 mails are tried again" in act(admin, "retry", notice)


def test_what_is_not_to_be_sent_is_dropped(admin, lena):
    notice = make_notice(lena)
    assert "1 mail will not be sent" in act(admin, "drop", notice)
    notice.refresh_from_db()
    assert (notice.state, notice.text) == (State.DROPPED, "")


def test_mail_is_held_with_a_reason_and_released(admin, amin, lena):
    make_notice(lena)
    assert admin.post(LIST + "hold/", {"reason": ""}).status_code == 422
    assert not is_held()
    page = admin.post(LIST + "hold/", {"reason": "We move house"}, follow=True).text
    assert "nothing goes out" in page and "We move house" in page and "Amin" in page
    assert Outbox.objects.get().held_by == amin
    assert "1 mail waits" in admin.get(LIST + "release/").text
    admin.post(LIST + "release/", {"what": "send"})
    assert not is_held()
    assert Notice.objects.waiting().count() == 1
    assert LogEntry.objects.count() == 2


def test_after_a_restore_what_waits_can_be_dropped(admin, lena):
    make_notice(lena)
    hold_mail(reason="Restored", at=NOW)
    admin.post(LIST + "release/", {"what": "drop"})
    assert not Notice.objects.waiting().exists()
    assert Outbox.objects.get().reads_since > NOW - timedelta(days=1)


@pytest.mark.protection
def test_opening_a_page_holds_and_releases_nothing(admin, lena):
    admin.get(LIST + "hold/")
    assert not is_held()
    hold_mail(reason="A drill", at=NOW)
    admin.get(LIST + "release/")
    assert is_held()


@pytest.mark.protection
def test_who_may_only_look_changes_nothing(client_for, cast, lena):
    make_notice(lena)
    for person in (cast.ada, cast.max, cast.lena, None):
        client = client_for(person)
        for verb in ("hold", "release"):
            for response in (client.get(f"{LIST}{verb}/"), client.post(f"{LIST}{verb}/")):
                assert response.status_code in (302, 403)
    assert not is_held()


def test_the_list_asks_no_more_for_more_mail(admin, cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse("admin:notices_notice_changelist"))
        return len(asked)

    make_notice(cast.lena)
    queries()
    few = queries()
    for number in range(10):
        make_notice(cast.otto, key=f"key:{number}")
    assert queries() == few
