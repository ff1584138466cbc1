"""Three versions of one thing: what is asked, and what comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.three_way import State, ThreeWay

contents = st.one_of(st.none(), st.sampled_from("abc"))


@pytest.mark.parametrize(
    ("base", "here", "anew", "state"),
    [
        ("a", "a", "a", State.SAME),
        ("a", "b", "b", State.SAME),
        ("a", "b", "a", State.HERE),
        (None, "b", None, State.HERE),
        ("a", None, "a", State.HERE),
        ("a", "a", "b", State.SHIPPED),
        ("a", "a", None, State.SHIPPED),
        (None, None, "b", State.SHIPPED),
        ("a", "b", "c", State.BOTH),
        ("a", "b", None, State.BOTH),
        ("a", None, "b", State.BOTH),
        (None, "b", "c", State.BOTH),
    ],
)
def test_what_became_of_it(base, here, anew, state):
    assert ThreeWay(base, here, anew).state is state


@given(contents, contents, contents)
def test_declining_keeps_what_is_here(base, here, anew):
    assert ThreeWay(base, here, anew).chosen(is_taken=False) == here


@given(contents, contents, contents)
def test_what_was_changed_here_alone_is_never_given_up(base, here, anew):
    three = ThreeWay(base, here, anew)
    if three.state is State.HERE:
        assert three.chosen(is_taken=True) == here
    else:
        assert three.chosen(is_taken=True) == anew


@given(contents, contents, contents, st.booleans())
def test_once_decided_the_same_update_asks_nothing_more(base, here, anew, is_taken):
    after = ThreeWay(base, here, anew).chosen(is_taken=is_taken)
    assert not ThreeWay(anew, after, anew).is_offered


@given(contents, contents)
def test_who_changed_nothing_is_asked_about_what_is_shipped_anew(base, anew):
    three = ThreeWay(base, base, anew)
    assert three.is_offered == (base != anew)
    assert three.state is not State.BOTH
