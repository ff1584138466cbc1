"""Under every block, and every item's result: what is wrong, unclear or hurtful."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from courses.models import ReaderReport, Release
from courses.reporting import answer_report
from training.learning.views import saying
from training.people.keeping import owner_token

pytestmark = pytest.mark.django_db

WORDS = "The picture is of the wrong bin."


@pytest.fixture
def started(learner):
    learner.start()
    return learner


@pytest.fixture
def place(started):
    lesson = started.lessons[0]
    return [lesson.key, lesson.blocks[0].key]


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_every_block_of_a_lesson_leads_to_the_box(started):
    for lesson in started.lessons:
        text = text_of(started.client.get(started.url("lesson", lesson.key)))
        for block in lesson.blocks:
            assert f'href="{started.url("say", lesson.key, block.key)}"' in text


def test_the_box_says_what_it_is_not_for_and_where_to_turn(started, place):
    call_command("loadsupport", verbosity=0)
    text = text_of(started.client.get(started.url("say", *place)))
    assert "It is not a way to report harm." in text
    assert "1-800-663-9122" in text
    assert 'href="tel:911"' in text


def test_what_is_said_is_kept_with_its_place_and_without_a_name(started, place, now):
    response = started.post(started.url("say", *place), {"text": WORDS}, follow=True)
    assert "Thank you" in text_of(response)
    report = ReaderReport.objects.get()
    assert [report.step_key, report.block_key] == place
    assert (report.release, report.text) == (Release.objects.get(), WORDS)
    assert (report.person, str(report.made_on)) == (None, "2026-11-23")


@pytest.mark.protection
def test_nothing_that_is_kept_tells_who_wrote_it(started, place):
    started.client.get(started.url("say", *place))
    before = {row.pk: row.session_data for row in Session.objects.all()}
    started.post(started.url("say", *place), {"text": WORDS}, REMOTE_ADDR="203.0.113.7")
    assert {row.pk: row.session_data for row in Session.objects.all()} == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM courses_readerreport")
        row = " ".join(str(value) for value in cursor.fetchone())
    assert "203.0.113.7" not in row
    assert started.person.email not in row
    assert not any(session in row for session in before)
    assert ReaderReport.objects.get().person is None


def test_whoever_gives_a_name_reads_the_answer_on_my_learning(started, place, ada, now):
    started.post(started.url("say", *place), {"text": WORDS, "is_named": "on"})
    report = ReaderReport.objects.get()
    assert report.person == started.person
    assert "answer to what you said" not in text_of(started.client.get("/my-learning/"))

    answer_report(report, answer="It is another picture now.", by=ada, at=now)

    assert "1 answer to what you said about a course" in text_of(
        started.client.get("/my-learning/")
    )
    text = text_of(started.client.get("/my-learning/reports/"))
    assert WORDS in text
    assert "It is another picture now." in text


def test_a_name_can_be_taken_off_again(started, place):
    started.post(started.url("say", *place), {"text": WORDS, "is_named": "on"})
    report = ReaderReport.objects.get()
    started.post(f"/my-learning/reports/{report.pk}/without-name/")
    report.refresh_from_db()
    assert (report.person, report.text) == (None, WORDS)


@pytest.mark.protection
def test_nobody_takes_the_name_off_anothers_report(started, place, learner_for, otto):
    started.post(started.url("say", *place), {"text": WORDS, "is_named": "on"})
    url = f"/my-learning/reports/{ReaderReport.objects.get().pk}/without-name/"
    assert learner_for(otto).post(url).status_code == 404
    assert ReaderReport.objects.get().person == started.person


def test_an_empty_box_says_what_is_missing(started, place):
    response = started.post(started.url("say", *place), {"text": " "})
    assert response.status_code == 422
    assert "Write a few words first." in text_of(response)
    assert not ReaderReport.objects.exists()


def test_what_was_typed_survives_the_end_of_a_session(started, place):
    path = started.url("say", *place)
    owner = owner_token(person=started.person.pk, path=path)
    started.client.logout()
    response = started.client.post(path, {"owner": owner, "text": WORDS})
    assert response.status_code == 403
    sign_in = {
        "login": started.person.email,
        "password": "seven quiet herons wade",
        "carried": response.context["carried"],
    }
    response = started.client.post("/sign-in/", sign_in, follow=True)
    assert WORDS in text_of(response)
    assert not ReaderReport.objects.exists()


def test_one_person_alone_is_slowed_down_and_loses_nothing(
    started, place, learner_for, otto, monkeypatch
):
    monkeypatch.setattr(saying, "MOST_AN_HOUR", 1)
    started.post(started.url("say", *place), {"text": "First."})
    response = started.post(started.url("say", *place), {"text": WORDS})
    assert response.status_code == 422
    assert WORDS in text_of(response)
    other = learner_for(otto)
    assert other.post(other.url("say", *place), {"text": WORDS}).status_code == 302


def test_somebody_who_only_looks_a_lesson_up_can_say_something(learner_for, otto, place):
    other = learner_for(otto)
    assert other.post(other.url("say", *place), {"text": WORDS}).status_code == 302
    assert ReaderReport.objects.get().release == Release.objects.current().get()
    page = text_of(other.client.get(other.url("look-up", place[0])))
    assert other.url("say", *place) in page
    assert other.url("look-up", place[0]) in text_of(other.client.get(other.url("say", *place)))


@pytest.mark.parametrize("key", ["nothing", "too-few"])
def test_a_block_that_there_is_not_is_not_found(started, place, key):
    assert started.client.get(started.url("say", place[0], key)).status_code == 404


class TestAnItem:
    """Only somebody who saw its result can say something about a question."""

    def test_its_result_leads_to_the_box(self, started):
        started.do_lessons()
        attempt = started.take_quiz(rightly=False)
        asked = attempt.paper.select_related("item_version__item").first()
        url = started.url("say", started.quiz.key, asked.item_version.item.key)
        assert url in text_of(
            started.client.get(started.url("result", started.quiz.key, attempt.pk))
        )
        started.post(url, {"text": WORDS})
        report = ReaderReport.objects.get()
        assert (report.block_key, report.item_version) == ("", asked.item_version)

    @pytest.mark.protection
    def test_it_is_not_shown_before_it_was_asked(self, started, learner_for, otto):
        started.do_lessons()
        attempt = started.take_quiz()
        other = learner_for(otto)
        other.start()
        for asked in attempt.paper.select_related("item_version__item"):
            url = other.url("say", other.quiz.key, asked.item_version.item.key)
            assert other.client.get(url).status_code == 404

    @pytest.mark.protection
    def test_the_box_tells_no_feedback(self, started):
        started.do_lessons()
        attempt = started.take_quiz(rightly=False)
        for asked in attempt.paper.select_related("item_version__item"):
            item = asked.item_version.item
            text = text_of(started.client.get(started.url("say", started.quiz.key, item.key)))
            body = asked.item_version.read().body
            assert not [each for each in body.all_choices() if each.feedback in text]


@pytest.mark.protection
def test_the_box_of_a_check_tells_no_feedback(started):
    lesson, check = started.check
    text = text_of(started.client.get(started.url("say", lesson.key, check.key)))
    assert not [each for each in check.item.body.all_choices() if each.feedback in text]
