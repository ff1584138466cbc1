"""The tools: readable without an account, light, and cited."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from tests import factories
from tests.conftest import NOW
from training.pages.models import SupportLine
from training.pages.shipped import council_actions, industry_cards, six_questions
from training.pages.toolbox import lessons_taught

pytestmark = pytest.mark.django_db

TOOLS = [
    "/tools/six-questions/",
    "/tools/industries/",
    "/tools/glossary/",
    "/tools/who-to-call/",
    "/tools/council-actions/",
]
LARGEST_PAGE = 40_000


def test_the_list_leads_to_every_tool_and_every_page_leads_to_the_list(client, organisation):
    text = client.get("/tools/").text
    assert all(f'href="{tool}"' in text for tool in TOOLS)
    assert 'href="/tools/"' in client.get("/support/").text


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_needs_no_account_and_no_course(client, organisation, tool):
    response = client.get(tool)
    assert response.status_code == 200
    assert "/sign-in/?next" not in response.text


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_weighs_at_most_40_kb_also_for_who_is_signed_in(client_for, cast, tool):
    assert len(client_for(cast.max).get(tool).content) <= LARGEST_PAGE


def test_a_tool_leads_to_its_lessons_only_where_the_course_is_published(client, small_course):
    assert "/look-up/" not in client.get("/tools/industries/").text
    assert "/look-up/" not in client.get("/tools/council-actions/").text


def test_a_lesson_is_found_by_its_course_and_its_key(small_course):
    right, wrong = ("green-bins", "what-goes-where"), ("another-course", "what-goes-where")
    assert list(lessons_taught([right, wrong])) == [right]


def test_every_card_shows_its_sources(client, organisation):
    text = client.get("/tools/industries/").text
    for card in industry_cards():
        assert escape(card.name) in text
    assert 'href="#source-1"' in text and 'id="source-1"' in text
    assert "[@" not in text


def test_every_action_shows_who_can_start_it_and_its_first_steps(client, organisation):
    text = client.get("/tools/council-actions/").text
    for action in council_actions().actions:
        assert escape(action.title) in text
        assert escape(action.first_steps[0]) in text
    assert text.count("Council decides") == 3
    assert "has not endorsed it" in text


def test_the_worksheet_asks_all_six_questions(client, organisation):
    text = client.get("/tools/six-questions/").text
    assert all(escape(question.question) in text for question in six_questions().questions)


# --- The glossary ---------------------------------------------------------------------------------


def test_the_glossary_is_empty_before_a_course_is_published(client, organisation):
    assert "There are no words here yet" in client.get("/tools/glossary/").text


def test_the_glossary_has_the_words_of_a_published_course_with_their_sources(client, small_course):
    text = client.get("/tools/glossary/").text
    assert 'id="term-compost"' in text
    assert 'id="source-1"' in text
    text = client.get("/tools/glossary/?course=green-bins").text
    assert "<h1>Glossary of Green bins</h1>" in text and 'id="term-compost"' in text


def test_a_course_that_does_not_exist_shows_all_words(client, small_course):
    assert 'id="term-compost"' in client.get("/tools/glossary/?course=none").text


def test_the_glossary_takes_no_more_queries_once_it_is_read(client, small_course):
    client.get("/tools/glossary/")
    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get("/tools/glossary/")
    assert len(first) <= 2


# --- Who to call ----------------------------------------------------------------------------------


def test_a_line_nobody_confirmed_says_so_until_somebody_does(client, organisation):
    line = SupportLine.objects.create(name="Ours", number="555-0100", description="Here")
    assert "Confirm before use" in client.get("/tools/who-to-call/").text
    SupportLine.objects.filter(pk=line.pk).update(confirmed_on=date(2026, 11, 2))
    text = client.get("/tools/who-to-call/").text
    assert "Confirm before use" not in text
    assert "Confirmed on 2 November 2026" in text


def test_an_empty_sheet_says_who_fills_it(client, organisation):
    assert "No support lines are listed yet" in client.get("/tools/who-to-call/").text


def test_the_day_of_printing_is_the_organisations(client, organisation, clock):
    clock.move_to(NOW.replace(day=24, hour=5))
    assert "Printed on 23 November 2026" in client.get("/tools/who-to-call/").text


def test_a_published_course_adds_no_query_for_each_lesson(client, organisation):
    factories.load_small_course(at=NOW)
    client.get("/tools/council-actions/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/tools/council-actions/")
    assert len(queries) <= 2
