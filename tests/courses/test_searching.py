"""Searching: what is found, in which order, and what of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Release
from courses.reading import read_release
from courses.searching import (
    SNIPPET,
    Index,
    folded,
    index_of,
    passages_of,
    search,
    snippet,
    stem,
    stems_of,
)


def found(index: Index, question: str) -> list[tuple[str, str]]:
    return [(hit.passage.step, hit.passage.key) for hit in search({"": index}, question)]


@pytest.fixture
def document(small_course):
    return read_release(Release.objects.get())


@pytest.fixture
def index(document) -> Index:
    return index_of(document)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trafficking", "trafficked"),
        ("traffic", "traffickers"),
        ("reports", "reporting"),
        ("police", "policing"),
        ("stopped", "stops"),
        ("exploit", "exploitation"),
        ("bylaw's", "bylaws"),
        ("boxes", "box"),
        ("city", "cities"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_words_that_only_look_alike_keep_apart():
    assert stem("policy") != stem("police")
    assert stem("bus") == "bus"


def test_case_and_accents_do_not_matter():
    assert stems_of("Sḵwx̱wú7mesh Écoles") == stems_of("skwxwu7mesh ecoles")


@pytest.mark.django_db
def test_a_block_is_found_by_the_words_in_it(index):
    assert found(index, "an old battery leaks")[0] == ("when-in-doubt", "the-battery")
    assert ("what-goes-where", "two-bins") in found(index, "fish bones")
    assert ("what-goes-where", "opening") in found(index, "KITCHEN scrap")


@pytest.mark.django_db
def test_lessons_terms_and_sources_are_found_by_their_names(index):
    assert found(index, "when in doubt")[0] == ("when-in-doubt", "")
    assert found(index, "green bin")[0] == ("", "green-bin")
    [source] = [hit for hit in search({"": index}, "heap") if hit.passage.kind == "source"]
    assert source.passage.key == "compost-study"


@pytest.mark.django_db
def test_what_holds_more_of_the_words_stands_first(index):
    hits = search({"": index}, "caretaker batteries box")
    assert [hit.words for hit in hits] == sorted((hit.words for hit in hits), reverse=True)
    assert hits[0].words == 3


@pytest.mark.django_db
def test_common_words_find_nothing(index):
    assert search({"": index}, "the of and") == search({"": index}, "  ") == []


@pytest.mark.protection
@pytest.mark.django_db
def test_no_answer_is_given_away_and_no_noted_passage_shown(document):
    texts = " ".join(passage.text for passage in passages_of(document))
    assert "Where does an apple core go?" in texts  # the question may be found
    assert "Yes. It once grew." not in texts  # the feedback to its answer
    assert "There is a battery in it." not in texts  # where a card belongs
    assert "They smelled" not in texts  # stands behind a note of its own
    assert "Empty the bin every day." in texts


def marked(text: str, question: str) -> str:
    return "".join(f"[{p.text}]" if p.is_found else p.text for p in snippet(text, question))


def test_a_snippet_marks_the_words_as_they_stand():
    assert marked("Bylaws and a café.", "bylaw CAFE") == "[Bylaws] and a [café]."


def test_a_snippet_is_cut_around_the_words_between_words():
    text = "Nothing here. " * 40 + "Then an officer met a tenant. " + "Nothing there. " * 40
    shown = marked(text, "tenant officer")
    assert "[officer] met a [tenant]" in shown
    assert shown.startswith("… ") and shown.endswith(" …")
    assert len(shown) < SNIPPET + 20


def test_without_a_word_in_the_text_its_beginning_is_shown():
    assert marked("A short text.", "other") == "A short text."


texts = st.text(st.sampled_from("ab éÉ.'’sing "), max_size=600)


@given(texts, texts)
def test_any_text_gives_a_snippet_of_itself(text, question):
    shown = "".join(piece.text for piece in snippet(text, question))
    assert shown.removeprefix("… ").removesuffix(" …") in text
    assert len(shown) <= SNIPPET + 4


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once_and_no_stem_is_empty(text):
    assert folded(folded(text)) == folded(text)
    assert all(stems_of(text))
