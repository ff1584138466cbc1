"""When to remind, and when to be quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from training.notices.rules import (
    SCHEDULES,
    at_a_good_hour,
    due_dates_to_look_at,
    end_of_day,
    has_rested,
    reminder_on,
)

VANCOUVER = ZoneInfo("America/Vancouver")
DUE = date(2026, 12, 18)
days = st.dates(date(2020, 1, 1), date(2090, 1, 1))


def days_reminded(due_on: date) -> list[int]:
    """Return the days, counted from the due date, on which somebody who is new is reminded."""
    every = range(-30, 31)
    return [day for day in every if reminder_on(due_on + timedelta(day), due_on=due_on)]


def test_reminders_go_a_week_and_a_day_before_and_after():
    for day in (-7, -1, 1, 7):
        reminder = reminder_on(DUE + timedelta(day), due_on=DUE)
        assert reminder is not None
        assert reminder.days == day
        assert reminder.is_overdue == (day > 0)


def test_a_reminder_that_nobody_could_send_on_its_day_goes_a_little_later_or_never():
    assert days_reminded(DUE) == [-7, -6, -5, -1, 0, 1, 2, 3, 7, 8, 9]


@given(days, days)
def test_a_day_asks_for_one_reminder_whose_last_day_has_not_passed(today, due_on):
    assert sum(each.holds(today, due_on=due_on) for each in SCHEDULES) <= 1
    reminder = reminder_on(today, due_on=due_on)
    first, last = due_dates_to_look_at(today)
    if reminder is not None:
        assert today <= reminder.last_day
        assert first <= due_on <= last


def test_nobody_is_reminded_of_what_they_were_mailed_yesterday():
    assert has_rested(DUE, told_on=None)
    assert not has_rested(DUE, told_on=DUE)
    assert not has_rested(DUE, told_on=DUE - timedelta(1))
    assert has_rested(DUE, told_on=DUE - timedelta(2))


@given(
    st.datetimes(
        datetime(2026, 1, 1),  # noqa: DTZ001  the zone is given below
        datetime(2027, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_mail_that_can_wait_comes_in_waking_hours_and_within_a_night(at):
    good = at_a_good_hour(at, VANCOUVER)
    assert 8 <= good.astimezone(VANCOUVER).hour < 20
    assert timedelta() <= good - at <= timedelta(hours=13)


def test_in_waking_hours_mail_does_not_wait():
    at = datetime(2026, 11, 24, 8, 0, tzinfo=VANCOUVER)
    assert at_a_good_hour(at, VANCOUVER) == at
    night = datetime(2026, 11, 24, 20, 0, tzinfo=VANCOUVER)
    assert at_a_good_hour(night, VANCOUVER) == datetime(2026, 11, 25, 8, tzinfo=VANCOUVER)


def test_a_day_ends_where_the_organisation_is():
    assert end_of_day(DUE, VANCOUVER) == datetime(2026, 12, 19, tzinfo=VANCOUVER)
