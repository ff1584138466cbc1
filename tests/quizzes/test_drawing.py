"""Drawing: what stands on a paper, and what a new paper leaves out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.documents import ItemDocument, Part, QuizDocument
from quizzes.drawing import NotEnoughItems, Shortage, draw_paper, shortages
from tests.quizzes.bank import single

NOTHING: frozenset[str] = frozenset()


def bank(**counts: int) -> dict[str, ItemDocument]:
    """Return so many items of each topic, by made-up digests."""
    return {
        f"digest-{topic}-{number}": ItemDocument(
            key=f"{topic}-{number}", topic=topic, body=single()
        )
        for topic, count in counts.items()
        for number in range(count)
    }


def quiz(items: dict[str, ItemDocument], *parts: Part, fixed: tuple[str, ...] = ()) -> QuizDocument:
    return QuizDocument(
        key="q", title="Q", pass_percent=80, parts=list(parts), items=list(items), fixed=list(fixed)
    )


def keys_drawn(document, items, *, avoid=NOTHING, seed=1) -> list[str]:
    drawn = draw_paper(document, items, avoid=avoid, seed=seed)
    return [items[row.digest].key for row in drawn]


def test_a_paper_has_as_many_items_of_each_topic_as_its_parts_say():
    items = bank(rivers=5, bridges=5)
    document = quiz(items, Part(count=2, topic="rivers"), Part(count=3, topic="bridges"))
    topics = [key.split("-")[0] for key in keys_drawn(document, items)]
    assert topics == ["rivers"] * 2 + ["bridges"] * 3


def test_fixed_items_come_first_and_are_not_drawn_again():
    items = bank(rivers=3)
    fixed = ("digest-rivers-2", "digest-rivers-0")
    document = quiz(items, Part(count=1, topic="rivers"), fixed=fixed)
    for seed in range(20):
        assert keys_drawn(document, items, seed=seed) == ["rivers-2", "rivers-0", "rivers-1"]


def test_a_part_of_any_topic_leaves_the_others_what_they_need():
    items = bank(rivers=1, bridges=2)
    document = quiz(items, Part(count=2), Part(count=1, topic="rivers"))
    for seed in range(20):
        assert keys_drawn(document, items, seed=seed)[2] == "rivers-0"


def test_two_parts_of_one_topic_share_its_items():
    items = bank(rivers=4)
    document = quiz(items, Part(count=2, topic="rivers"), Part(count=2, topic="rivers"))
    assert sorted(keys_drawn(document, items)) == [f"rivers-{number}" for number in range(4)]


def test_a_new_paper_leaves_out_the_items_of_the_last_one():
    items = bank(rivers=4)
    document = quiz(items, Part(count=2, topic="rivers"))
    for seed in range(20):
        drawn = keys_drawn(document, items, avoid=frozenset({"rivers-0", "rivers-1"}), seed=seed)
        assert sorted(drawn) == ["rivers-2", "rivers-3"]


def test_avoided_items_fill_up_a_paper_that_would_be_too_short():
    items = bank(rivers=3)
    document = quiz(items, Part(count=2, topic="rivers"))
    avoid = frozenset({"rivers-0", "rivers-1"})
    assert "rivers-2" in keys_drawn(document, items, avoid=avoid)


def test_an_item_that_was_edited_since_is_still_avoided():
    items = bank(rivers=2)
    items["digest-of-the-new-wording"] = items.pop("digest-rivers-0")
    document = quiz(items, Part(count=1, topic="rivers"))
    assert keys_drawn(document, items, avoid=frozenset({"rivers-0"})) == ["rivers-1"]


def test_the_same_seed_gives_the_same_paper():
    items = bank(rivers=9)
    document = quiz(items, Part(count=5, topic="rivers"))
    first = draw_paper(document, items, avoid=NOTHING, seed=7)
    assert first == draw_paper(document, items, avoid=NOTHING, seed=7)


def test_every_item_has_the_same_chance():
    items = bank(rivers=5)
    document = quiz(items, Part(count=1, topic="rivers"))
    drawn = Counter(keys_drawn(document, items, seed=seed)[0] for seed in range(1000))
    assert all(150 < drawn[f"rivers-{number}"] < 250 for number in range(5))


def test_every_choice_stands_first_now_and_then():
    items = bank(rivers=1)
    document = quiz(items, Part(count=1))
    papers = [draw_paper(document, items, avoid=NOTHING, seed=seed) for seed in range(60)]
    assert {paper[0].order[0] for paper in papers} == {"a", "b", "c"}


def test_a_quiz_that_asks_for_too_much_is_not_drawn():
    items = bank(rivers=1)
    with pytest.raises(NotEnoughItems, match="rivers"):
        draw_paper(quiz(items, Part(count=2, topic="rivers")), items, avoid=NOTHING, seed=1)


def test_shortages_name_the_part_and_count_what_is_left():
    items = bank(rivers=2, bridges=1)
    document = quiz(items, Part(count=3), Part(count=2, topic="rivers"), fixed=("digest-rivers-0",))
    topics = {digest: item.topic for digest, item in items.items()}
    assert shortages(document, topics) == [Shortage("rivers", 2, 1), Shortage(None, 3, 1)]


topics_strategy = st.sampled_from(["rivers", "bridges", "ferries"])


@st.composite
def quizzes(draw):
    items = bank(
        rivers=draw(st.integers(0, 6)),
        bridges=draw(st.integers(0, 6)),
        ferries=draw(st.integers(0, 6)),
    )
    parts = draw(
        st.lists(
            st.builds(Part, count=st.integers(1, 5), topic=st.none() | topics_strategy), max_size=4
        )
    )
    fixed = draw(st.lists(st.sampled_from(sorted(items)), unique=True, max_size=3)) if items else []
    avoid = (
        frozenset(draw(st.sets(st.sampled_from([item.key for item in items.values()]))))
        if (items)
        else NOTHING
    )
    return quiz(items, *parts, fixed=tuple(fixed)), items, avoid


@given(quizzes(), st.integers(0, 2**63 - 1))
def test_a_paper_can_be_drawn_exactly_when_nothing_is_short(made, seed):
    document, items, avoid = made
    topics = {digest: item.topic for digest, item in items.items()}
    if shortages(document, topics):
        with pytest.raises(NotEnoughItems):
            draw_paper(document, items, avoid=avoid, seed=seed)
        return
    drawn = draw_paper(document, items, avoid=avoid, seed=seed)
    digests = [row.digest for row in drawn]
    assert len(digests) == len(set(digests))
    assert len(digests) == len(document.fixed) + sum(part.count for part in document.parts)
    assert digests[: len(document.fixed)] == document.fixed
    places = iter(digests[len(document.fixed) :])
    for part in document.parts:
        for _ in range(part.count):
            assert part.topic in (None, items[next(places)].topic)


@given(quizzes(), st.integers(0, 2**63 - 1))
def test_an_avoided_item_is_drawn_only_when_no_other_of_its_topic_is_left(made, seed):
    document, items, avoid = made
    topics = {digest: item.topic for digest, item in items.items()}
    if shortages(document, topics):
        return
    drawn = {row.digest for row in draw_paper(document, items, avoid=avoid, seed=seed)}
    again = {
        items[digest].topic
        for digest in drawn.difference(document.fixed)
        if items[digest].key in avoid
    }
    left = {digest for digest in items if digest not in drawn and items[digest].key not in avoid}
    assert not again.intersection(items[digest].topic for digest in left)
