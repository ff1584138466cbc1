"""What readers say: kept without their name, answered, taken out when it points to somebody."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from courses import reporting
from courses.models import ReaderReport, Release
from courses.reporting import (
    AnswerMissing,
    ReportErased,
    Spot,
    TooManyReports,
    answer_report,
    count_reports,
    erase_report,
    send_report,
)

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture
def spot(small_course):
    return Spot(Release.objects.get(), "what-goes-where", block_key="peel")


def test_the_same_words_sent_twice_are_one_report(spot):
    first = send_report(spot, text="Wrong.", by=None, on=DAY)
    assert send_report(spot, text=" Wrong. ", by=None, on=DAY) == first
    assert send_report(spot, text="Unclear.", by=None, on=DAY) != first


def test_an_answer_is_kept_with_who_gave_it(spot, ada):
    report = send_report(spot, text="Wrong.", by=None, on=DAY)
    answer_report(report, answer=" Mended. ", by=ada, at=AT)
    report.refresh_from_db()
    assert (report.answer, report.answered_by, report.answered_at) == ("Mended.", ada, AT)


def test_an_answer_has_words(spot, ada):
    report = send_report(spot, text="Wrong.", by=None, on=DAY)
    with pytest.raises(AnswerMissing):
        answer_report(report, answer=" ", by=ada, at=AT)


def test_words_that_are_taken_out_are_gone_and_their_answer_too(spot, ada):
    report = send_report(spot, text="Jane did it.", by=None, on=DAY)
    answer_report(report, answer="Jane did not.", by=ada, at=AT)
    erase_report(report, by=ada, at=AT)
    report.refresh_from_db()
    assert (report.text, report.answer) == ("", "")
    with pytest.raises(ReportErased):
        answer_report(report, answer="Again.", by=ada, at=AT)


def test_reports_are_counted_over_all_releases(spot, ada):
    reports = [send_report(spot, text=f"Wrong {n}.", by=None, on=DAY) for n in range(4)]
    answer_report(reports[0], answer="Mended.", by=ada, at=AT)
    erase_report(reports[1], by=ada, at=AT)
    count = count_reports(spot.release.course)
    assert (count.total, count.answered, count.erased, count.waiting) == (4, 1, 1, 2)


@pytest.mark.protection
def test_a_flood_from_outside_keeps_no_colleague_from_writing(spot, lena, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_FROM_OUTSIDE", 2)
    for number in range(2):
        send_report(spot, text=f"{number}", by=None, on=DAY, is_from_outside=True)
    with pytest.raises(TooManyReports):
        send_report(spot, text="2", by=None, on=DAY, is_from_outside=True)
    assert send_report(spot, text="From inside.", by=lena, on=DAY)
    assert send_report(spot, text="Next day.", by=None, on=date(2026, 11, 25), is_from_outside=True)


@pytest.mark.protection
def test_the_database_takes_no_name_from_outside(spot, lena):
    with pytest.raises(IntegrityError), transaction.atomic():
        send_report(spot, text="Wrong.", by=lena, on=DAY, is_from_outside=True)


def test_a_report_loses_its_name_with_the_person(spot, lena):
    send_report(spot, text="Wrong.", by=lena, on=DAY)
    lena.delete()
    assert ReaderReport.objects.get().person is None
