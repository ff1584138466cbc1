"""The evidence of a course and its glossary, for everyone who is signed in."""

from datetime import UTC, datetime

import pytest

from courses.models import Lesson, Release
from courses.publishing import freeze_candidate, withdraw_release
from tests.factories import publish_early

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
EVIDENCE = "/courses/green-bins/evidence/"
GLOSSARY = "/courses/green-bins/glossary/"
PAGES = pytest.mark.parametrize("page", [EVIDENCE, GLOSSARY])

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(small_course, client_for, lena):
    return client_for(lena)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_evidence_counts_the_sources_by_kind_and_says_how_each_was_verified(client):
    text = text_of(client.get(EVIDENCE))

    assert "2 sources" in text
    assert "Peer-reviewed research</a></th><td>1</td>" in text
    assert "Law and courts</a></th><td>1</td>" in text
    assert "How it was verified: Nothing, it is made up." in text
    assert "Seen on 23 November 2026." in text
    assert 'href="https://doi.org/10.5555/apple-core"' in text
    assert "Cited in: What goes where" in text


def test_evidence_says_that_nobody_reviewed_the_release_and_why(client):
    text = text_of(client.get(EVIDENCE))

    assert "Nobody with lived experience has reviewed this release yet." in text
    assert "It is made up, for the tests." in text


def test_evidence_names_the_release(client):
    release = Release.objects.get()

    text = text_of(client.get(EVIDENCE))

    assert "The first release." in text
    assert release.document_id[:12] in text
    assert "24 October 2026" in text


def test_the_glossary_explains_the_terms_with_their_sources(client):
    text = text_of(client.get(GLOSSARY))

    assert '<div id="term-compost"><dt>compost</dt>' in text
    assert 'class="cite" href="#source-1"' in text
    assert 'id="source-1"' in text
    assert f'href="{GLOSSARY}#term-compost">compost</a>' in text


@PAGES
def test_an_earlier_release_can_be_asked_for(client, small_course, ada, page):
    Lesson.objects.filter(key="what-goes-where").update(title="Renamed")
    second = publish_early(small_course, by=ada, at=AT)
    withdraw_release(second, reason="Wrong.", by=ada, at=AT)
    third = publish_early(small_course, by=ada, at=AT)

    assert client.get(page).context["release"] == third
    assert client.get(f"{page}?release=1").context["release"].number == 1
    assert client.get(f"{page}?release=2").context["release"] == second


def test_the_words_of_an_earlier_glossary_lead_to_that_glossary(client):
    assert f'href="{GLOSSARY}?release=1#term-compost"' in text_of(
        client.get(f"{GLOSSARY}?release=1")
    )


@PAGES
@pytest.mark.parametrize("number", ["0", "9", "x", "", "-1", "1 OR 1", "9" * 30, "²"])
def test_a_release_that_there_is_not_is_not_found(client, page, number):
    assert client.get(page, {"release": number}).status_code == 404


@PAGES
def test_a_candidate_is_not_shown(client, small_course, ada, page):
    freeze_candidate(small_course, by=ada, at=AT)

    assert client.get(f"{page}?release=2").status_code == 404
    assert client.get(page).context["release"].number == 1


def test_a_course_that_there_is_not_is_not_found(client):
    assert client.get("/courses/nothing/evidence/").status_code == 404


@PAGES
def test_nobody_sees_it_without_signing_in(client_for, small_course, page):
    response = client_for(None).get(page)

    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={page}")


@PAGES
def test_the_page_only_shows(client, page):
    assert client.post(page).status_code == 405


@PAGES
def test_the_number_of_queries_does_not_grow_with_the_releases(
    client, small_course, ada, page, django_assert_max_num_queries
):
    for _ in range(3):
        publish_early(small_course, by=ada, at=AT)
    client.get(page)

    with django_assert_max_num_queries(9):
        client.get(page)
