"""What a reviewer sees with their link: read, commented, decided; opening it changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from courses import reviewing
from courses.models import Lesson, Prose, Review, ReviewComment
from courses.reporting import Spot, send_report
from courses.reviewing import Invitation
from tests import factories
from tests.conftest import NOW, canary

pytestmark = pytest.mark.django_db

APPROVED = {"verdict": "approve", "credit": "anonymous"}


@pytest.fixture
def send(small_course, ada):
    """Send the draft, with one lesson rewritten, to one reviewer who starts to read."""

    def send(text: str = "Ask the caretaker.", **invitation):
        Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")
        return factories.make_review(small_course, Invitation(**invitation), by=ada, at=NOW)

    return send


@pytest.fixture
def invited(now, send):
    return send()


@pytest.fixture
def at(invited):
    """Give the address of a page of the review."""
    return lambda page="review", *args: address(page, invited, *args)


def address(page, invited, *args) -> str:
    return reverse(f"learning:{page}", args=[invited.token, *args])


def text_of(response) -> str:
    return response.content.decode()


def block_of(lesson: str) -> str:
    return Prose.objects.get(parent__key=lesson).key


@pytest.fixture
def place(at) -> str:
    """Give the address at which the first text of a lesson is commented on."""
    return at("review-comment", "when-in-doubt", block_of("when-in-doubt"))


# --- The link -------------------------------------------------------------------------------------


def test_the_link_says_what_is_asked_and_opening_it_changes_nothing(now, small_course, ada, client):
    _release, invited = reviewing.send_to_reviewers(
        small_course,
        [Invitation(contact="pia@peers.example")],
        due_on=NOW.date() + timedelta(days=9),
        by=ada,
        at=NOW,
        decision=reviewing.Decision(notes="New."),
    )
    before = list(Review.objects.values())
    page = client.get(address("review", invited[0]))
    assert page.status_code == 200
    for words in ("Green bins", "2 December 2026", "Start reading", "You need no account"):
        assert words in text_of(page)
    assert "pia@peers.example" not in text_of(page)
    assert client.get(address("review-course", invited[0])).status_code == 302
    assert client.get(address("review-start", invited[0])).status_code == 405
    assert list(Review.objects.values()) == before
    assert not Session.objects.exists()

    started = client.post(address("review-start", invited[0]))
    assert started.url == address("review-course", invited[0])
    assert Review.objects.get().opened_at == NOW


def test_pages_behind_a_link_stay_out_of_caches_and_search_engines(at, client):
    page = client.get(at("review-course"))
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


def test_a_wrong_link_is_no_page_and_very_many_are_not_looked_up_politely(at, client):
    wrong = reverse("learning:review", args=["x" * 43])
    assert client.get(wrong).status_code == 404
    for _ in range(60):
        client.get(wrong)
    refused = client.get(wrong)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert client.get(at()).status_code == 200


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_link_that_is_over_opens_nothing(at, invited, client, clock, ada, is_withdrawn):
    if is_withdrawn:
        reviewing.withdraw_invitation(invited.review, by=ada, at=NOW)
        words = "took this invitation back"
    else:
        clock.move_to(invited.review.expires_at + timedelta(minutes=1))
        words = "The time to review ended"
    page = client.get(at())
    assert page.status_code == 410
    assert words in text_of(page)
    assert client.get(at("review-lesson", "when-in-doubt")).url == at()
    assert client.post(at("review-start")).url == at()


# --- Reading ------------------------------------------------------------------------------------


def test_a_reviewer_reads_the_candidate_with_its_questions_and_answers(at, client):
    course = text_of(client.get(at("review-course")))
    assert at("review-lesson", "when-in-doubt") in course
    lesson = client.get(at("review-lesson", "when-in-doubt"))
    assert "Ask the caretaker." in text_of(lesson)
    assert "Comment on this" in text_of(lesson)
    quiz = client.get(at("review-quiz", "green-bins"))
    items = quiz.context["items"]
    assert len(items) == 6
    for row in items:
        for choice in row.item.body.all_choices():
            assert choice.text in text_of(quiz)
    assert client.get(at("review-before")).status_code == 404
    assert client.get(at("review-lesson", "green-bins")).status_code == 404
    assert "caretaker" in text_of(client.get(at("review-changes")))


def test_checks_can_be_tried_and_nothing_is_kept(at, client, learner_for, lena):
    step, check = learner_for(lena).check
    address = f"{at('review-lesson', step.key)}?block={check.key}"
    right = sorted(check.item.body.correct_keys())
    page = client.post(address, {f"{check.key}-choice": right})
    assert page.status_code == 200
    assert not ReviewComment.objects.exists()


def test_readers_reports_stand_there_without_a_name(at, invited, client, small_course, lena):
    release = small_course.releases.get(number=1)
    spot = Spot(release, "when-in-doubt", block_key=block_of("when-in-doubt"))
    send_report(spot, text="Who is the caretaker?", by=lena, on=NOW.date())
    page = text_of(client.get(at()))
    assert "Who is the caretaker?" in page
    assert canary(lena) not in page


# --- Commenting ---------------------------------------------------------------------------------


def test_a_comment_stays_at_its_block_with_its_answer_in_the_next_candidate(
    at, place, invited, client, send, ada
):
    response = client.post(place, {"text": "Say where the caretaker is."}, follow=True)
    assert "Say where the caretaker is." in text_of(response)
    comment = ReviewComment.objects.get()
    reviewing.answer_comment(comment, answer="In room 2: added.", by=ada, at=NOW)
    reviewing.decide(invited.review, reviewing.Verdict(verdict="changes", words="Nearly."), at=NOW)

    second = send("Ask the caretaker in room 2.", follows=invited.review)
    lesson = text_of(client.get(address("review-lesson", second, "when-in-doubt")))
    assert "You said of candidate 2:" in lesson
    assert "In room 2: added." in lesson
    changed = text_of(client.get(address("review-changes", second)))
    assert "Since candidate 2, which you read." in changed
    assert "room 2" in changed
    assert canary(ada) not in lesson + changed

    other = send("Ask the caretaker in room 3.")
    assert "You said" not in text_of(client.get(address("review-lesson", other, "when-in-doubt")))


def test_an_empty_comment_and_a_place_that_is_not_there(at, place, client):
    refused = client.post(place, {"text": " "})
    assert refused.status_code == 422
    assert "Write a few words first." in text_of(refused)
    assert client.get(at("review-comment", "when-in-doubt", "nothing")).status_code == 404
    assert client.get(at("review-comment", "nowhere", "nothing")).status_code == 404
    assert not ReviewComment.objects.exists()


def test_a_question_can_be_commented_on(at, client):
    item = client.get(at("review-quiz", "green-bins")).context["items"][0]
    response = client.post(item.comment_url, {"text": "Two are right."}, follow=True)
    assert "Two are right." in text_of(response)
    assert ReviewComment.objects.get().block_key == item.item.key


@pytest.mark.protection
def test_more_comments_than_a_person_writes_are_not_taken_and_not_lost(
    place, client, monkeypatch, invited
):
    monkeypatch.setattr(reviewing, "MOST_COMMENTS_AN_HOUR", 2)
    for number in range(2):
        client.post(place, {"text": f"Comment {number}."})
    refused = client.post(place, {"text": "One more."})
    assert refused.status_code == 422
    assert "One more." in text_of(refused)
    assert ReviewComment.objects.count() == 2


def test_what_comes_too_late_is_shown_back(place, at, invited, client, clock):
    clock.move_to(invited.review.expires_at + timedelta(minutes=1))
    refused = client.post(place, {"text": "Just in time?"})
    assert refused.status_code == 422
    assert "Just in time?" in text_of(refused)
    late = client.post(at("review-decide"), APPROVED | {"words": "Fine by me."})
    assert late.status_code == 422
    assert "Fine by me." in text_of(late)
    assert not ReviewComment.objects.exists()
    assert Review.objects.get().verdict == ""


# --- Deciding -----------------------------------------------------------------------------------


def test_a_reviewer_decides_once_and_can_take_their_name_off_for_ever(at, invited, client, clock):
    given = {"verdict": "approve", "credit": "name", "credit_text": "Wren Testwood"}
    page = client.post(at("review-decide"), given, follow=True)
    assert "Thank you for your review" in text_of(page)
    assert "Wren Testwood" in text_of(page)
    assert client.get(at("review-decide")).url == at()
    client.post(at("review-decide"), {"verdict": "decline", "credit": "none", "words": "No."})
    assert Review.objects.get().verdict == "approve"

    clock.move_to(invited.review.expires_at + timedelta(days=900))
    credit = at("review-credit")
    assert "Wren Testwood" in text_of(client.get(credit))
    assert Review.objects.get().credit_text == "Wren Testwood"
    client.post(credit)
    assert Review.objects.get().credit_text == ""
    assert client.get(credit).url == at()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"credit": "none"}, "Choose one of the three."),
        ({"verdict": "changes", "credit": "none"}, "Say what has to change"),
        ({"verdict": "approve", "credit": "name"}, "Write the name to show"),
    ],
)
def test_a_decision_that_lacks_something_says_what(at, client, given, words):
    refused = client.post(at("review-decide"), given)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert Review.objects.get().verdict == ""


def test_forms_behind_a_link_are_protected_against_other_sites(at, place):
    strict = Client(enforce_csrf_checks=True)
    for path in (place, at("review-start"), at("review-decide"), at("review-credit")):
        assert strict.post(path, {"text": "x"} | APPROVED).status_code == 403
    assert not ReviewComment.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_comments(
    at, place, client, django_assert_max_num_queries
):
    for number in range(12):
        client.post(place, {"text": f"Comment {number}."})
    client.get(at("review-lesson", "when-in-doubt"))
    with django_assert_max_num_queries(6):
        client.get(at("review-lesson", "when-in-doubt"))
    assert Lesson.objects.count() == 2
