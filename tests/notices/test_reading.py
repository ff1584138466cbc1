"""What is told of the records: each thing once, as it is now, and nothing that is old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.publishing import withdraw_release
from tests.conftest import NOW, canary
from tests.factories import make_assignment, make_person
from tests.together import at_once
from training.notices.kinds import Kind, Reason
from training.notices.models import Notice
from training.notices.outbox import drop_notices, outbox
from training.notices.preferences import prefer
from training.notices.reading import due_notices
from training.notices.sending import send_due
from training.people.models import User
from training.records.assigning import end_assignment, sync
from training.records.certificates import replace_certificate, revoke_certificate
from training.records.models import Assignment, Certificate

pytestmark = pytest.mark.django_db
VANCOUVER = ZoneInfo("America/Vancouver")
DUE = date(2026, 12, 18)


def morning(day: date) -> datetime:
    """Return nine in the morning of a day where the organisation is, in UTC."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=VANCOUVER).astimezone(UTC)


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def read_and_send(at: datetime) -> list[str]:
    """Do what the worker does at an instant; return the subjects of what was mailed."""
    mail.outbox.clear()
    due_notices(at=at)
    while send_due(at=at).count:
        pass
    return [str(message.subject) for message in mail.outbox]


@pytest.fixture
def complete(opened, clock, learner_for) -> Callable[[User], Certificate]:
    def do(person: User) -> Certificate:
        learner_for(person).complete()
        return Certificate.objects.valid().get(completion__enrolment__person=person)

    return do


# --- Certificates -------------------------------------------------------------------------------


def test_a_completion_is_told_once_with_the_link_and_nothing_about_the_quiz(complete, lena):
    complete(lena)
    assert read_and_send(NOW) == ["Training: your certificate"]
    assert read_and_send(NOW + timedelta(days=1)) == []
    assert due_notices(at=NOW) == 0


def test_the_mail_about_a_certificate_says_what_it_should(complete, lena):
    certificate = complete(lena)
    read_and_send(NOW)
    (message,) = mail.outbox
    html = message.alternatives[0].content
    for body in (message.body, html):
        assert f"/certificates/{certificate.code}/" in body
        assert certificate.course_title in body
        assert "23 November 2026" in body
        assert "%" not in body and "score" not in body
    assert message.attachments == []
    assert certificate.code not in str(Notice.objects.values())


def test_what_was_issued_before_the_outbox_was_opened_is_not_told(clock, learner, lena):
    learner.complete()
    outbox(at=NOW + timedelta(seconds=1))
    assert due_notices(at=NOW + timedelta(days=1)) == 0


def test_a_new_certificate_in_place_of_another_is_told_too(complete, lena, amin):
    certificate = complete(lena)
    read_and_send(NOW)
    new = replace_certificate(certificate, by=amin, at=NOW, reason="Name", name="Lena L")
    read_and_send(NOW)
    assert f"/certificates/{new.code}/" in mail.outbox[0].body


def test_a_certificate_that_was_revoked_before_anybody_was_told_is_not_told(complete, lena, amin):
    revoke_certificate(complete(lena), by=amin, at=NOW, reason="An error")
    assert due_notices(at=NOW) == 0


# --- Assignments --------------------------------------------------------------------------------


def test_an_assignment_is_told_once_with_course_date_and_link(assign, lena, small_course):
    assign(lena, due_on=DUE)
    assert read_and_send(NOW) == ["Training: something new for you"]
    (message,) = mail.outbox
    for words in (small_course.title, "18 December 2026", f"/courses/{small_course.key}/"):
        assert words in message.body
    assert read_and_send(NOW + timedelta(hours=1)) == []


def test_an_assignment_to_many_is_told_to_each_by_name(opened, cast, small_course):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    read_and_send(NOW)
    assert {message.to[0] for message in mail.outbox} == {each.email for each in cast.everyone()}
    for message in mail.outbox:
        named = [each for each in cast.everyone() if canary(each) in message.body]
        assert [each.email for each in named] == message.to


def test_what_is_assigned_at_night_is_told_in_the_morning(assign, lena):
    midnight = datetime(2026, 11, 24, 0, 10, tzinfo=VANCOUVER)
    assign(lena, due_on=DUE, at=midnight)
    assert read_and_send(midnight) == []
    assert read_and_send(morning(date(2026, 11, 24))) == ["Training: something new for you"]


def test_what_was_assigned_before_the_outbox_was_opened_is_not_told(lena, small_course):
    make_assignment(small_course, due_on=DUE, person=lena)
    sync(at=NOW)
    outbox(at=NOW + timedelta(days=1))
    assert due_notices(at=NOW + timedelta(days=1)) == 0


def test_a_date_that_is_moved_before_the_mail_went_is_told_as_it_is_now(assign, lena):
    assign(lena, due_on=DUE)
    due_notices(at=NOW)
    Assignment.objects.update(due_on=DUE + timedelta(days=3))
    sync(at=NOW)
    assert send_due(at=NOW).dropped == 1
    read_and_send(NOW)
    assert "21 December 2026" in mail.outbox[0].body


def test_a_date_that_is_moved_after_the_mail_went_is_not_told_again(assign, lena):
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    Assignment.objects.update(due_on=DUE + timedelta(days=3))
    sync(at=NOW)
    assert read_and_send(NOW) == []


def test_what_somebody_decided_not_to_send_does_not_come_back(assign, lena):
    assign(lena, due_on=DUE)
    due_notices(at=NOW)
    drop_notices(Notice.objects.all(), reason=Reason.BY_HAND, at=NOW)
    assert due_notices(at=NOW) == 0


