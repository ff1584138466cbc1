"""What is told of a group: by example and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules import FEWEST, STEP, Share, is_to_be_shown_anew, share_of


@pytest.mark.parametrize(
    ("people", "right", "share"),
    [
        (0, 0, None),
        (4, 2, None),
        (5, 2, Share(5, 40)),
        (5, 0, Share(5, 20, is_at_most=True)),
        (5, 1, Share(5, 20, is_at_most=True)),
        (5, 5, Share(5, 80, is_at_least=True)),
        (5, 4, Share(5, 80, is_at_least=True)),
        (20, 13, Share(20, 65)),
    ],
)
def test_small_groups_are_withheld_and_all_and_none_are_bounds(people, right, share):
    assert share_of(people, right) == share


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_never_tells_that_all_or_none_were_right(people, right):
    if right > people:
        with pytest.raises(ValueError, match="of"):
            share_of(people, right)
        return
    share = share_of(people, right)
    if people < FEWEST:
        assert share is None
        return
    assert share is not None
    # Whoever is told the share cannot tell 0 from 1 right, nor all from all but one.
    assert share == share_of(people, min(max(right, 1), people - 1))


@given(st.lists(st.booleans(), max_size=60))
def test_figures_change_only_when_a_step_more_have_answered(answers):
    shown = seen = 0
    for people in range(1, len(answers) + 1):
        if is_to_be_shown_anew(people, shown=shown):
            assert people - shown == STEP
            shown, seen = people, seen + 1
    assert seen == len(answers) // STEP
