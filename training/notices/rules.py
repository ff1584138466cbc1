"""When to remind, and when to be quiet: rules over plain dates, with no database and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_HOUR = 8
LAST_HOUR = 20
REST_DAYS = 2
"""Nobody is reminded within so many days of having been mailed about the same course."""


@dataclass(frozen=True)
class Schedule:
    """When one reminder goes: so many days before (negative) or after (positive) the due date.

    Should nothing run on its day, it may still go on the `days_left` days after that.
    """

    days: int
    days_left: int

    def holds(self, today: date, *, due_on: date) -> bool:
        return 0 <= (today - due_on).days - self.days <= self.days_left


SCHEDULES = (Schedule(-7, 2), Schedule(-1, 1), Schedule(1, 2), Schedule(7, 2))
"""A week and a day before the due date, a day and a week after it; never twice on one day."""


REVIEW_SCHEDULES = (Schedule(-1, 0), Schedule(0, 0), Schedule(1, 2))
"""The day before a review is due, the day itself, the day after."""


@dataclass(frozen=True)
class Reminder:
    """One reminder of one due date."""

    due_on: date
    days: int
    last_day: date
    """The last day on which it may go."""

    @property
    def is_overdue(self) -> bool:
        return self.days > 0


def reminder_on(
    today: date, *, due_on: date, schedules: tuple[Schedule, ...] = SCHEDULES
) -> Reminder | None:
    """Return the reminder that a due date asks for on a day, or None."""
    for each in schedules:
        if each.holds(today, due_on=due_on):
            last_day = due_on + timedelta(days=each.days + each.days_left)
            return Reminder(due_on, each.days, last_day)
    return None


def due_dates_to_look_at(
    today: date, *, schedules: tuple[Schedule, ...] = SCHEDULES
) -> tuple[date, date]:
    """Return the earliest and the latest due date that any reminder may ask about on a day."""
    latest = max(today - timedelta(days=each.days) for each in schedules)
    earliest = min(today - timedelta(days=each.days + each.days_left) for each in schedules)
    return earliest, latest


def has_rested(today: date, *, told_on: date | None) -> bool:
    """Say whether it is long enough ago that a person was mailed about the same thing."""
    return told_on is None or (today - told_on).days >= REST_DAYS


def at_a_good_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """Return `at`, or the next eight o'clock where the organisation is when people may sleep."""
    local = at.astimezone(zone)
    if FIRST_HOUR <= local.hour < LAST_HOUR:
        return at
    day = local.date() + timedelta(days=local.hour >= LAST_HOUR)
    return datetime.combine(day, time(FIRST_HOUR), tzinfo=zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day ends where the organisation is."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
