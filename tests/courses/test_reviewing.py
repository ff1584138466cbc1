"""Peers decide: who is asked, what they say, and what is kept of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from courses import reviewing
from courses.models import Lesson, Prose, Release, Review, ReviewComment
from courses.publishing import (
    ApprovalsMissing,
    Decision,
    ReleaseAlreadyPublished,
    publish_release,
)
from courses.reviewing import Invitation, Verdict
from courses.reviews_shown import reviews_shown
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 4)
LATER = NOW + timedelta(days=1)
CONTACT = "pia@peers.example"
APPROVED = Verdict(verdict="approve")


@pytest.fixture
def send(small_course, ada):
    """Send the draft to reviewers; each time something in it is new."""

    def send(*invitations: Invitation, at=NOW):
        lesson = Lesson.objects.get(key="when-in-doubt")
        count = Release.objects.count()
        Prose.objects.filter(parent=lesson).update(text=f"<p>Ask caretaker {count}.</p>")
        return reviewing.send_to_reviewers(
            small_course,
            invitations or [Invitation()],
            due_on=DUE,
            by=ada,
            at=at,
            decision=Decision(notes="Who to ask."),
        )

    return send


@pytest.fixture
def invited(send):
    return send()[1][0]


@pytest.fixture
def review(invited):
    return reviewing.open_review(invited.review, at=NOW)


def test_a_candidate_is_frozen_and_not_published(send, small_course):
    release, invited = send(Invitation(), Invitation(kind="subject"))
    assert release.state == "candidate"
    assert [each.review.kind for each in invited] == ["peer", "subject"]
    assert reviewing.candidate_of(small_course) == release


def test_a_candidate_is_sent_to_somebody(send, small_course, ada):
    with pytest.raises(reviewing.NobodyInvited):
        reviewing.send_to_reviewers(
            small_course, [], due_on=DUE, by=ada, at=NOW, decision=Decision()
        )
    assert Release.objects.count() == 1


def test_a_review_is_due_after_it_is_sent(send):
    with pytest.raises(reviewing.DueInThePast):
        send(at=NOW + timedelta(days=30))
    assert not Review.objects.exists()


@pytest.mark.protection
def test_a_token_is_long_random_and_nowhere_in_the_database(send):
    _release, invited = send(Invitation(), Invitation(contact=CONTACT))
    tokens = [each.token for each in invited]
    assert len(set(tokens)) == 2
    assert all(len(token) >= 43 for token in tokens)  # 256 bits at 6 bits a character
    without, mailed = (Review.objects.filter(pk=each.review.pk).values()[0] for each in invited)
    assert tokens[0] not in map(str, without.values())
    assert mailed["link_to_mail"] == tokens[1]  # until the outbox has taken it
    assert reviewing.find_review(tokens[0]) == invited[0].review
    assert reviewing.find_review(without["token_hash"]) is None


@pytest.mark.protection
@pytest.mark.parametrize("ends", ["verdict", "withdrawal"])
def test_the_contact_is_erased_when_the_review_is_over(send, ada, ends):
    _release, [invited] = send(Invitation(contact=CONTACT))
    review = reviewing.open_review(invited.review, at=NOW)
    if ends == "verdict":
        reviewing.decide(review, APPROVED, at=LATER)
    else:
        reviewing.withdraw_invitation(review, by=ada, at=LATER)
    review.refresh_from_db()
    assert (review.contact, review.link_to_mail) == ("", "")
    review.contact = CONTACT
    with pytest.raises(IntegrityError), transaction.atomic():
        review.save(update_fields=["contact"])


def test_opening_is_noted_once(review):
    reviewing.open_review(review, at=LATER)
    review.refresh_from_db()
    assert review.opened_at == NOW


@pytest.mark.protection
def test_a_link_that_is_withdrawn_or_expired_does_nothing(review, ada):
    late = review.expires_at
    said = {"step_key": "a", "block_key": "b", "text": "c"}
    for do in (
        lambda at: reviewing.open_review(review, at=at),
        lambda at: reviewing.comment(review, **said, at=at),
        lambda at: reviewing.decide(review, APPROVED, at=at),
    ):
        with pytest.raises(reviewing.ReviewExpired):
            do(late)
    reviewing.withdraw_invitation(review, by=ada, at=LATER)
    with pytest.raises(reviewing.InvitationWithdrawn):
        reviewing.comment(review, **said, at=LATER)
    assert not ReviewComment.objects.exists()


def test_a_link_works_for_two_weeks_after_it_was_due(review):
    assert not review.is_expired(at=NOW + timedelta(days=24))
    assert review.is_expired(at=NOW + timedelta(days=26))


def test_the_same_words_at_a_block_are_one_comment(review):
    for _twice in range(2):
        reviewing.comment(review, step_key="a", block_key="b", text=" Say why. ", at=NOW)
    assert ReviewComment.objects.get().text == "Say why."


def test_a_comment_has_words(review):
    with pytest.raises(reviewing.CommentMissing):
        reviewing.comment(review, step_key="a", block_key="b", text=" ", at=NOW)


def test_a_verdict_stands(review):
    reviewing.decide(review, APPROVED, at=LATER)
    with pytest.raises(reviewing.ReviewDecided):
        reviewing.decide(review, Verdict(verdict="decline", words="No."), at=LATER)
    with pytest.raises(reviewing.ReviewDecided):
        reviewing.comment(review, step_key="a", block_key="b", text="More.", at=LATER)


def test_somebody_who_has_not_started_to_read_cannot_decide(invited):
    with pytest.raises(reviewing.ReviewNotOpened):
        reviewing.decide(invited.review, APPROVED, at=NOW)


@pytest.mark.parametrize("verdict", ["changes", "decline"])
def test_who_does_not_approve_says_why_here_or_at_a_block(review, verdict):
    with pytest.raises(reviewing.WordsMissing):
        reviewing.decide(review, Verdict(verdict=verdict), at=NOW)
    reviewing.comment(review, step_key="a", block_key="b", text="This.", at=NOW)
    assert reviewing.decide(review, Verdict(verdict=verdict), at=NOW).verdict == verdict


def test_who_wants_to_be_named_gives_a_name(review):
    with pytest.raises(reviewing.CreditMissing):
        reviewing.decide(review, Verdict(verdict="approve", credit="name"), at=NOW)


@pytest.mark.protection
@pytest.mark.parametrize(
    ("credit", "text", "shown"),
    [
        ("name", "Pia Pinecrest", "Pia Pinecrest"),
        ("organisation", "Peers of Elderbrook", "Peers of Elderbrook"),
        ("anonymous", "Pia Pinecrest", "a peer reviewer"),
        ("none", "Pia Pinecrest", ""),
    ],
)
def test_a_reviewer_is_credited_as_they_chose_until_they_withdraw_it(review, credit, text, shown):
    given = Verdict(verdict="approve", credit=credit, credit_text=text)
    reviewing.decide(review, given, at=NOW)
    assert [str(each.credit) for each in reviews_shown(review.release).rows] == [shown]
    reviewing.withdraw_credit(review, at=review.expires_at + timedelta(days=900))
    assert [each.credit for each in reviews_shown(review.release).rows] == [""]
    assert "Pia" not in str(Review.objects.values().get())


@pytest.mark.protection
@pytest.mark.parametrize("is_public", [True, False])
def test_a_dissent_stands_in_public_only_when_its_reviewer_wants_that(send, is_public):
    _first, [invited] = send()
    review = reviewing.open_review(invited.review, at=NOW)
    words = Verdict(verdict="decline", words="Not like this.", is_dissent_public=is_public)
    reviewing.decide(review, words, at=NOW)
    second, _invited = send()
    shown = [(each.candidate, each.words) for each in reviews_shown(second).rows]
    assert shown == ([(2, "Not like this.")] if is_public else [])


@pytest.mark.protection
def test_a_candidate_is_published_only_when_enough_peers_approved_exactly_this_one(
    send, small_course, ada
):
    small_course.approvals_needed = 2
    small_course.save(update_fields=["approvals_needed"])
    _first, earlier = send(Invitation(), Invitation())
    for each in earlier:
        reviewing.decide(reviewing.open_review(each.review, at=NOW), APPROVED, at=NOW)
    second, invited = send(Invitation(kind="subject"), Invitation(), Invitation())
    for each in invited:
        with pytest.raises(ApprovalsMissing):
            publish_release(second, by=ada, at=NOW)
        reviewing.decide(reviewing.open_review(each.review, at=NOW), APPROVED, at=NOW)
    assert publish_release(second, by=ada, at=LATER).published_by == ada
    assert reviewing.candidate_of(small_course) is None
    with pytest.raises(ReleaseAlreadyPublished):
        reviewing.invite(second, Invitation(), due_on=DUE, by=ada, at=LATER)


def test_a_comment_is_answered(review, ada):
    asked = reviewing.comment(review, step_key="a", block_key="b", text="Why?", at=NOW)
    with pytest.raises(reviewing.AnswerMissing):
        reviewing.answer_comment(asked, answer=" ", by=ada, at=NOW)
    reviewing.answer_comment(asked, answer="Because.", by=ada, at=LATER)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Because.", ada)
    assert not ReviewComment.objects.waiting().exists()


def test_payment_is_recorded_without_a_name_and_told_of_five_or_more(send):
    release, invited = send(*[Invitation() for _ in range(5)])
    for number, each in enumerate(invited, 1):
        reviewing.record_payment(each.review, payment="declined" if number == 2 else "paid")
        reviewing.decide(reviewing.open_review(each.review, at=NOW), APPROVED, at=NOW)
        told = [(str(name), count) for name, count in reviews_shown(release).payments]
        assert told == ([("Paid", 4), ("Did not want to be paid", 1)] if number == 5 else [])
