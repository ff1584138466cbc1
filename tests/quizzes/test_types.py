"""The item types: what they refuse, read, show and give for a response."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import msgspec
import pytest
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from quizzes.documents import ItemDocument, decode, digest_of, encode
from quizzes.types import BODIES
from quizzes.types.base import Choice, ResponseProblem
from quizzes.types.single import Body as Single
from tests.quizzes.bank import RIGHT, WRONG, multiple, single, true_false

ALL = [single(), multiple(), multiple(scoring="partial"), true_false()]
responses = st.sets(st.sampled_from("abcd")).map(sorted)


def test_every_module_with_a_body_is_a_type():
    assert set(BODIES) == {"single", "multiple", "true-false"}


@pytest.mark.parametrize("tag", BODIES)
def test_every_type_has_its_templates(tag):
    assert get_template(BODIES[tag].template)
    assert get_template(BODIES[tag].result_template)


@pytest.mark.parametrize("body", ALL)
def test_a_body_comes_back_from_its_frozen_bytes(body):
    document = ItemDocument(key="k", topic="t", body=body)
    stored = encode(document)
    assert decode(stored, ItemDocument, digest=digest_of(stored)) == document


@pytest.mark.parametrize("body", ALL)
def test_a_good_body_has_no_problems(body):
    assert list(body.problems()) == []


def test_the_problems_of_a_body_are_named_all_at_once():
    body = Single(
        stem=" ",
        choices=[
            Choice(key="a", text="Same", feedback="Yes.", is_correct=True),
            Choice(key="a", text="same ", feedback="", is_correct=True),
            Choice(key="Two words", text="", feedback="No.", is_correct=True),
        ],
    )
    assert list(body.problems()) == [
        "it has no stem; write the question",
        "the choice key “a” stands twice; give each choice its own",
        "two choices have the same text",
        "choice “a” has no feedback; say why it is right or not",
        "the choice key “Two words” is not made of small letters, digits and hyphens",
        "choice “Two words” has no text",
        "2 choices are marked is_correct; a single choice has exactly one",
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (single(keys="a"), "it has 1 choices; give 2 to 6"),
        (single(keys="abcdefg"), "it has 7 choices; give 2 to 6"),
        (single(right="z"), "0 choices are marked"),
        (multiple(keys="ab"), "it has 2 choices; give 3 to 8"),
        (multiple(right=""), "no choice is marked is_correct"),
        (multiple(right="abcd"), "every choice is marked is_correct"),
    ],
)
def test_each_type_has_its_limits(body, problem):
    assert any(found.startswith(problem) for found in body.problems())


def test_an_unknown_field_is_refused():
    with pytest.raises(msgspec.ValidationError, match="extra"):
        msgspec.convert({"stem": "?", "choices": [], "extra": 1}, Single)


@pytest.mark.parametrize("body", ALL)
def test_no_answer_is_a_problem_and_earns_nothing(body):
    with pytest.raises(ResponseProblem) as caught:
        body.read([])
    assert caught.value.code == ("choose-some" if body.takes_many else "choose-one")
    assert body.grade(None) == 0


@pytest.mark.parametrize("body", ALL)
def test_what_was_not_offered_cannot_be_chosen(body):
    with pytest.raises(ResponseProblem, match="not-a-choice"):
        body.read(["zzz"])


def test_two_answers_to_a_single_choice_are_refused():
    with pytest.raises(ResponseProblem, match="choose-one"):
        single().read(["a", "b"])


def test_a_response_is_kept_in_one_order_without_doubles():
    assert multiple().read(["c", "a", "c"]) == ["a", "c"]


@pytest.mark.parametrize("body", [single(), true_false()])
def test_one_right_choice_is_all_or_nothing(body):
    right, *_ = body.correct_keys()
    marks = {key: body.grade([key]) for key in body.written_order()}
    assert marks.pop(right) == 1
    assert set(marks.values()) == {Fraction(0)}


@pytest.mark.parametrize(
    ("response", "mark"),
    [
        ("ab", Fraction(1)),
        ("a", Fraction(1, 2)),
        ("ac", Fraction(0)),
        ("abc", Fraction(1, 2)),
        ("abcd", Fraction(0)),
        ("cd", Fraction(0)),
    ],
)
def test_partial_credit_takes_wrong_from_right(response, mark):
    assert multiple(scoring="partial").grade(list(response)) == mark


@given(responses)
def test_all_or_nothing_gives_the_full_mark_only_for_exactly_the_right_ones(response):
    assert multiple().grade(response) == (response == ["a", "b"])


@given(responses, st.sampled_from(["all-or-nothing", "partial"]))
def test_a_mark_lies_between_0_and_1_and_is_1_only_when_all_is_right(response, scoring):
    body = multiple(scoring=scoring)
    assert 0 <= body.grade(response) <= 1
    assert (body.grade(response) == 1) == (response == ["a", "b"])


@given(responses)
def test_ticking_one_more_wrong_choice_never_helps(response):
    body = multiple(scoring="partial")
    assert body.grade(sorted({*response, "d"})) <= body.grade(response) or "d" in response


@given(st.integers(), st.sampled_from(ALL))
def test_an_order_holds_every_choice_once_and_shows_nothing_of_the_key(seed, body):
    order = body.draw_order(Random(seed))
    shown = body.shown(order)
    assert sorted(order) == sorted(body.written_order())
    assert [choice.key for choice in shown] == order
    assert {field.name for field in msgspec.structs.fields(type(shown[0]))} == {"key", "text"}


def test_true_stands_before_false_on_every_paper():
    assert true_false().draw_order(Random(1)) == ["true", "false"]


def test_without_the_key_only_what_was_chosen_is_explained():
    explained = single().explained(["c", "b", "a"], ["b"], show_key=False)
    assert [(row.key, row.is_chosen, row.is_right, row.feedback) for row in explained] == [
        ("c", False, None, ""),
        ("b", True, None, WRONG),
        ("a", False, None, ""),
    ]


@pytest.mark.protection
@pytest.mark.parametrize("scoring", ["all-or-nothing", "partial"])
@pytest.mark.parametrize("response", ["a", "ac", "abc", "c", "cd", "abcd"])
def test_feedback_marks_none_of_several_choices_before_the_key_is_shown(response, scoring):
    body = multiple(scoring=scoring)
    explained = body.explained(list("dcba"), list(response), show_key=False)
    assert not [row for row in explained if row.feedback or row.is_right is not None]


def test_several_choices_that_are_all_right_are_explained_without_the_key():
    explained = multiple().explained(list("abcd"), ["a", "b"], show_key=False)
    assert [row.feedback for row in explained] == [RIGHT, RIGHT, "", ""]


def test_with_the_key_every_choice_is_explained():
    explained = single().explained(["c", "b", "a"], ["b"], show_key=True)
    assert [(row.is_right, row.feedback) for row in explained] == [
        (False, WRONG),
        (False, WRONG),
        (True, RIGHT),
    ]


def test_a_body_says_what_was_chosen():
    assert [choice.key for choice in multiple().chosen(["c", "a", "gone"])] == ["a", "c"]
