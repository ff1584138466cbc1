"""Two documents beside each other: which steps, which blocks, which words."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from courses.comparing import Run, compare, words_changed
from courses.documents import Callout, CourseDocument, LessonStep
from tests.courses.material import lesson, prose


def document(*steps: LessonStep, **fields) -> CourseDocument:
    values = {
        "key": "bins",
        "language": "en",
        "title": "Bins",
        "summary": "What goes where.",
        "description": "<p>For all.</p>",
        "hours": "0.5",
        "objectives": [],
        "sources": [],
        "terms": [],
    } | fields
    return CourseDocument(steps=list(steps), **values)


def test_a_document_beside_itself_changes_nothing():
    one = document(lesson(prose("A pear goes here.")))
    assert compare(one, one).is_nothing


def test_words_are_shown_as_added_and_removed():
    old = document(lesson(prose("A pear goes into the green bin. Glass is grey.")))
    new = document(lesson(prose("A ripe pear goes into the brown bin. Glass is grey.")))
    (step,) = compare(old, new).changed_steps
    (part,) = step.parts
    ((paragraph,),) = (text.paragraphs for text in part.texts)
    shown = [(run.change, run.text.strip()) for run in paragraph if run.change != "same"]
    assert shown == [("added", "ripe"), ("removed", "green"), ("added", "brown")]


def test_blocks_and_steps_come_and_go():
    callout = Callout(key="more", kind="key-idea", text="<p>Rinse it.</p>")
    old = document(lesson(prose("A pear.")), lesson(prose("Glass."), key="two"))
    new = document(lesson(prose("A pear."), callout), lesson(prose("Tape."), key="three"))
    changes = {step.key: step for step in compare(old, new).changed_steps}
    assert {key: step.change for key, step in changes.items()} == {
        "one": "changed",
        "three": "added",
        "two": "removed",
    }
    ((part),) = changes["one"].parts
    assert (part.change, part.kind, part.name) == ("added", "callout", "Rinse it.")


def test_a_step_that_others_moved_past_stays():
    one, two, three = (lesson(prose(key), key=key) for key in ("one", "two", "three"))
    changes = compare(document(one, two, three), document(two, three, one))
    assert [step.key for step in changes.changed_steps if step.is_moved] == ["one"]


def test_what_is_no_word_is_said_to_have_changed():
    callout = Callout(key="more", kind="key-idea", text="<p>Rinse it.</p>")
    other = msgspec.structs.replace(callout, kind="take-care")
    (step,) = compare(document(lesson(callout)), document(lesson(other))).changed_steps
    assert step.parts[0].is_only_settings


def test_the_course_its_head_and_its_sources_are_compared():
    old = document(lesson(prose("A pear."), minutes=5))
    new = document(lesson(prose("A pear."), minutes=7), title="Green bins")
    changes = compare(old, new)
    assert changes.about[0].texts[0].name == "title"
    assert [text.name for text in changes.changed_steps[0].parts[0].texts] == ["minutes"]


def test_everything_is_new_without_an_older_document():
    changes = compare(None, document(lesson(prose("A pear."))))
    assert [step.change for step in changes.steps] == ["added"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_runs_hold_both_texts_whole(old, new):
    runs = words_changed(old, new)
    assert "".join(run.text for run in runs if run.change != "added") == old
    assert "".join(run.text for run in runs if run.change != "removed") == new
    assert words_changed(old, old) in ([], [Run("same", old)])
