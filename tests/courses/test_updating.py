"""What was changed here survives what is shipped: compared, and taken part by part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from courses.composing import add_lesson, remove_step
from courses.drafts import draft_document
from courses.exporting import draft_package
from courses.loading import load_package
from courses.models import Course, Lesson, LocalNote, Prose, Release, Source, Update
from courses.packages import PackageErrors, read_package
from courses.packages.parts import COURSE, ORDER, parts_of
from courses.threeway import Part
from courses.updating import (
    ChoiceMissing,
    NoUpdate,
    UpdateHasChanged,
    compared,
    take_update,
)
from quizzes.models import Item
from tests.courses.package_folder import PackageFolder

AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
LATEST = datetime(2026, 12, 9, 18, 0, tzinfo=UTC)
LESSON = "lessons/what-goes-where.md"
OTHER = "lessons/when-in-doubt.md"
WHERE, DOUBT = Part("lesson", "what-goes-where"), Part("lesson", "when-in-doubt")

pytestmark = pytest.mark.django_db


def load(folder: PackageFolder, *, at: datetime = AT):
    return load_package(read_package(folder.path), at=at)


def ours() -> Course:
    return Course.objects.get(key="green-bins")


def edit_sentence(key: str = "what-goes-where", *, old: str = "three bins", new: str = "6 bins"):
    """Change words of a lesson's first text as a trainer does."""
    block = Prose.objects.get(parent__key=key, key="opening")
    assert old in block.text
    block.text = block.text.replace(old, new)
    block.save()


def asked() -> dict[Part, tuple[str, str]]:
    with compared(ours()) as comparison:
        return {each.part: (each.state, each.change) for each in comparison.asked}


def take(by, choices=None, *, otherwise="take", at: datetime = LATER):
    """Decide about everything that is asked."""
    with compared(ours()) as comparison:
        parts = [each.part for each in comparison.asked]
        seen = comparison.seen
    decided = dict.fromkeys(parts, otherwise) | (choices or {})
    return take_update(ours(), decided, seen=seen, by=by, at=at)


def text_of(step: str) -> str:
    return draft_document(ours()).step(step).blocks[0].text


def test_three_local_edits_survive_a_shipped_update(folder, ada):
    load(folder)
    edit_sentence("when-in-doubt", old="the caretaker", new="Ms. Placeholder in room 4")
    added = add_lesson(ours(), title="Bins of our town").lesson
    Prose.objects.create(parent=added, key="opening", region="main", text="<p>Ours.</p>")
    Lesson.objects.filter(pk=added.pk).update(objectives=["Find our bins."])
    note = LocalNote(parent=Lesson.objects.get(key="what-goes-where"), key="room-4")
    note.region, note.ordering, note.text = "main", 15, "<p>Our bins stand in room 4.</p>"
    note.save()
    folder.edit(LESSON, "three bins", "three good bins")
    folder.edit("course.yaml", "The first release.", "One sentence is better.")

    loaded = load(folder, at=LATER)

    assert loaded.outcome == "update-available"
    assert (loaded.difference.steps, loaded.difference.conflicts) == (1, 0)
    assert asked() == {WHERE: ("offered", "changed")}
    taken = take(ada)
    assert (taken.taken_count, taken.kept_count) == (1, 0)
    document = draft_document(ours())
    assert "three good bins" in text_of("what-goes-where")
    assert "Ms. Placeholder" in text_of("when-in-doubt")
    assert document.step(added.key).blocks[0].text == "<p>Ours.</p>"
    assert document.step("what-goes-where").block("room-4").text == note.text
    assert ours().notes == "One sentence is better."
    assert Release.objects.count() == 1
