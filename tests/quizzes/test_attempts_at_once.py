"""Two tabs, two devices, two presses: whatever happens at once happens once.

Grading and drawing are slowed down, so that everybody is inside at the same time unless something
keeps them apart: the lock and the constraint on PostgreSQL, the transaction on SQLite. Take one of
those away and these tests fail.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from quizzes import attempts
from quizzes.attempts import (
    AttemptAlreadySubmitted,
    regrade,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.models import Attempt, PaperItem
from quizzes.papers import questions
from tests.conftest import NOW
from tests.quizzes.bank import answer_all, make_version
from tests.together import at_once, slowly

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.protection]
SCOPE = "enrolment:1:rivers"
TOGETHER = 8


@pytest.fixture
def slow(monkeypatch):
    """Make grading and drawing take as long as on a very busy machine."""
    for name in ("grade_paper", "draw_paper"):
        monkeypatch.setattr(attempts, name, slowly(getattr(attempts, name)))


def test_eight_starts_at_once_make_one_attempt(slow, lena):
    version = make_version(at=NOW)
    started = at_once(*[lambda: start_attempt(version, by=lena, scope=SCOPE, at=NOW)] * TOGETHER)
    attempt = Attempt.objects.get()
    assert {row.pk for row in started} == {attempt.pk}
    assert attempt.paper.count() == PaperItem.objects.count() == 2


def test_eight_submits_at_once_grade_once(slow, lena):
    attempt = start_attempt(make_version(at=NOW), by=lena, scope=SCOPE, at=NOW)
    answer_all(attempt, by=lena, at=NOW)
    submits = [lambda: submit_attempt(attempt, by=lena, at=NOW)] * TOGETHER
    outcomes = at_once(*submits, refusals=(AttemptAlreadySubmitted,))
    graded = [outcome for outcome in outcomes if isinstance(outcome, Attempt)]
    assert Counter(outcomes)[AttemptAlreadySubmitted] == TOGETHER - 1
    assert [row.is_passed for row in graded] == [True]


def test_an_answer_that_comes_while_the_paper_is_graded_is_graded_or_refused(slow, lena):
    attempt = start_attempt(make_version(at=NOW), by=lena, scope=SCOPE, at=NOW)
    answer_all(attempt, by=lena, at=NOW)
    row = questions(attempt)[0]

    def change() -> PaperItem:
        time.sleep(0.1)
        return save_response(
            attempt, by=lena, position=1, item_digest=row.digest, posted=["b"], at=NOW
        )

    at_once(
        lambda: submit_attempt(attempt, by=lena, at=NOW),
        *[change] * (TOGETHER - 1),
        refusals=(AttemptAlreadySubmitted,),
    )
    attempt.refresh_from_db()
    assert regrade(attempt).percent == attempt.percent


def test_answers_to_different_items_at_once_are_all_kept(lena):
    version = make_version(at=NOW, draw=TOGETHER, of=TOGETHER)
    attempt = start_attempt(version, by=lena, scope=SCOPE, at=NOW)

    def answer(position: int, digest: str) -> Callable[[], PaperItem]:
        return lambda: save_response(
            attempt, by=lena, position=position, item_digest=digest, posted=["a"], at=NOW
        )

    at_once(*[answer(row.position, row.digest) for row in questions(attempt)])
    assert [row.response for row in questions(attempt)] == [["a"]] * TOGETHER
