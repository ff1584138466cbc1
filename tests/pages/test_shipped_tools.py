"""The content of the tools that ships: whole, cited from known sources, and in the right words."""

from __future__ import annotations

import pytest

from courses.documents import mentions
from courses.drawings import drawing_names
from courses.markers import mentions_in
from courses.packages import PackageErrors
from courses.packages.single import read_entries, read_entry
from training.pages.documents import CouncilAction, IndustryCard, Worksheet
from training.pages.shipped import (
    INDUSTRY_COURSE,
    SHIPPED_COURSES,
    council_actions,
    industry_cards,
    shipped_sources,
    six_questions,
)

ENTRIES = [*six_questions().questions, *industry_cards(), *council_actions().actions]


def lessons_of(course: str) -> set[str]:
    return {path.stem for path in (SHIPPED_COURSES / course / "lessons").glob("*.md")}


@pytest.mark.parametrize("part", [*ENTRIES, six_questions(), council_actions()])
def test_every_source_is_one_of_a_shipped_course(part):
    known = {source.key for source in shipped_sources()}
    assert {mention.key for mention in mentions(part)} <= known


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_what_an_entry_cites_is_among_what_it_rests_on(entry):
    texts = [getattr(entry, name) for name in entry.__struct_fields__]
    cited = {
        mention.key for text in texts if isinstance(text, str) for mention in mentions_in(text)
    }
    assert cited <= set(entry.sources)


def test_there_are_six_questions_and_the_seven_actions_of_the_leaflet():
    assert len(six_questions().questions) == 6
    assert {action.seed_action for action in council_actions().actions} == set(range(1, 8))


def test_the_leaflet_is_credited_and_said_to_endorse_nothing():
    for credit in (six_questions().credit, council_actions().credit):
        assert "[@lic-leaflet]" in credit
        assert "not endorsed" in credit


@pytest.mark.parametrize("card", industry_cards(), ids=lambda card: card.key)
def test_a_card_names_a_lesson_and_a_drawing_that_exist(card):
    assert card.lesson in lessons_of(INDUSTRY_COURSE)
    assert card.icon in drawing_names()


@pytest.mark.parametrize("action", council_actions().actions, ids=lambda action: action.key)
def test_an_action_names_lessons_that_exist(action):
    for taught in action.lessons:
        assert taught.lesson in lessons_of(taught.course)


def test_a_mistake_in_a_file_is_said_with_its_line(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_text("title: One\ntitel: Two\n")
    with pytest.raises(PackageErrors, match=r"list\.yaml:2: .*did you mean"):
        read_entry(path, Worksheet)


@pytest.mark.parametrize("shape", [IndustryCard, CouncilAction])
def test_a_file_that_should_be_a_list_and_is_none_is_refused(tmp_path, shape):
    path = tmp_path / "list.yaml"
    path.write_text("key: one\n")
    with pytest.raises(PackageErrors, match="must be a list"):
        read_entries(path, shape)


def test_two_entries_with_one_key_are_refused(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text((SHIPPED_COURSES / "foundations" / "sources.yaml").read_text().split("\n\n")[0])
    assert "key:" in path.read_text()
    path.write_text(path.read_text() + "\n\n" + path.read_text() + "\n")
    source = type(shipped_sources()[0])
    with pytest.raises(PackageErrors, match="stands twice"):
        read_entries(path, source)
