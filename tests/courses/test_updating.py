"""Local changes survive updates: kept, compared part by part, taken or declined."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses.models import Course, Lesson, LocalNote, Prose, Release, ShippedUpdate, Step
from tests.conftest import NOW
from tests.courses.package_folder import PackageFolder

pytestmark = pytest.mark.django_db

DOUBT, WHERE = "lessons/when-in-doubt.md", "lessons/what-goes-where.md"


@pytest.fixture
def folder(tmp_path, small_course) -> PackageFolder:
    """The package of the small course as it will be shipped next; it is loaded as it is now."""
    return PackageFolder.copy(tmp_path / "green-bins")


@pytest.fixture
def at(small_course):
    return lambda page: reverse(f"admin:courses_course_{page}", args=[small_course.pk])


def load(folder: PackageFolder) -> str:
    said = StringIO()
    call_command("loadcourses", str(folder.path), stdout=said)
    return said.getvalue()


def edit_here(text: str = "Ask the janitor.") -> None:
    Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")


def text_of(response) -> str:
    return response.content.decode()


def words_of(lesson: str) -> str:
    return " ".join(Prose.objects.filter(parent__key=lesson).values_list("text", flat=True))


def first_words(folder: PackageFolder, file: str) -> str:
    """Return the first line of running text of a lesson file."""
    body = folder.text(file).split("\n---\n", 1)[1]
    return next(line for line in body.splitlines() if line and line[0].isalpha())


def decide(trainer, at, **choices: str):
    page = trainer.get(at("update"))
    form = {
        "update": page.context["update"].digest,
        "draft_seen": page.context["preview"].draft_seen,
    }
    for row in page.context["offers"]:
        if row.choice:
            form[f"part-{row.offer.key}"] = row.choice
    form |= {
        f"part-{key.replace('__', ':').replace('_', '-')}": way for key, way in choices.items()
    }
    return trainer.post(at("update"), form, follow=True)


def offered(trainer, at) -> dict[str, str]:
    rows = trainer.get(at("update")).context["offers"]
    return {row.offer.key: str(row.offer.state) for row in rows}


def test_three_local_edits_survive_a_shipped_update(folder, trainer, at, small_course):
    edit_here()
    added = Lesson.objects.create(
        course=small_course, key="our-depot", title="Our depot", minutes=3, objectives=["Find it."]
    )
    Prose.objects.create(
        parent=added, key="opening", region="main", ordering=10, text="<p>Behind the hall.</p>"
    )
    Step.objects.create(course=small_course, key="our-depot", lesson=added, position=9)
    note = LocalNote.objects.create(
        parent=Lesson.objects.get(key="what-goes-where"),
        key="localnote-1",
        region="main",
        ordering=15,
        text="<p>Here the bins are by the door.</p>",
    )
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    folder.edit("course.yaml", "notes:", "notes: Clearer words. #")

    assert "An update is available" in load(folder)
    assert "Clearer words." in text_of(trainer.get(at("home")))
    assert offered(trainer, at) == {"lesson:what-goes-where": "shipped"}
    done = decide(trainer, at)
    assert "Took 1 part of the update" in text_of(done)

    assert "Shipped anew." in words_of("what-goes-where")
    assert "Ask the janitor." in words_of("when-in-doubt")
    assert "Behind the hall." in words_of("our-depot")
    note.refresh_from_db()
    assert "by the door" in note.text
    steps = list(small_course.steps.values_list("key", flat=True))
    assert steps == ["what-goes-where", "when-in-doubt", "green-bins", "our-depot"]
    assert Release.objects.count() == 1
    assert "the draft was edited here and is left alone" in load(folder)


def test_what_was_changed_on_both_sides_has_to_be_decided(folder, trainer, at):
    edit_here()
    old = first_words(folder, DOUBT)
    folder.edit(DOUBT, old, f"Shipped anew. {old}")
    assert "1 part changed, 1 of them also changed here" in load(folder)
    assert offered(trainer, at) == {"lesson:when-in-doubt": "both"}
    asked = decide(trainer, at)
    assert asked.status_code == 422
    assert "Take the new one, or keep ours." in text_of(asked)
    assert ShippedUpdate.objects.waiting().exists()
    done = decide(trainer, at, lesson__when_in_doubt="take")
    assert "Took 1 part" in text_of(done)
    assert "Shipped anew." in words_of("when-in-doubt")
    assert "janitor" not in words_of("when-in-doubt")


def test_what_was_declined_is_asked_again_only_when_it_is_shipped_otherwise(folder, trainer, at):
    edit_here()
    old = first_words(folder, DOUBT)
    folder.edit(DOUBT, old, f"Shipped anew. {old}")
    load(folder)
    assert "Declined the update" in text_of(decide(trainer, at, lesson__when_in_doubt="keep"))
    assert "janitor" in words_of("when-in-doubt")
    assert "left alone; nothing was loaded" in load(folder)

    where = first_words(folder, WHERE)
    folder.edit(WHERE, where, f"And this. {where}")
    load(folder)
    assert offered(trainer, at) == {"lesson:what-goes-where": "shipped"}
    folder.edit(DOUBT, "Shipped anew.", "Shipped once more.")
    load(folder)
    assert offered(trainer, at) == {
        "lesson:what-goes-where": "shipped",
        "lesson:when-in-doubt": "both",
    }


def test_a_question_of_the_bank_and_a_source_come_with_their_quiz(folder, trainer, at):
    edit_here()
    items = "items/when-in-doubt.yaml"
    folder.edit(items, "stem: ", "stem: Shipped anew, ")
    load(folder)
    keys = set(offered(trainer, at))
    assert keys <= {"quiz:green-bins", "lesson:when-in-doubt", "lesson:what-goes-where"}
    decide(trainer, at, **{key.replace(":", "__").replace("-", "_"): "take" for key in keys})
    assert "edited here" in load(folder)
    assert not ShippedUpdate.objects.waiting().exists()


EXTRA = """---
title: Bags
minutes: 2
objectives:
  - Choose a bag.
