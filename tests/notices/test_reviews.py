"""Mail to reviewers: the link once, reminders around the day, and no address when it is over."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, transaction

from courses import reviewing
from courses.models import Review
from courses.publishing import Decision
from courses.reviewing import Invitation, Verdict
from tests.conftest import NOW
from training.notices.kinds import LONGEST_SUBJECT, Kind, Reason
from training.notices.models import Notice
from training.notices.outbox import hold_mail, release_mail
from training.notices.sending import why_not
from training.notices.working import work
from training.people.organisation import current_organisation, save_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("opened")]

CONTACT = "wren@peers.example"
DUE = date(2026, 12, 4)
DECIDED = Verdict(verdict="approve", credit="none")


@pytest.fixture
def invite(small_course, ada):
    """Send the draft to one reviewer; by mail, unless no contact is given."""

    def invite(contact: str = CONTACT, *, due_on: date = DUE, at: datetime = NOW):
        _release, invited = reviewing.send_to_reviewers(
            small_course,
            [Invitation(contact=contact)],
            due_on=due_on,
            by=ada,
            at=at,
            decision=Decision(notes="New."),
        )
        return invited[0]

    return invite


def on(day: date) -> datetime:
    """Return noon of a day where the organisation is."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=current_organisation().zone)


def text() -> str:
    return str(mail.outbox[-1].body)


def test_a_reviewer_is_mailed_their_link_once(invite):
    invited = invite()
    assert work(at=NOW).sent.sent == 1
    assert work(at=NOW + timedelta(minutes=1)).sent.sent == 0
    assert mail.outbox[0].to == [CONTACT]
    assert f"/review/{invited.token}/" in text()
    assert "4 December 2026" in text()
    review = Review.objects.get()
    assert (review.link_to_mail, review.contact) == ("", CONTACT)
    assert (Notice.objects.get().address, Notice.objects.get().text) == ("", "")


def test_the_mail_says_nothing_of_the_reader_or_the_course(invite, small_course):
    invite()
    work(at=NOW)
    sent = f"{mail.outbox[0].subject} {text()} {mail.outbox[0].alternatives[0].content}"
    assert mail.outbox[0].subject == "A request from Town of Elderbrook"
    assert small_course.title not in sent
    for word in ("peer", "lived", "sex", "traffick", "survivor"):
        assert not re.search(word, sent, re.IGNORECASE)


def test_a_link_that_is_handed_over_is_not_mailed(invite):
    invite(contact="")
    work(at=NOW)
    work(at=on(DUE))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (DUE - timedelta(days=2), None),
        (DUE - timedelta(days=1), "is asked for by 4 December 2026"),
        (DUE, "is asked for by 4 December 2026"),
        (DUE + timedelta(days=1), "You can still give it."),
        (DUE + timedelta(days=4), None),
    ],
)
def test_reviewers_are_reminded_the_day_before_on_the_day_and_after(invite, day, said):
    invited = invite()
    work(at=NOW)
    mail.outbox.clear()
    for minutes in (0, 1, 60):
        work(at=on(day) + timedelta(minutes=minutes))
    assert len(mail.outbox) == (said is not None)
    if said:
        assert said in text()
        assert invited.token not in text()
        assert mail.outbox[0].subject == "A reminder from Town of Elderbrook"


@pytest.mark.parametrize("reason", [Reason.REFUSED_ADDRESS, ""])
def test_nobody_is_reminded_of_a_link_that_never_reached_them(invite, reason):
    invite()
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    if reason:
        Notice.objects.update(given_up_at=NOW, reason=reason)
        release_mail(at=NOW)
    work(at=on(DUE))
    assert mail.outbox == []
    assert not Notice.objects.filter(kind=Kind.REVIEW_REMINDER).exists()


def test_a_link_that_goes_late_is_not_followed_by_a_reminder_on_the_same_day(invite):
    invite()
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    release_mail(at=NOW)
    work(at=on(DUE))
    work(at=on(DUE) + timedelta(minutes=5))
    assert [str(message.subject)[:9] for message in mail.outbox] == ["A request"]


def test_nobody_is_reminded_on_the_day_they_were_asked(invite):
    invite(due_on=NOW.date() + timedelta(days=1))
    work(at=NOW)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_nobody_is_reminded_once_it_is_over(invite, ada, is_withdrawn):
    review = invite().review
    work(at=NOW)
    if is_withdrawn:
        reviewing.withdraw_invitation(review, by=ada, at=NOW)
    else:
        reviewing.decide(reviewing.open_review(review, at=NOW), DECIDED, at=NOW)
    mail.outbox.clear()
    work(at=on(DUE))
    assert mail.outbox == []


@pytest.mark.protection
def test_the_address_of_somebody_who_did_not_decide_is_erased_with_the_link(invite):
    review = invite().review
    work(at=NOW)
    work(at=review.expires_at - timedelta(minutes=1))
    assert is_kept_anywhere(CONTACT)
    work(at=review.expires_at)
    assert not is_kept_anywhere(CONTACT)


def test_a_restored_backup_does_not_ask_reviewers_again(invite):
    invite()
    hold_mail(reason="Restored", at=NOW)
    assert release_mail(at=NOW, is_dropping=True) == 1
    work(at=NOW)
    assert mail.outbox == []
    assert Review.objects.get().link_to_mail == ""


def test_an_organisation_with_a_very_long_name_can_ask(invite, organisation):
    organisation.name = ("Corporation of the Township of " * 7)[:200]
    save_organisation(organisation)
    invite()
    work(at=NOW)
    assert len(Notice.objects.get().subject) <= LONGEST_SUBJECT
    assert mail.outbox[0].subject.endswith("…")


def is_kept_anywhere(contact: str) -> bool:
    """Say whether any row of the database holds an address."""
    rows = [list(model._base_manager.values()) for model in apps.get_models()]
    return contact in str(rows)


@pytest.mark.protection
@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_no_address_outlives_the_verdict_even_where_mail_waits_and_no_worker_runs(
    invite, ada, is_withdrawn
):
    review = invite().review
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    assert Notice.objects.get().text
    assert is_kept_anywhere(CONTACT)
    if is_withdrawn:
        reviewing.withdraw_invitation(review, by=ada, at=NOW)
    else:
        reviewing.decide(reviewing.open_review(review, at=NOW), DECIDED, at=NOW)
    assert not is_kept_anywhere(CONTACT)
    work(at=NOW + timedelta(minutes=1))
    assert (Notice.objects.get().text, Notice.objects.get().state) == ("", "dropped")


@pytest.mark.protection
def test_the_outbox_takes_no_copy_of_a_reviewers_address(invite):
    invite()
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(address=CONTACT)


def test_a_mail_in_hand_when_the_verdict_comes_is_not_sent(invite, ada):
    review = invite().review
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    reviewing.withdraw_invitation(review, by=ada, at=NOW)
    assert why_not(Notice.objects.select_related("review").get(), at=NOW) == "outdated"