def test_a_course_is_named_as_it_was_published_not_as_it_is_being_written(
    assign, lena, small_course
):
    title = small_course.title
    small_course.title = "Half a title"
    small_course.save()
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    assert title in mail.outbox[0].body
    assert "Half a title" not in mail.outbox[0].body


def test_a_course_that_nobody_can_open_is_not_told(assign, lena, small_course, ada):
    assign(lena, due_on=DUE)
    withdraw_release(small_course.releases.get(), by=ada, at=NOW, reason="It was wrong.")
    assert due_notices(at=NOW) == 0


def test_an_assignment_that_ended_is_not_told(assign, lena):
    assign(lena, due_on=DUE)
    due_notices(at=NOW)
    end_assignment(Assignment.objects.get(), at=NOW)
    sync(at=NOW)
    assert read_and_send(NOW) == []


# --- Reminders ----------------------------------------------------------------------------------


def test_reminders_come_a_week_and_a_day_before_and_after_and_never_twice(assign, lena):
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    reminded = {}
    for day in range(-20, 21):
        for hour in range(2):
            at = morning(DUE + timedelta(day)) + timedelta(hours=hour)
            if subjects := read_and_send(at):
                reminded[day] = (subjects, mail.outbox[0].body)
    assert list(reminded) == [-7, -1, 1, 7]
    assert all(subjects == ["Training: a reminder"] for subjects, _ in reminded.values())
    assert "is due on 18 December 2026" in reminded[-7][1]
    assert "was due on 18 December 2026" in reminded[1][1]
    assert kinds() == [Kind.ASSIGNED, *[Kind.DUE_SOON] * 2, *[Kind.OVERDUE] * 2]


def test_who_is_done_gets_no_reminder(assign, lena, learner_for, clock):
    assign(lena, due_on=DUE)
    learner_for(lena).complete()
    assert due_notices(at=morning(DUE - timedelta(7))) == 1  # the certificate
    assert kinds() == [Kind.CERTIFICATE]


def test_who_does_not_want_reminders_gets_none(assign, lena):
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    prefer(lena, wants_reminders=False)
    assert read_and_send(morning(DUE - timedelta(7))) == []
    prefer(lena, wants_reminders=True)
    assert read_and_send(morning(DUE - timedelta(7))) == ["Training: a reminder"]


def test_who_was_told_yesterday_is_not_reminded_today(assign, lena):
    at = morning(DUE - timedelta(2))
    assign(lena, due_on=DUE, at=at)
    assert read_and_send(at) == ["Training: something new for you"]
    assert read_and_send(morning(DUE - timedelta(1))) == []


def test_a_reminder_that_waited_too_long_is_not_sent(assign, lena):
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    due_notices(at=morning(DUE - timedelta(7)))
    send_due(at=morning(DUE - timedelta(4)))
    assert Notice.objects.get(kind=Kind.DUE_SOON).reason == Reason.LATE


def test_a_new_date_has_reminders_of_its_own(assign, lena):
    assign(lena, due_on=DUE)
    read_and_send(NOW)
    read_and_send(morning(DUE - timedelta(1)))
    Assignment.objects.update(due_on=DUE + timedelta(days=10))
    sync(at=morning(DUE))
    assert read_and_send(morning(DUE + timedelta(days=9))) == ["Training: a reminder"]


# --- All of them --------------------------------------------------------------------------------


@pytest.fixture
def every_kind(assign, lena, otto, learner_for, clock):
    """Mail Lena about her certificate; Otto about everything that is assigned."""
    assign(otto, due_on=DUE)
    learner_for(lena).complete()
    messages = []
    for at in (NOW, morning(DUE - timedelta(7)), morning(DUE + timedelta(1))):
        read_and_send(at)
        messages += mail.outbox
    assert len(messages) == 4
    return messages


def test_no_subject_and_no_first_line_names_the_course(every_kind, small_course):
    for message in every_kind:
        first_lines = message.body.split("\n\n")[1].splitlines()[0]
        assert small_course.title not in str(message.subject) + first_lines


@pytest.mark.protection
def test_a_mail_names_nobody_but_who_gets_it(every_kind, cast):
    for message in every_kind:
        said = message.body + message.alternatives[0].content
        named = [each.email for each in cast.everyone() if canary(each) in said]
        assert named == message.to


def test_markup_in_a_name_stays_text(assign, small_course):
    person = make_person("Eve <b>Bold</b>", email="eve@elderbrook.example")
    assign(person, due_on=DUE)
    read_and_send(NOW)
    assert "Eve <b>Bold</b>" in mail.outbox[0].body
    assert "Eve &lt;b&gt;Bold&lt;/b&gt;" in mail.outbox[0].alternatives[0].content


def queries_of_reading(at: datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        due_notices(at=at)
    return len(asked)


def test_reading_for_many_takes_no_more_queries(opened, cast, small_course):
    make_assignment(small_course, due_on=DUE, is_everyone=True)
    sync(at=NOW)
    few = queries_of_reading(NOW)
    for _number in range(20):
        make_person()
    sync(at=NOW)
    assert queries_of_reading(NOW) <= few
    assert Notice.objects.count() == 27


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_eight_readers_at_once_tell_each_thing_once(assign, lena, learner_for):
    assign(lena, due_on=timezone.localdate() + timedelta(days=60), at=timezone.now())
    at = timezone.now()
    at_once(*[lambda: due_notices(at=at)] * 8)
    assert kinds() == [Kind.ASSIGNED]
