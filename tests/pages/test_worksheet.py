"""The worksheet: summed up for anyone, stored for nobody but who keeps it, never lost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import sign_in
from tests.factories import PASSWORD
from training.pages.models import SavedWorksheet
from training.pages.shipped import six_questions
from training.people.keeping import ANYBODY, owner_token

pytestmark = pytest.mark.django_db

SHEET = "/tools/six-questions/"
SAVE = "/tools/six-questions/save/"
NOTE = "The figure had no year, said the heron."
FILLED = {
    "subject": "Slides of 3 November",
    "evidence-verdict": "no",
    "evidence-notes": NOTE,
    "all-trafficking-verdict": "yes",
}


def ask_next(key: str) -> str:
    return next(each.ask_next[0] for each in six_questions().questions if each.key == key)


def save(client, person, fields=FILLED, **options):
    owner = owner_token(person=person.pk if person else ANYBODY, path=SAVE)
    return client.post(SAVE, {"owner": owner, **fields}, **options)


@pytest.fixture
def lenas(client_for, lena):
    return client_for(lena)


@pytest.fixture
def saved(lenas, lena):
    assert save(lenas, lena).status_code == 302
    return SavedWorksheet.objects.get()


# --- Without an account ---------------------------------------------------------------------------


def test_a_summary_says_what_is_answered_and_what_to_ask_next(client, organisation):
    text = client.post(SHEET, FILLED).text
    assert "Slides of 3 November" in text and NOTE in text
    assert "1 of 6 questions is answered." in text
    assert ask_next("evidence") in text
    assert ask_next("all-trafficking") not in text


@pytest.mark.protection
def test_a_summary_stores_nothing(client, organisation):
    with CaptureQueriesContext(connection) as queries:
        client.post(SHEET, FILLED)
    assert not [each for each in queries if not each["sql"].startswith("SELECT")]
    assert not client.session.keys()
    assert not SavedWorksheet.objects.exists()


def test_going_back_from_the_summary_keeps_every_answer(client, organisation):
    text = client.post(SHEET, {**FILLED, "change": ""}).text
    assert NOTE in text and 'value="Slides of 3 November"' in text
    assert text.count(" checked>") == 2


def test_an_empty_worksheet_is_asked_for_something(client, organisation):
    response = client.post(SHEET, {"subject": " "})
    assert response.status_code == 422
    assert "Answer at least one question" in response.text


def test_notes_that_are_too_long_come_back_whole(client, organisation):
    long = "heron " * 600
    response = client.post(SHEET, {"evidence-notes": long})
    assert response.status_code == 422
    assert long.strip() in response.text
    assert "Keep each note to 3000 characters" in response.text


def test_what_is_written_is_shown_as_text(client, organisation):
    text = client.post(SHEET, {"subject": "<b>x</b>", "evidence-notes": "<script>"}).text
    assert "<b>x</b>" not in text and "<script>" not in text


def test_a_summary_needs_no_token_that_could_have_grown_old(organisation):
    client = sign_in(None, enforce_csrf_checks=True)
    assert client.post(SHEET, FILLED).status_code == 200


# --- Keeping it -----------------------------------------------------------------------------------


def test_who_is_signed_in_keeps_it_and_finds_it_listed(lenas, saved, lena):
    assert saved.person == lena
    page = f"/tools/six-questions/{saved.pk}/"
    assert NOTE in lenas.get(page).text
    for place in ("/tools/", SHEET):
        assert f'href="{page}"' in lenas.get(place).text


def test_the_same_worksheet_is_kept_once(lenas, lena, saved):
    save(lenas, lena)
    save(lenas, lena, {**FILLED, "subject": "Another"})
    assert SavedWorksheet.objects.count() == 2


@pytest.mark.protection
def test_nobody_else_sees_or_deletes_it(saved, cast, client_for):
    for person in (cast.otto, cast.max, cast.amin, cast.ada):
        client = client_for(person)
        assert client.get(f"/tools/six-questions/{saved.pk}/").status_code == 404
        assert client.post(f"/tools/six-questions/{saved.pk}/delete/").status_code == 404
        assert NOTE not in client.get("/tools/").text
    assert SavedWorksheet.objects.exists()


def test_deleting_asks_once_and_leaves_nothing(lenas, saved):
    address = f"/tools/six-questions/{saved.pk}/delete/"
    assert "lost for good" in lenas.get(address).text
    assert SavedWorksheet.objects.exists()
    assert lenas.post(address, follow=True).status_code == 200
    assert not SavedWorksheet.objects.exists()


def test_a_kept_worksheet_can_be_read_without_the_questions_of_today(lenas, saved):
    saved.filled = saved.filled.replace(b'"evidence"', b'"gone-since"')
    saved.save()
    assert NOTE in lenas.get(f"/tools/six-questions/{saved.pk}/").text


def test_an_invalid_worksheet_is_not_kept_and_comes_back(lenas, lena):
    response = save(lenas, lena, {"evidence-notes": "heron " * 600})
    assert response.status_code == 422
    assert "heron heron" in response.text
    assert not SavedWorksheet.objects.exists()


def test_opening_the_address_that_keeps_leads_to_the_form(lenas):
    assert lenas.get(SAVE).headers["Location"] == SHEET


# --- Nothing typed is lost ------------------------------------------------------------------------


def carried_through_sign_in(client, response, person):
    carried = response.context["carried"]
    fields = {"login": person.email, "password": PASSWORD, "carried": carried}
    return client.post("/sign-in/", fields, follow=True)


def test_a_visitor_signs_in_and_finds_what_they_wrote(client, lena):
    response = save(client, None)
    assert response.status_code == 403
    waiting = carried_through_sign_in(client, response, lena)
    assert waiting.redirect_chain[-1][0] == SAVE
    assert NOTE in waiting.text and "stored when you press Keep" in waiting.text
    assert not SavedWorksheet.objects.exists()
    save(client, lena)
    assert SavedWorksheet.objects.get().person == lena


def test_a_session_that_ended_loses_nothing(client, lena):
    waiting = carried_through_sign_in(client, save(client, lena), lena)
    assert NOTE in waiting.text


@pytest.mark.protection
def test_a_form_of_one_person_is_not_given_to_another(client, lena, otto, client_for):
    carried = carried_through_sign_in(client, save(client, lena), otto)
    assert NOTE not in carried.text
    assert save(client_for(otto), lena).status_code == 409
    assert not SavedWorksheet.objects.exists()


def test_a_form_from_before_the_sign_in_is_kept_when_its_token_is_old(lena):
    client = sign_in(lena, enforce_csrf_checks=True)
    response = save(client, None, follow=True)
    assert response.redirect_chain[-1][0] == SAVE
    assert NOTE in response.text
