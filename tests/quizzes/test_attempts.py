"""Attempts: started once, answered as the paper says, graded once, never changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from quizzes.attempts import (
    AttemptAlreadySubmitted,
    AttemptClosed,
    ItemNotOnPaper,
    NoAttemptsLeft,
    NotYourAttempt,
    PaperNotFinished,
    close_attempt,
    regrade,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.freezing import freeze_quiz
from quizzes.models import Attempt, Item, PaperItem, Quiz
from quizzes.papers import questions
from quizzes.types.base import ResponseProblem
from tests.conftest import NOW
from tests.quizzes.bank import answer_all, fix, make_item, make_quiz, make_version, single

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
SCOPE = "enrolment:1:rivers"


def written() -> tuple[list[object], list[object]]:
    """Return everything that is stored of attempts and papers."""
    return list(Attempt.objects.order_by("pk").values()), list(
        PaperItem.objects.order_by("pk").values()
    )


def save(attempt, *, by, position=1, posted=("a",), digest=None, at=LATER):
    digest = digest or questions(attempt)[position - 1].digest
    return save_response(
        attempt, by=by, position=position, item_digest=digest, posted=posted, at=at
    )


@pytest.fixture
def version(db):
    return make_version(at=NOW)


@pytest.fixture
def attempt(version, lena):
    return start_attempt(version, by=lena, scope=SCOPE, at=NOW)


@pytest.fixture
def submitted(attempt, lena):
    answer_all(attempt, by=lena, at=LATER)
    return submit_attempt(attempt, by=lena, at=LATER)


# --- Starting -----------------------------------------------------------------------------------


def test_a_paper_is_drawn_and_kept_in_order(attempt, lena):
    rows = list(attempt.paper.all())
    assert (attempt.person, attempt.scope, attempt.started_at) == (lena, SCOPE, NOW)
    assert [row.position for row in rows] == [1, 2]
    assert all(sorted(row.order) == ["a", "b", "c"] for row in rows)
    assert attempt.is_open


def test_starting_twice_gives_the_same_attempt(attempt, version, lena):
    again = start_attempt(version, by=lena, scope=SCOPE, at=LATER)
    assert again == attempt
    assert Attempt.objects.count() == 1


def test_scopes_and_people_do_not_disturb_each_other(attempt, version, lena, otto):
    other_course = start_attempt(version, by=lena, scope="enrolment:2:rivers", at=NOW)
    other_person = start_attempt(version, by=otto, scope="enrolment:3:rivers", at=NOW)
    assert len({attempt.pk, other_course.pk, other_person.pk}) == 3


@pytest.mark.protection
def test_nobody_starts_in_the_scope_of_somebody_else(attempt, version, otto):
    with pytest.raises(NotYourAttempt):
        start_attempt(version, by=otto, scope=SCOPE, at=LATER)
    assert Attempt.objects.count() == 1


@pytest.mark.protection
def test_the_database_holds_one_open_attempt_in_a_scope(attempt, version, lena):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            person=lena, quiz_version=version, scope=SCOPE, seed=1, started_at=NOW
        )


def test_a_retake_asks_other_items(version, lena, submitted):
    retake = start_attempt(version, by=lena, scope=SCOPE, at=LATER)
    before = {row.item.key for row in questions(submitted)}
    assert before.isdisjoint(row.item.key for row in questions(retake))


def test_a_third_paper_leaves_out_only_the_second(version, lena):
    papers = []
    for _ in range(3):
        attempt = start_attempt(version, by=lena, scope=SCOPE, at=NOW)
        papers.append({row.item.key for row in questions(attempt)})
        answer_all(attempt, by=lena, at=NOW, key="b")
        submit_attempt(attempt, by=lena, at=NOW)
    assert papers[0] == papers[2]
    assert papers[0].isdisjoint(papers[1])


def test_used_up_attempts_are_refused_with_how_many_there_were(lena):
    version = make_version(at=NOW, attempts=2)
    for _ in range(2):
        attempt = start_attempt(version, by=lena, scope=SCOPE, at=NOW)
        answer_all(attempt, by=lena, at=NOW)
        submit_attempt(attempt, by=lena, at=NOW)
    with pytest.raises(NoAttemptsLeft) as caught:
        start_attempt(version, by=lena, scope=SCOPE, at=LATER)
    assert caught.value.allowed == 2
    assert Attempt.objects.count() == 2


def test_a_closed_attempt_is_not_counted_as_used(lena):
    version = make_version(at=NOW, attempts=1)
    close_attempt(start_attempt(version, by=lena, scope=SCOPE, at=NOW), at=NOW)
    assert start_attempt(version, by=lena, scope=SCOPE, at=LATER).is_open


def test_starting_takes_the_same_queries_for_any_bank(lena, django_assert_num_queries):
    version = make_version(at=NOW, draw=10, of=40)
    with django_assert_num_queries(8):  # 2 savepoints with their ends, 4 statements
        start_attempt(version, by=lena, scope=SCOPE, at=NOW)


# --- Answering ----------------------------------------------------------------------------------


def test_an_answer_is_saved_the_moment_it_is_given(attempt, lena):
    save(attempt, by=lena, position=2, posted=["b"])
    row = attempt.paper.get(position=2)
    assert (row.response, row.answered_at) == (["b"], LATER)
    assert attempt.paper.get(position=1).response is None


def test_an_answer_can_be_changed_until_the_paper_is_sent(attempt, lena):
    save(attempt, by=lena, posted=["b"])
    save(attempt, by=lena, posted=["c"])
    assert attempt.paper.get(position=1).response == ["c"]


@pytest.mark.protection
def test_an_answer_from_the_page_of_another_item_is_not_saved(attempt, lena):
    before = written()
    stale = questions(attempt)[1].digest
    with pytest.raises(ItemNotOnPaper):
        save(attempt, by=lena, position=1, digest=stale)
    assert written() == before


@pytest.mark.parametrize("position", [0, 3, 99])
def test_a_place_that_the_paper_does_not_have_takes_no_answer(attempt, lena, position):
    with pytest.raises(ItemNotOnPaper):
        save(attempt, by=lena, position=position, digest="x" * 64)


@pytest.mark.parametrize("posted", [[], ["zzz"], ["a", "b"]])
def test_an_answer_that_is_none_is_not_saved(attempt, lena, posted):
    save(attempt, by=lena, posted=["b"])
    before = written()
    with pytest.raises(ResponseProblem):
        save(attempt, by=lena, posted=posted)
    assert written() == before


@pytest.mark.protection
def test_nobody_answers_or_submits_the_attempt_of_somebody_else(attempt, lena, otto):
    answer_all(attempt, by=lena, at=NOW)
    before = written()
    with pytest.raises(NotYourAttempt):
        save(attempt, by=otto, posted=["b"])
    with pytest.raises(NotYourAttempt):
        submit_attempt(attempt, by=otto, at=LATER)
    assert written() == before


# --- Submitting ---------------------------------------------------------------------------------


def test_a_right_paper_passes(submitted):
    assert (submitted.percent, submitted.is_passed) == (Decimal("100.00"), True)
    assert submitted.submitted_at == LATER
    submitted.refresh_from_db()
    assert (submitted.percent, submitted.is_passed) == (Decimal("100.00"), True)


def test_a_half_right_paper_does_not_pass(attempt, lena):
    save(attempt, by=lena, position=1, posted=["a"])
    save(attempt, by=lena, position=2, posted=["b"])
    graded = submit_attempt(attempt, by=lena, at=LATER)
    assert (graded.percent, graded.is_passed) == (Decimal("50.00"), False)


def test_an_unfinished_paper_is_not_graded_and_says_what_is_open(attempt, lena):
    save(attempt, by=lena, position=2)
    before = written()
    with pytest.raises(PaperNotFinished) as caught:
        submit_attempt(attempt, by=lena, at=LATER)
    assert caught.value.positions == [1]
    assert written() == before


@pytest.mark.protection
def test_a_stale_form_cannot_change_a_submitted_attempt(submitted, lena):
    before = written()
    with pytest.raises(AttemptAlreadySubmitted):
        save(submitted, by=lena, posted=["b"])
    with pytest.raises(AttemptAlreadySubmitted):
        submit_attempt(submitted, by=lena, at=LATER + timedelta(hours=1))
    with pytest.raises(AttemptAlreadySubmitted):
        close_attempt(submitted, at=LATER)
    assert written() == before


@pytest.mark.protection
def test_what_a_tab_remembers_of_an_attempt_is_not_believed(attempt, lena):
    """The object in hand was loaded before another tab submitted: only the row counts."""
    as_loaded_before = Attempt.objects.get(pk=attempt.pk)
    answer_all(attempt, by=lena, at=NOW)
    submit_attempt(attempt, by=lena, at=LATER)
    before = written()
    with pytest.raises(AttemptAlreadySubmitted):
        save(as_loaded_before, by=lena, posted=["b"])
    with pytest.raises(AttemptAlreadySubmitted):
        submit_attempt(as_loaded_before, by=lena, at=LATER)
    assert written() == before


def test_a_critical_item_fails_the_paper(lena):
    quiz = make_quiz(draw=4, of=4)
    Quiz.objects.filter(pk=quiz.pk).update(pass_percent=50)
    quiz.refresh_from_db()
    fix(quiz, make_item("never", single(right="b"), is_critical=True))
    attempt = start_attempt(freeze_quiz(quiz, at=NOW), by=lena, scope=SCOPE, at=NOW)
    answer_all(attempt, by=lena, at=NOW, key="a")
    graded = submit_attempt(attempt, by=lena, at=LATER)
    assert (graded.percent, graded.is_passed) == (Decimal("80.00"), False)


# --- Closing and grading again ------------------------------------------------------------------


def test_a_closed_attempt_takes_nothing_more(attempt, lena):
    answer_all(attempt, by=lena, at=NOW)
    close_attempt(attempt, at=LATER)
    before = written()
    with pytest.raises(AttemptClosed):
        save(attempt, by=lena, posted=["b"])
    with pytest.raises(AttemptClosed):
        submit_attempt(attempt, by=lena, at=LATER)
    assert written() == before


def test_closing_again_keeps_the_first_instant(attempt):
    close_attempt(attempt, at=NOW)
    assert close_attempt(attempt, at=LATER).closed_at == NOW


@pytest.mark.protection
def test_a_submitted_attempt_gives_the_same_mark_whatever_was_edited_since(submitted):
    for item in Item.objects.all():
        for choice in item.body["choices"]:
            choice["is_correct"] = choice["key"] == "c"
        item.is_critical = True
        item.retired_at = LATER
        item.save()
    quiz = Quiz.objects.get()
    quiz.pass_percent = 100
    quiz.save()
    grade = regrade(Attempt.objects.get(pk=submitted.pk))
    assert (grade.percent, grade.is_passed) == (submitted.percent, submitted.is_passed)


def test_the_database_holds_a_result_exactly_when_submitted(attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(submitted_at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(percent=100)
