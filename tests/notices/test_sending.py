"""Sending: once each, again after a failure, not at all when it is no longer so."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from tests.conftest import NOW
from tests.notices.conftest import make_notice
from tests.together import at_once, slowly
from training.notices import sending
from training.notices.kinds import DELAYS, MOST_TRIES, Kind, Reason, State
from training.notices.models import Notice
from training.notices.outbox import hold_mail, release_mail, retry_notice
from training.notices.preferences import prefer
from training.notices.sending import CLAIM, send_due
from training.people.models import User

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 18)


class Killed(BaseException):
    """A worker that is killed gets no chance to tidy up."""


UNREACHABLE = ConnectionRefusedError(111, "refused")


@pytest.fixture
def failing(monkeypatch):
    """Let the mail server fail in some way; call it with None and it works again."""
    original = EmailBackend.send_messages

    def fail_with(problem: BaseException | None) -> None:
        def send_messages(backend, messages):
            if problem is not None:
                raise problem
            return original(backend, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    return fail_with


def send_all(at) -> None:
    while send_due(at=at).count:
        pass


# --- Once ---------------------------------------------------------------------------------------


def test_what_is_sent_goes_to_the_person_once_and_leaves_no_text(lena):
    make_notice(lena)
    assert send_due(at=NOW).sent == 1
    assert send_due(at=NOW).count == 0
    (message,) = mail.outbox
    assert message.to == [lena.email]
    assert message.alternatives[0].mimetype == "text/html"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    notice = Notice.objects.get()
    assert notice.state == State.SENT
    assert (notice.text, notice.html, notice.claim) == ("", "", "")


def test_the_address_of_somebody_without_an_account_is_forgotten_once_sent():
    make_notice(address="pia@elsewhere.example")
    send_due(at=NOW)
    assert mail.outbox[0].to == ["pia@elsewhere.example"]
    assert Notice.objects.get().address == ""


def test_what_is_for_later_waits(lena):
    make_notice(lena, not_before=NOW + timedelta(hours=1))
    assert send_due(at=NOW).count == 0
    assert send_due(at=NOW + timedelta(hours=1)).sent == 1


@pytest.mark.protection
def test_a_mail_that_is_held_does_not_go(lena):
    make_notice(lena)
    hold_mail(reason="A drill", at=NOW)
    assert send_due(at=NOW).count == 0
    assert mail.outbox == []
    release_mail(at=NOW)
    assert send_due(at=NOW).sent == 1


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_each_mail_once(lena, monkeypatch):
    for number in range(12):
        make_notice(lena, key=f"key:{number}")
    monkeypatch.setattr(sending, "why_not", slowly(sending.why_not))
    at_once(*[lambda: send_due(at=NOW)] * 8)
    assert len(mail.outbox) == 12
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 12
    assert set(Notice.objects.values_list("tries", flat=True)) == {1}


# --- Killed in the middle -----------------------------------------------------------------------


@pytest.mark.protection
def test_a_worker_killed_before_the_mail_went_leaves_it_to_the_next(lena, failing):
    make_notice(lena)
    failing(Killed())
    with pytest.raises(Killed):
        send_due(at=NOW)
    failing(None)
    assert send_due(at=NOW + timedelta(minutes=1)).count == 0  # it might be on its way
    assert send_due(at=NOW + CLAIM).sent == 1
    assert len(mail.outbox) == 1


def test_a_mail_that_may_have_gone_already_goes_as_the_same_mail(lena, monkeypatch):
    make_notice(lena)

    def killed(notice, **fields):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(sending, "finish", killed)
        send_due(at=NOW)
    send_due(at=NOW + CLAIM)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_mail_that_kills_every_worker_is_given_up(lena, failing):
    make_notice(lena)
    failing(Killed())
    for number in range(MOST_TRIES):
        with pytest.raises(Killed):
            send_due(at=NOW + number * CLAIM)
    assert send_due(at=NOW + MOST_TRIES * CLAIM).count == 0
    notice = Notice.objects.get()
    assert (notice.state, notice.reason) == (State.GIVEN_UP, Reason.INTERRUPTED)


# --- Failing ------------------------------------------------------------------------------------


def test_a_failed_mail_waits_longer_each_time_then_is_given_up_and_can_be_tried_again(
    lena, failing
):
    make_notice(lena)
    failing(UNREACHABLE)
    at = NOW
    for delay in DELAYS:
        assert send_due(at=at).failed == 1
        assert send_due(at=at + delay - timedelta(seconds=1)).count == 0
        at += delay
    assert send_due(at=at).failed == 1
    notice = Notice.objects.get()
    assert (notice.state, notice.tries) == (State.GIVEN_UP, MOST_TRIES)
    assert notice.get_reason_display() == "The mail server could not be reached."
    assert send_due(at=at + timedelta(days=30)).count == 0
    failing(None)
    retry_notice(notice, at=at)
    assert send_due(at=at).sent == 1


def test_a_round_opens_the_mail_server_once_and_again_after_a_failure(lena, monkeypatch):
    happened = []

    class Server(EmailBackend):
        def open(self):
            happened.append("open")

        def close(self):
            happened.append("close")
            raise smtplib.SMTPServerDisconnected

        def send_messages(self, messages):
            happened.append("send")
            if happened.count("send") == 2:
                raise smtplib.SMTPDataError(451, b"later")
            return len(messages)

    monkeypatch.setattr(sending, "get_connection", Server)
    for number in range(3):
        make_notice(lena, key=f"key:{number}")
    assert send_due(at=NOW).sent == 2
    assert " ".join(happened) == "open send open send close open send close"


def test_a_round_ends_when_the_mail_server_is_away(lena, failing):
    for number in range(3):
        make_notice(lena, key=f"key:{number}")
    failing(UNREACHABLE)
    done = send_due(at=NOW)
    assert (done.failed, done.is_stopped) == (1, True)
    assert Notice.objects.filter(tries=0).count() == 2


@pytest.mark.parametrize(
    ("problem", "reason", "state"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), Reason.SIGN_IN, State.WAITING),
        (
            smtplib.SMTPRecipientsRefused({"a": (550, b"no")}),
            Reason.REFUSED_ADDRESS,
            State.GIVEN_UP,
        ),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), Reason.REFUSED, State.WAITING),
        (smtplib.SMTPDataError(554, b"spam"), Reason.REFUSED, State.WAITING),
        (smtplib.SMTPServerDisconnected(), Reason.UNREACHABLE, State.WAITING),
        (TimeoutError(), Reason.UNREACHABLE, State.WAITING),
        (ValueError("a header with two lines"), Reason.UNWRITABLE, State.GIVEN_UP),
    ],
)
def test_a_failure_is_told_in_plain_words(lena, failing, problem, reason, state):
    make_notice(lena)
    failing(problem)
    assert send_due(at=NOW).failed == 1
    notice = Notice.objects.get()
    assert (notice.reason, notice.state) == (reason, state)
    assert notice.text


def test_one_bad_address_holds_up_nobody_else(lena, otto, monkeypatch):
    make_notice(lena, key="1")
    make_notice(otto, key="2")
    original = EmailBackend.send_messages

    def send_messages(backend, messages):
        if messages[0].to == [lena.email]:
            raise smtplib.SMTPRecipientsRefused({lena.email: (550, b"no such user")})
        return original(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    done = send_due(at=NOW)
    assert (done.sent, done.failed) == (1, 1)
    assert mail.outbox[0].to == [otto.email]


# --- No longer so -------------------------------------------------------------------------------


def reason_not_sent(at=NOW) -> str:
    assert send_due(at=at).dropped == 1
    assert mail.outbox == []
    notice = Notice.objects.get()
    assert (notice.state, notice.text) == (State.DROPPED, "")
    return notice.reason


def test_who_has_left_gets_no_mail(lena):
    make_notice(lena)
    User.objects.update(is_active=False)
    assert reason_not_sent() == Reason.LEFT


def test_who_has_no_address_gets_no_mail(lena):
    make_notice(lena)
    User.objects.filter(pk=lena.pk).update(email="")
    assert reason_not_sent() == Reason.NO_ADDRESS


def test_what_is_too_late_is_not_sent(lena):
    make_notice(lena, not_after=NOW + timedelta(hours=1))
    assert reason_not_sent(NOW + timedelta(hours=1)) == Reason.LATE


def test_who_switched_reminders_off_gets_none_but_gets_the_rest(lena):
    prefer(lena, wants_reminders=False)
    make_notice(lena, kind=Kind.DUE_SOON)
    assert reason_not_sent() == Reason.SWITCHED_OFF
    make_notice(lena, key="another", kind=Kind.CERTIFICATE)
    assert send_due(at=NOW).sent == 1


@pytest.mark.parametrize(
    "change", [{"completed_at": NOW}, {"closed_at": NOW}, {"due_on": None}, {"due_on": date.max}]
)
def test_who_has_done_it_or_has_another_date_gets_no_mail_about_it(assign, lena, change):
    enrolment = assign(lena, due_on=DUE)
    make_notice(lena, enrolment=enrolment, due_on=DUE)
    for name, value in change.items():
        setattr(enrolment, name, value)
    if "completed_at" in change:
        enrolment.started_at, enrolment.release = NOW, enrolment.course.releases.get()
    enrolment.save()
    assert reason_not_sent() == Reason.OUTDATED


def test_what_was_taken_back_is_not_mailed(assign, lena):
    enrolment = assign(lena, due_on=DUE)
    make_notice(lena, enrolment=enrolment, due_on=DUE)
    enrolment.delete()
    assert reason_not_sent() == Reason.OUTDATED
