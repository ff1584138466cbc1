"""Readers answer back: what they say about a block or an item, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Course, ReaderReport, Release
from quizzes.models import ItemVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

LONGEST_REPORT = 2000
MOST_FROM_OUTSIDE = 100
"""Reports a day on one course by readers without an account, all of them together."""


class TooManyReports(Exception):
    """So much was written from outside today that no more of it is taken."""


class AnswerMissing(ValueError):
    """An answer has no words."""


class ReportErased(Exception):
    """The words of a report were taken out; there is nothing left to answer."""


@dataclass(frozen=True)
class Spot:
    """What a report is about: a block of a lesson, or a version of an item."""

    release: Release
    step_key: str
    block_key: str = ""
    item_version: ItemVersion | None = None


@transaction.atomic
def send_report(
    spot: Spot, *, text: str, by: User | None, on: date, is_from_outside: bool = False
) -> ReaderReport:
    """Keep what a reader says; `by` is None unless they chose to be named.

    The same words about the same spot on the same day are one report, however often they are sent.
    Raises TooManyReports, which concerns nobody who is signed in.
    """
    if is_from_outside and _is_full(spot.release, on):
        raise TooManyReports(spot.release)
    report, _was_made = ReaderReport.objects.get_or_create(
        release=spot.release,
        step_key=spot.step_key,
        block_key=spot.block_key,
        item_version=spot.item_version,
        text=text.strip(),
        person=by,
        is_from_outside=is_from_outside,
        made_on=on,
    )
    return report


def _is_full(release: Release, on: date) -> bool:
    today = ReaderReport.objects.of_course(release.course).filter(made_on=on, is_from_outside=True)
    return today.count() >= MOST_FROM_OUTSIDE


@transaction.atomic
def answer_report(report: ReaderReport, *, answer: str, by: User, at: datetime) -> ReaderReport:
    """Answer a report, or put another answer in place of the one it has.

    Raises AnswerMissing, ReportErased.
    """
    if not answer.strip():
        raise AnswerMissing(report)
    report = ReaderReport.objects.select_for_update().get(pk=report.pk)
    if report.erased_at is not None:
        raise ReportErased(report)
    report.answer, report.answered_at, report.answered_by = answer.strip(), at, by
    report.save(update_fields=["answer", "answered_at", "answered_by"])
    return report


@transaction.atomic
def erase_report(report: ReaderReport, *, by: User, at: datetime) -> ReaderReport:
    """Take the words of a report out for good, and its answer, which may repeat them.

    Meant for words that could point to somebody. That there was a report stays.
    """
    report = ReaderReport.objects.select_for_update().get(pk=report.pk)
    if report.erased_at is None:
        report.text, report.erased_at, report.erased_by = "", at, by
        report.answer, report.answered_at, report.answered_by = "", None, None
        report.save(
            update_fields=[
                "text",
                "erased_at",
                "erased_by",
                "answer",
                "answered_at",
                "answered_by",
            ]
        )
    return report


@transaction.atomic
def take_name_away(report: ReaderReport) -> ReaderReport:
    """Let a report that was named stand without a name."""
    report.person = None
    report.save(update_fields=["person"])
    return report


@dataclass(frozen=True)
class ReportCount:
    """How many reports a course has had, and what became of them."""

    total: int
    answered: int
    erased: int

    @property
    def waiting(self) -> int:
        return self.total - self.answered - self.erased


def count_reports(course: Course) -> ReportCount:
    """Return the numbers of the evidence page, over all releases of a course."""
    states = ReaderReport.objects.of_course(course).values_list("answered_at", "erased_at")
    return ReportCount(
        total=len(states),
        answered=sum(answered is not None for answered, _erased in states),
        erased=sum(erased is not None for _answered, erased in states),
    )
