"""Freezing: what is asked is fixed by its content, and a bad draft is refused with every reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizzes.documents import DigestMismatch, digest_of, encode
from quizzes.freezing import (
    CannotFreezeItem,
    CannotFreezeQuiz,
    freeze_item,
    freeze_quiz,
    item_document,
    quiz_document,
)
from quizzes.frozen import RowIsFrozen
from quizzes.models import Item, ItemVersion, Quiz, QuizPart, QuizVersion
from tests.conftest import NOW
from tests.quizzes.bank import fix, make_item, make_quiz, single

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_an_item_is_frozen_as_it_was_written():
    item = make_item("ferry", single("Who rows?"), is_critical=True)
    version = freeze_item(item, at=NOW)
    assert version.item == item
    assert version.read() == item_document(item)
    assert version.read().is_critical
    assert version.digest == digest_of(bytes(version.document))


def test_an_unchanged_item_gives_the_same_version():
    item = make_item("ferry")
    assert freeze_item(item, at=NOW) == freeze_item(item, at=LATER)
    assert ItemVersion.objects.count() == 1


def test_an_edited_item_gives_another_version_and_leaves_the_first():
    item = make_item("ferry", single("Who rows?"))
    first = freeze_item(item, at=NOW)
    item.body["stem"] = "Who sails?"
    item.save()
    second = freeze_item(item, at=LATER)
    assert first != second
    assert ItemVersion.objects.get(pk=first.pk).read().body.stem == "Who rows?"


@pytest.mark.protection
def test_bytes_that_were_tampered_with_are_noticed():
    version = freeze_item(make_item("ferry"), at=NOW)
    assert version.read()
    version.document = bytes(version.document).replace(b"ferry", b"barge")
    with pytest.raises(DigestMismatch):
        version.read()


@pytest.mark.protection
def test_a_version_is_neither_changed_nor_deleted():
    version = freeze_item(make_item("ferry"), at=NOW)
    with pytest.raises(RowIsFrozen):
        version.save()
    with pytest.raises(RowIsFrozen):
        version.delete()
    with pytest.raises(RowIsFrozen):
        ItemVersion.objects.update(digest="x")
    with pytest.raises(RowIsFrozen):
        ItemVersion.objects.all().delete()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"type": "riddle", "stem": "?"}, "riddle"),
        ({"stem": "?"}, "type"),
        ({"type": "true-false", "stem": "?"}, "answer"),
        ({"type": "single", "stem": "?", "choices": []}, "it has 0 choices"),
    ],
)
def test_a_body_that_is_no_question_is_refused_with_the_reason(body, problem):
    item = make_item("ferry")
    item.body = body
    with pytest.raises(CannotFreezeItem, match=problem):
        freeze_item(item, at=NOW)


def test_a_quiz_is_frozen_with_the_versions_of_its_items():
    quiz = make_quiz(draw=2, of=4)
    version = freeze_quiz(quiz, at=NOW)
    document = version.read()
    assert document == quiz_document(quiz)
    assert (document.title, document.pass_percent, document.parts[0].count) == ("Rivers", 80, 2)
    assert set(document.items) == {item.digest for item in version.items.all()}
    assert version.digest == digest_of(encode(document))


def test_checks_retired_items_and_other_topics_are_not_drawn():
    make_item("a-check", use=Item.Use.CHECK)
    make_item("elsewhere", topic="bridges")
    make_item("retired")
    Item.objects.filter(key="retired").update(retired_at=NOW)
    version = freeze_quiz(make_quiz(of=3), at=NOW)
    assert {item.read().key for item in version.items.all()} == {"river-0", "river-1", "river-2"}


def test_a_part_without_a_topic_draws_from_all():
    make_item("elsewhere", topic="bridges")
    quiz = make_quiz(of=1, draw=1)
    QuizPart.objects.create(quiz=quiz, topic=None, count=1)
    assert len(quiz_document(quiz).items) == 2


def test_fixed_items_keep_their_order_and_may_be_of_another_topic():
    quiz = make_quiz(of=2, draw=1)
    first, second = make_item("z-first", topic="bridges"), make_item("a-second", topic="bridges")
    fix(quiz, first, second)
    document = quiz_document(quiz)
    assert document.fixed == [digest_of(encode(item_document(item))) for item in (first, second)]
    assert set(document.fixed) < set(document.items)


def test_publishing_an_unchanged_quiz_again_gives_the_same_version():
    quiz = make_quiz()
    assert freeze_quiz(quiz, at=NOW) == freeze_quiz(quiz, at=LATER)
    assert QuizVersion.objects.count() == 1


def test_the_place_of_an_item_in_the_bank_makes_no_new_version():
    quiz = make_quiz()
    before = freeze_quiz(quiz, at=NOW)
    Item.objects.filter(key="river-0").update(position=9)
    assert freeze_quiz(quiz, at=LATER) == before


def test_an_edited_item_makes_a_new_version_of_the_quiz():
    quiz = make_quiz()
    before = freeze_quiz(quiz, at=NOW)
    item = Item.objects.get(key="river-0")
    item.body["stem"] = "Something else?"
    item.save()
    after = freeze_quiz(quiz, at=LATER)
    assert after != before
    assert before.items.count() == after.items.count() == 4
    assert ItemVersion.objects.count() == 5


def test_a_quiz_that_asks_nothing_is_refused():
    quiz = Quiz.objects.create(key="empty", title="Empty")
    with pytest.raises(CannotFreezeQuiz, match="It asks nothing"):
        freeze_quiz(quiz, at=NOW)


def test_a_part_with_too_few_items_is_refused_with_the_numbers():
    with pytest.raises(CannotFreezeQuiz) as caught:
        freeze_quiz(make_quiz(draw=5, of=4), at=NOW)
    assert caught.value.problems == ["A part draws 5 items of rivers; there are 4."]


def test_every_problem_of_every_item_is_named_and_nothing_is_written():
    quiz = make_quiz(of=3)
    Item.objects.filter(key="river-0").update(body={"type": "riddle"})
    Item.objects.filter(key="river-1").update(
        body={"type": "single", "stem": "", "choices": [{"key": "a", "text": "", "feedback": "x"}]}
    )
    fix(quiz, make_item("a-check", use=Item.Use.CHECK))
    with pytest.raises(CannotFreezeQuiz) as caught:
        freeze_quiz(quiz, at=NOW)
    told = "\n".join(caught.value.problems)
    assert "a-check is on every paper, but it is a check and not graded." in told
    assert "river-0: Invalid value 'riddle'" in told
    assert "river-1: it has no stem; write the question" in told
    assert "river-1: choice “a” has no text" in told
    assert not ItemVersion.objects.exists()
    assert not QuizVersion.objects.exists()


def test_a_retired_item_cannot_be_on_every_paper():
    quiz = make_quiz()
    item = make_item("old")
    fix(quiz, item)
    Item.objects.filter(key="old").update(retired_at=NOW)
    with pytest.raises(CannotFreezeQuiz, match="old is on every paper, but it is retired"):
        freeze_quiz(quiz, at=NOW)


def test_freezing_again_takes_few_queries_however_large_the_bank(django_assert_max_num_queries):
    quiz = make_quiz(of=30)
    freeze_quiz(quiz, at=NOW)
    with django_assert_max_num_queries(7):
        freeze_quiz(quiz, at=NOW)
