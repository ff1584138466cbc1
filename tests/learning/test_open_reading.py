"""Courses that anyone may read without an account, where the switch of the course is on."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses import reporting
from courses.documents import Check, QuizStep, Reflection, Sorting
from courses.models import Course, Media, ReaderReport, Release
from courses.publishing import withdraw_release
from courses.reading import read_release
from quizzes.models import ItemVersion
from tests.conftest import NOW
from training.learning import access
from training.records.models import CheckAnswer, Enrolment

pytestmark = pytest.mark.django_db

READ = "/read/green-bins/"


@pytest.fixture
def document(small_course):
    return read_release(Release.objects.get())


@pytest.fixture
def is_open(small_course):
    small_course.is_open_reading = True
    small_course.save()


def addresses(document) -> list[str]:
    lessons = [step for step in document.steps if not isinstance(step, QuizStep)]
    block = lessons[0].blocks[0].key
    return [
        READ,
        f"{READ}evidence/",
        f"{READ}glossary/",
        f"{READ}{lessons[0].key}/{block}/say/",
        f"{READ}{lessons[0].key}/{block}/say/thanks/",
        *(f"{READ}lessons/{lesson.key}/" for lesson in lessons),
    ]


def block_of(document, kind):
    return next(
        (step, block)
        for step in document.steps
        if not isinstance(step, QuizStep)
        for block in step.blocks
        if isinstance(block, kind)
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.protection
def test_nothing_is_open_before_the_switch_is_on(client, client_for, lena, document):
    for address in addresses(document):
        assert client.get(address).status_code == 404
        assert client_for(lena).get(address).status_code == 404
    assert "Green bins" not in text_of(client.get("/read/"))
    assert "/read/" not in text_of(client.get("/"))


def test_whoever_has_no_account_reads_every_page(client, document, is_open):
    for address in addresses(document):
        assert client.get(address).status_code == 200
    assert f'href="{READ}"' in text_of(client.get("/read/"))
    assert 'href="/read/"' in text_of(client.get("/"))


def test_no_page_leads_to_one_that_asks_to_sign_in(client, document, is_open):
    for address in addresses(document):
        main = text_of(client.get(address)).split('<div class="page">')[1].split("<footer")[0]
        for beginning in ("/courses/", "/my-learning/", "/preview/", "/admin/"):
            assert f'href="{beginning}' not in main


def test_it_reads_as_learners_read_it(client, learner, document, is_open):
    learner.start()
    lesson = learner.lessons[0]
    for block in lesson.blocks:
        if not isinstance(block, Check | Reflection | Sorting):
            opened = client.get(f"{READ}lessons/{lesson.key}/").context["rendered"]
            taken = learner.client.get(learner.url("lesson", lesson.key)).context["rendered"]
            assert [part.key for part in opened.blocks] == [part.key for part in taken.blocks]


@pytest.mark.protection
def test_no_graded_item_is_shown(client, document, is_open):
    quiz = next(step for step in document.steps if isinstance(step, QuizStep))
    assert client.get(f"{READ}lessons/{quiz.key}/").status_code == 404
    checks = {
        block.item.key
        for step in document.steps
        if not isinstance(step, QuizStep)
        for block in step.blocks
        if isinstance(block, Check)
    }
    pages = [text_of(client.get(address)) for address in addresses(document)]
    for version in ItemVersion.objects.select_related("item"):
        if version.item.key not in checks:
            assert not [page for page in pages if version.read().body.stem in page]


@pytest.mark.protection
def test_a_check_shows_no_feedback_before_it_is_answered_and_keeps_nothing(
    client, document, is_open
):
    lesson, check = block_of(document, Check)
    address = f"{READ}lessons/{lesson.key}/"
    choices = check.item.body.all_choices()
    assert not [each for each in choices if each.feedback in text_of(client.get(address))]
    right = sorted(check.item.body.correct_keys())
    text = text_of(client.post(f"{address}?block={check.key}", {"choice": right}))
    assert "That is right" in text
    assert not CheckAnswer.objects.exists()
    assert not Enrolment.objects.exists()


def test_cards_can_be_sorted_and_a_reflection_has_no_box(client, document, is_open):
    lesson, sorting = block_of(document, Sorting)
    fields = {f"{sorting.key}-{card.key}": card.bin for card in sorting.cards}
    text = text_of(client.post(f"{READ}lessons/{lesson.key}/?block={sorting.key}", fields))
    assert "That is right." in text
    lesson, _prompt = block_of(document, Reflection)
    assert "<textarea" not in text_of(client.get(f"{READ}lessons/{lesson.key}/"))


@pytest.mark.protection
def test_reading_writes_nothing(client, document, is_open):
    with CaptureQueriesContext(connection) as asked:
        for address in addresses(document):
            client.get(address)
    written = ("INSERT", "UPDATE", "DELETE")
    assert not [query for query in asked if query["sql"].startswith(written)]
    assert not Session.objects.exists()


def test_a_reader_says_what_hurts_without_any_name(client, client_for, lena, document, is_open):
    lesson = document.steps[0]
    address = f"{READ}{lesson.key}/{lesson.blocks[0].key}/say/"
    assert "is_named" not in text_of(client.get(address))
    for each, words in ((client, "This hurts."), (client_for(lena), "And this.")):
        response = each.post(address, {"text": words, "is_named": "on"}, follow=True)
        assert "Thank you" in text_of(response)
    assert [report.person for report in ReaderReport.objects.all()] == [None, None]
    assert all(report.is_from_outside for report in ReaderReport.objects.all())


def test_too_much_from_outside_is_refused_with_the_words_kept(
    client, document, is_open, monkeypatch
):
    monkeypatch.setattr(reporting, "MOST_FROM_OUTSIDE", 0)
    lesson = document.steps[0]
    response = client.post(f"{READ}{lesson.key}/{lesson.blocks[0].key}/say/", {"text": "Words."})
    assert response.status_code == 422
    assert "Words." in text_of(response)


@pytest.mark.parametrize("key", ["green-bins/what-goes-where", "what-goes-where/nothing"])
def test_nothing_is_said_about_what_is_no_block(client, is_open, key):
    assert client.get(f"{READ}{key}/say/").status_code == 404


def test_a_course_whose_release_was_withdrawn_is_not_open(client, ada, now, is_open, document):
    withdraw_release(Release.objects.get(), reason="Wrong.", by=ada, at=now)
    for address in addresses(document):
        assert client.get(address).status_code == 404


@pytest.mark.protection
def test_pictures_of_an_open_course_need_no_account_and_all_others_do(
    client, small_course, is_open, monkeypatch, document
):
    Media.objects.create(sha256="a" * 64, mime="video/mp4", size=1, uploaded_at=NOW)
    assert client.get(f"/media/{'a' * 64}/").status_code == 302
    shown = {"a" * 64}
    monkeypatch.setattr(access, "media_of_release", lambda digest: shown)
    assert client.get(f"/media/{'a' * 64}/").status_code == 404  # its bytes are not there
    Course.objects.update(is_open_reading=False)
    assert client.get(f"/media/{'a' * 64}/").status_code == 302


def test_a_trainer_opens_a_course_in_its_form(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    page = client_for(ada).get(f"/admin/courses/course/{small_course.pk}/change/")
    assert 'name="is_open_reading"' in page.content.decode()