---
Paper bags rot.
"""


@pytest.mark.parametrize("way", ["take", "keep"])
def test_a_lesson_that_an_update_removes_goes_only_if_that_is_chosen(folder, trainer, at, way):
    folder.write("lessons/bags.md", EXTRA)
    folder.edit("course.yaml", "steps:\n", "steps:\n  - lesson: bags\n")
    assert "release 2 published" in load(folder)
    edit_here()
    folder.edit("course.yaml", "  - lesson: bags\n", "")
    (folder.path / "lessons/bags.md").unlink()
    load(folder)
    assert offered(trainer, at) == {"lesson:bags": "shipped"}
    assert "removed by the update" in text_of(trainer.get(at("update")))
    decide(trainer, at, lesson__bags=way)
    assert Lesson.objects.filter(key="bags").exists() == (way == "keep")


def test_a_stale_page_changes_nothing(folder, trainer, at):
    edit_here()
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    load(folder)
    page = trainer.get(at("update"))
    form = {
        "update": page.context["update"].digest,
        "draft_seen": page.context["preview"].draft_seen,
    }
    edit_here("Ask somebody else.")
    refused = trainer.post(at("update"), form, follow=True)
    assert "Something changed since you opened this page" in text_of(refused)
    assert "Shipped anew." not in words_of("what-goes-where")
    folder.edit(WHERE, "Shipped anew.", "Shipped again.")
    load(folder)
    refused = trainer.post(at("update"), form, follow=True)
    assert "Something changed since you opened this page" in text_of(refused)
    assert ShippedUpdate.objects.waiting().exists()


def test_a_draft_that_is_not_edited_is_brought_up_to_date_as_before(folder, trainer, at):
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    assert "release 2 published" in load(folder)
    assert not ShippedUpdate.objects.exists()
    assert trainer.get(at("update"), follow=True).redirect_chain


def test_a_draft_that_is_not_finished_is_mended_first(folder, trainer, at, small_course):
    edit_here()
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    empty = Lesson.objects.create(course=small_course, key="empty", title="Empty", minutes=1)
    Step.objects.create(course=small_course, key="empty", lesson=empty, position=9)
    assert "An update is available" in load(folder)
    page = text_of(trainer.get(at("update")))
    assert "What is in the way" in page and "“Empty” is empty" in page
    small_course.steps.get(key="empty").delete()
    empty.delete()
    assert offered(trainer, at) == {"lesson:what-goes-where": "shipped"}


def test_a_dry_run_keeps_no_update(folder):
    edit_here()
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    said = StringIO()
    call_command("loadcourses", str(folder.path), "--dry-run", stdout=said)
    assert "An update is available" in said.getvalue()
    assert not ShippedUpdate.objects.exists()


def test_only_who_edits_courses_decides_about_updates(folder, at, client_for, cast):
    edit_here()
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    load(folder)
    for person in (None, cast.lena, cast.ada, cast.amin):
        assert client_for(person).get(at("update")).status_code in (302, 403)
        assert client_for(person).post(at("update"), {}).status_code in (302, 403)
    assert ShippedUpdate.objects.waiting().exists()


def test_the_update_is_seen_word_by_word(folder, trainer, at):
    edit_here("Ask the janitor at noon.")
    old = first_words(folder, DOUBT)
    folder.edit(DOUBT, old, "Ask the janitor at once.")
    load(folder)
    page = text_of(trainer.get(at("update")))
    assert "changed here and by the update" in page
    assert "<del>" in page and "<ins>" in page


def test_an_update_that_waits_goes_when_the_draft_has_it(folder, trainer, at):
    edit_here()
    old = first_words(folder, WHERE)
    folder.edit(WHERE, old, f"Shipped anew. {old}")
    load(folder)
    folder.edit(WHERE, "Shipped anew. ", "")
    load(folder)
    assert not ShippedUpdate.objects.waiting().exists()
    assert Course.objects.get().loaded_release.frozen_at <= NOW + timedelta(days=9999)
