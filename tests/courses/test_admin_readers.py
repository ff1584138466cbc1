"""What readers said, where trainers work: at the block, on the course home, answered there."""

import pytest

from courses.models import Lesson, ReaderReport, Release
from courses.reporting import Spot, send_report
from tests.conftest import NOW
from training.administration.roles import ensure_roles

pytestmark = pytest.mark.django_db

WORDS = "This word hurts."


@pytest.fixture
def report(small_course):
    release = Release.objects.get()
    block = Lesson.objects.get(key="what-goes-where").courses_prose_set.first()
    spot = Spot(release, "what-goes-where", block_key=block.key)
    return send_report(spot, text=WORDS, by=None, on=NOW.date())


@pytest.fixture
def page(small_course):
    return f"/admin/courses/course/{small_course.pk}/readers/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_it_stands_at_its_block_in_the_editor_until_it_is_answered(trainer, report, page):
    lesson = Lesson.objects.get(key="what-goes-where")
    editor = f"/admin/courses/lesson/{lesson.pk}/change/"
    assert text_of(trainer.get(editor)).count(WORDS) == 1
    trainer.post(page, {"report": report.pk, "answer": "We chose another."})
    assert WORDS not in text_of(trainer.get(editor))


def test_the_home_of_the_course_counts_what_waits(trainer, small_course, report, page):
    home = f"/admin/courses/course/{small_course.pk}/home/"
    assert "1 report waits for an answer." in text_of(trainer.get(home))
    trainer.post(page, {"report": report.pk, "answer": "We chose another."})
    text = text_of(trainer.get(home))
    assert "waits for an answer" not in text
    assert "1 report of a reader" in text


def test_it_is_answered_there_with_its_place_and_a_way_to_it(trainer, report, page, ada):
    text = text_of(trainer.get(page))
    assert WORDS in text
    assert "no name" in text
    assert "#courses_prose_set-0" in text
    text = text_of(trainer.post(page, {"report": report.pk, "answer": "Mended."}, follow=True))
    assert "Answered a reader." in text
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("Mended.", ada)


def test_an_empty_answer_changes_nothing(trainer, report, page):
    text = text_of(trainer.post(page, {"report": report.pk, "answer": " "}, follow=True))
    assert "Write an answer first." in text
    report.refresh_from_db()
    assert report.answered_at is None


def test_words_can_be_taken_out_for_good(trainer, report, page):
    trainer.post(page, {"report": report.pk, "take-out": "1"})
    report.refresh_from_db()
    assert report.text == ""
    assert WORDS not in text_of(trainer.get(page))


def test_who_gave_a_name_is_named(trainer, report, page, lena):
    spot = Spot(report.release, report.step_key, block_key=report.block_key)
    send_report(spot, text="Named.", by=lena, on=NOW.date())
    assert str(lena) in text_of(trainer.get(page))


@pytest.mark.protection
def test_only_those_who_may_edit_answer(client_for, amin, lena, report, page):
    ensure_roles()
    for person in (amin, lena, None):
        client = client_for(person)
        assert client.get(page).status_code in (302, 403)
        assert client.post(page, {"report": report.pk, "answer": "x"}).status_code in (302, 403)
    assert not ReaderReport.objects.answered().exists()


@pytest.mark.parametrize("pk", ["", "x", "0", "²"])
def test_a_report_that_there_is_not_is_not_found(trainer, report, page, pk):
    assert trainer.post(page, {"report": pk, "answer": "x"}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_reports(
    trainer, report, page, django_assert_max_num_queries
):
    for number in range(10):
        spot = Spot(report.release, report.step_key, block_key=report.block_key)
        send_report(spot, text=f"{number}", by=None, on=NOW.date())
    trainer.get(page)
    with django_assert_max_num_queries(35):
        trainer.get(page)
