"""The outbox: told once, kept no longer than needed, held and released."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from tests.conftest import NOW
from tests.notices.conftest import WORDS, make_notice
from tests.together import at_once
from training.administration.demo import create_demo, remove_demo
from training.administration.roles import ensure_roles
from training.notices.kinds import Kind, Reason, State
from training.notices.models import Notice, NoticePreference, Outbox
from training.notices.outbox import (
    NoRecipient,
    NoticeIsDone,
    drop_notices,
    hold_mail,
    is_held,
    new_notice,
    outbox,
    release_mail,
    retry_notice,
)
from training.notices.preferences import prefer
from training.people.models import User

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_a_key_is_queued_once_whatever_it_says_the_second_time(lena, otto):
    first = make_notice(lena)
    again = make_notice(otto, at=LATER)
    assert again.pk == first.pk
    assert again.person == lena
    assert Notice.objects.count() == 1


def test_a_mail_goes_to_a_person_or_to_an_address(lena):
    for recipient in ({}, {"person": lena, "address": "pia@elsewhere.example"}):
        with pytest.raises(NoRecipient):
            new_notice(Kind.CERTIFICATE, key="k", words=WORDS, at=NOW, **recipient)
    assert make_notice(address="pia@elsewhere.example").recipient == "pia@elsewhere.example"


def test_a_mail_is_queued_with_what_it_tells_or_not_at_all(lena):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_notice(lena)
        raise ZeroDivisionError
    assert not Notice.objects.exists()


@pytest.mark.protection
def test_the_database_keeps_no_text_of_what_was_sent(lena):
    notice = make_notice(lena)
    with pytest.raises(DatabaseError), transaction.atomic():
        QuerySet(Notice).filter(pk=notice.pk).update(sent_at=NOW)


def test_what_is_dropped_loses_text_and_address_and_stays_dropped(lena):
    make_notice(address="pia@elsewhere.example")
    assert drop_notices(Notice.objects.all(), reason=Reason.BY_HAND, at=NOW) == 1
    notice = Notice.objects.get()
    assert (notice.text, notice.html, notice.address) == ("", "", "")
    assert notice.state == State.DROPPED
    make_notice(lena)
    assert not Notice.objects.waiting().exists()
    with pytest.raises(NoticeIsDone):
        retry_notice(notice, at=NOW)


def test_what_a_worker_has_in_hand_is_not_dropped(lena):
    notice = make_notice(lena)
    Notice.objects.update(claim="c", claimed_until=LATER)
    assert drop_notices(Notice.objects.all(), reason=Reason.BY_HAND, at=NOW) == 0
    assert drop_notices(Notice.objects.all(), reason=Reason.BY_HAND, at=LATER) == 1
    notice.refresh_from_db()
    assert notice.state == State.DROPPED


def test_mail_is_held_with_its_first_reason_until_it_is_released(lena):
    make_notice(lena)
    hold_mail(reason="A drill", by=lena, at=NOW)
    hold_mail(reason="Another", at=LATER)
    assert is_held()
    assert Outbox.objects.get().held_reason == "A drill"
    assert release_mail(at=LATER) == 1
    assert not is_held()


def test_released_without_what_waits_nothing_older_is_told(lena):
    make_notice(lena)
    outbox(at=NOW)
    hold_mail(reason="Restored", at=NOW)
    assert release_mail(at=LATER, is_dropping=True) == 1
    assert not Notice.objects.waiting().exists()
    assert outbox(at=LATER).reads_since == LATER


def test_the_command_holds_and_releases(lena, capsys):
    make_notice(lena)
    call_command("holdmail", "--reason", "Restored")
    assert is_held()
    assert "Restored" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("holdmail", "--drop-waiting")
    call_command("holdmail", "--release", "--drop-waiting")
    assert "1 dropped" in capsys.readouterr().out
    assert not is_held()


def test_removing_the_demo_removes_its_mail():
    ensure_roles()
    person = create_demo()[0]
    make_notice(person)
    prefer(person, wants_reminders=False)
    hold_mail(reason="A drill", by=person, at=NOW)
    remove_demo()
    assert not Notice.objects.exists() and not NoticePreference.objects.exists()
    assert Outbox.objects.get().held_by is None
    assert not User.objects.exists()


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_eight_queued_at_once_with_one_key_are_one(lena):
    queued = at_once(*[lambda: make_notice(lena)] * 8)
    assert {notice.pk for notice in queued} == {Notice.objects.get().pk}
