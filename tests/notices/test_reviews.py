"""Mail to reviewers: the link once, reminders around the day, and no address when it is over."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from courses import reviewing
from courses.models import Review
from courses.publishing import Decision
from courses.reviewing import Invitation, Verdict
from tests.conftest import NOW
from training.notices.models import Notice
from training.notices.outbox import hold_mail
from training.notices.sending import why_not
from training.notices.working import work
from training.people.organisation import current_organisation

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
def test_no_address_outlives_the_verdict_even_where_mail_is_held(invite, ada):
    review = invite().review
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    assert Notice.objects.get().address == CONTACT
    assert Notice.objects.get().text
    reviewing.decide(reviewing.open_review(review, at=NOW), DECIDED, at=NOW)
    work(at=NOW + timedelta(minutes=1))
    kept = Notice.objects.get()
    assert (kept.address, kept.text, kept.state) == ("", "", "dropped")
    assert CONTACT not in str(list(Review.objects.values())) + str(list(Notice.objects.values()))


def test_a_mail_in_hand_when_the_verdict_comes_is_not_sent(invite, ada):
    review = invite().review
    hold_mail(reason="A trial.", at=NOW)
    work(at=NOW)
    reviewing.withdraw_invitation(review, by=ada, at=NOW)
    assert why_not(Notice.objects.select_related("review").get(), at=NOW) == "outdated"
