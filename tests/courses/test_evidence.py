"""The evidence page: who decided over a release, what readers said, and six questions about it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from courses import reviewing
from courses.models import Course, Prose, Release, Source
from courses.publishing import publish_release, withdraw_release
from courses.reporting import Spot, answer_report, send_report
from courses.reviewing import Invitation, Verdict
from tests.conftest import NOW
from tests.factories import make_review, publish_early

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

CONTACT = "wren@peers.example"
PAGE = "/courses/green-bins/evidence/"


@pytest.fixture
def reader(small_course, client_for, lena):
    return client_for(lena)


@pytest.fixture
def decided(small_course, ada):
    """Let a peer decide about the next candidate, and return it."""

    def decide(text: str = "Ask at noon.", **given) -> Release:
        Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")
        review = make_review(small_course, Invitation(contact=CONTACT), by=ada, at=NOW).review
        reviewing.decide(review, Verdict(**({"verdict": "approve"} | given)), at=NOW)
        return review.release

    return decide


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_it_says_honestly_that_nobody_reviewed_it_and_why_it_is_published(reader):
    page = text_of(reader.get(PAGE))
    assert "Nobody with lived experience has reviewed this release yet." in page
    assert "The course asks for the approval of 1 peer." in page
    assert Release.objects.get().published_without_review_reason in page
    assert "Nobody has reported anything wrong, unclear or hurtful yet." in page


@pytest.mark.parametrize(
    ("given", "shown", "hidden"),
    [
        ({"credit": "name", "credit_text": "Wren Testwood"}, "Wren Testwood: Approve", ""),
        ({"credit": "anonymous"}, "a peer reviewer: Approve", ""),
        ({"credit": "none", "words": "Fine."}, "1 approved", "a peer reviewer"),
    ],
)
def test_reviewers_are_named_as_they_chose(decided, reader, ada, given, shown, hidden):
    publish_release(decided(**given), by=ada, at=NOW)
    page = text_of(reader.get(PAGE))
    assert shown in page
    assert "1 peer, a person with lived experience, decided about this release" in page
    assert "Why it was published before that" not in page
    assert not hidden or hidden not in page
    assert CONTACT not in page
    assert "told once it is about five or more" in page


@pytest.mark.protection
def test_a_name_that_was_taken_back_is_gone_everywhere(decided, reader, ada):
    release = decided(credit="name", credit_text="Wren Testwood")
    publish_release(release, by=ada, at=NOW)
    reviewing.withdraw_credit(release.reviews.get(), at=NOW)
    page = text_of(reader.get(PAGE))
    assert "Wren Testwood" not in page
    assert "1 approved" in page


def test_a_dissent_stands_only_if_its_writer_wants_that(decided, reader, ada):
    decided("One.", verdict="changes", words="Not like this.", is_dissent_public=True)
    decided("Two.", verdict="decline", words="Keep this between us.")
    publish_release(decided("Three."), by=ada, at=NOW)
    page = text_of(reader.get(PAGE))
    assert "Not like this." in page and "candidate 2" in page
    assert "Keep this between us." not in page


def test_a_candidate_shows_nobody_what_others_decided(decided, small_course, ada, client):
    decided("One.", credit="name", credit_text="Wren Testwood")
    other = make_review(small_course, by=ada, at=NOW)
    page = text_of(client.get(reverse("learning:review-evidence", args=[other.token])))
    assert "Reviews are shown here once the release is published" in page
    assert "Wren Testwood" not in page and "Approve" not in page


def test_reports_are_counted_with_their_answers(reader, small_course, lena, ada):
    release = small_course.releases.get()
    block = Prose.objects.get(parent__key="when-in-doubt").key
    spot = Spot(release, "when-in-doubt", block_key=block)
    first = send_report(spot, text="Unclear.", by=None, on=date(2026, 11, 20))
    send_report(spot, text="Wrong.", by=lena, on=date(2026, 11, 21))
    answer_report(first, answer="Mended.", by=ada, at=NOW)
    page = text_of(reader.get(PAGE))
    assert "2 reports, 1 answered." in page
    assert "Unclear." not in page and "Mended." not in page


def test_every_published_release_stands_there_with_its_notes(reader, small_course, ada):
    second = publish_early(small_course, by=ada, at=NOW, notes="Second notes.", is_material=True)
    withdraw_release(second, reason="A figure was wrong.", by=ada, at=NOW)
    page = text_of(reader.get(PAGE))
    assert "Second notes." in page
    assert "withdrawn 23 November 2026" in page
    assert f'href="{PAGE}?release=2"' in page
    older = text_of(reader.get(f"{PAGE}?release=2"))
    assert "Withdrawn" in older


def test_the_six_questions_are_answered_from_what_is_recorded(reader, small_course, ada):
    page = text_of(reader.get(PAGE))
    assert page.count("Nobody has answered this yet.") == 3
    assert "Its glossary defines 2 terms: compost, green bin." in page
    assert "It cites 2 works." in page
    small_course.about = {"position": "It does not.", "forms": ["homes", "agriculture"]}
    small_course.save(update_fields=["about"])
    publish_early(small_course, by=ada, at=NOW)
    page = text_of(reader.get(PAGE))
    assert "Its makers say: It does not." in page
    assert "Homes: domestic and care work" in page
    assert "Not covered here: Factory work" in page
    assert page.count("Nobody has answered this yet.") == 1


def test_the_page_of_a_draft_says_that_drafts_are_not_reviewed(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    page = text_of(client_for(ada).get(reverse("learning:preview-evidence", args=["green-bins"])))
    assert "Who reviewed it stands here once it is published." in page
    assert "This release" not in page


def test_anyone_reads_it_where_reading_is_open(small_course, client, decided, ada):
    Course.objects.update(is_open_reading=True)
    publish_release(decided(credit="anonymous"), by=ada, at=NOW)
    page = text_of(client.get("/read/green-bins/evidence/"))
    assert "a peer reviewer: Approve" in page
    assert "?release=" not in page


def test_sources_are_counted_by_kind_with_a_figure(reader):
    page = text_of(reader.get(PAGE))
    for source in Source.objects.all():
        assert f">{source.get_kind_display()}</a></th><td>1</td>" in page
