"""Completion rules, by example and on made-up courses."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.records.rules import (
    StepState,
    counts_as_complete,
    date_in_zone,
    is_course_complete,
    is_quiz_open,
    next_step,
    not_yet_completed,
    with_what_comes_first,
)


def lesson(key, *, done=False, required=True):
    return StepState(key, "lesson", required, done)


def quiz(key="quiz", *, done=False, passed=False, required=True):
    return StepState(key, "quiz", required, done, passed)


steps = st.lists(
    st.builds(
        StepState,
        key=st.uuids().map(str),
        kind=st.sampled_from(["lesson", "quiz"]),
        is_required=st.booleans(),
        is_completed=st.booleans(),
        has_passed_attempt=st.booleans(),
    ),
    max_size=8,
)


def test_a_course_is_complete_when_every_required_step_is():
    assert is_course_complete([lesson("a", done=True), quiz(done=True, passed=True)])
    assert not is_course_complete([lesson("a"), quiz(done=True, passed=True)])


def test_an_optional_step_does_not_hold_a_course_back():
    assert is_course_complete([lesson("a", done=True), lesson("b", required=False)])


@pytest.mark.parametrize("course", [[], [lesson("a", done=True, required=False)]])
def test_a_course_without_required_steps_is_never_complete(course):
    assert not is_course_complete(course)


def test_a_quiz_counts_only_with_a_passed_attempt():
    assert not counts_as_complete(quiz(done=True, passed=False))
    assert counts_as_complete(quiz(done=True, passed=True))


def test_a_quiz_opens_when_the_lessons_before_it_are_done():
    assert not is_quiz_open([lesson("a"), quiz()], "quiz")
    assert is_quiz_open([lesson("a", done=True), quiz(), lesson("later")], "quiz")
    assert is_quiz_open([lesson("a", required=False), quiz()], "quiz")
    assert not is_quiz_open([lesson("a", done=True)], "another")


def test_a_date_is_the_one_where_the_organisation_is():
    new_year = datetime(2027, 1, 1, 5, 0, tzinfo=UTC)
    assert date_in_zone(new_year, ZoneInfo("America/Vancouver")) == date(2026, 12, 31)
    assert date_in_zone(new_year, ZoneInfo("UTC")) == date(2027, 1, 1)


def test_the_zone_table_is_the_projects_own():
    # British Columbia stayed at UTC-7 in 2026: an old table would say ten o'clock here.
    instant = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert instant.astimezone(ZoneInfo("America/Vancouver")).hour == 11


@given(steps)
def test_doing_a_step_never_makes_a_course_less_complete(course):
    before = is_course_complete(course)
    after = [StepState(s.key, s.kind, s.is_required, True, True) for s in course]
    assert is_course_complete(after) or not before


@given(steps)
def test_a_complete_course_has_no_required_step_left(course):
    key = next_step(course)
    if is_course_complete(course) and key is not None:
        assert not next(step for step in course if step.key == key).is_required


@given(steps)
def test_undoing_a_required_step_makes_a_course_incomplete(course):
    for position, step in enumerate(course):
        if step.is_required:
            undone = [*course]
            undone[position] = StepState(step.key, step.kind, True, False)
            assert not is_course_complete(undone)


# --- What comes first ----------------------------------------------------------------------------


def test_what_another_course_requires_is_missing_until_it_is_completed():
    assert not_yet_completed(["b", "a"], {"c"}) == ["b", "a"]
    assert not_yet_completed(["b", "a"], {"b"}) == ["a"]


def test_courses_stand_after_what_is_missing_before_them():
    missing = {"practice": ["basics"], "basics": ["welcome"], "other": []}
    assert with_what_comes_first(["practice", "other"], missing) == [
        "welcome",
        "basics",
        "practice",
        "other",
    ]
    assert with_what_comes_first(["practice", "welcome"], missing)[0] == "welcome"


links = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef")))


@given(st.lists(st.sampled_from("abcdef")), links)
def test_every_course_stands_there_once_even_when_they_lead_back_to_each_other(courses, missing):
    order = with_what_comes_first(courses, missing)
    assert len(order) == len(set(order))
    assert set(courses) <= set(order)
