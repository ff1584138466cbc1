"""What only this place has survives an update, whatever is taken of it."""

from __future__ import annotations

import shutil

import pytest
from django.db.models import F

from courses.composing import move_step
from courses.exporting import draft_package
from courses.merging import merged, offers
from courses.models import Figure, Lesson, LocalNote, Prose, Release, ShippedUpdate, Source, Term
from courses.packages import read_package
from courses.packages.form import files_of
from quizzes.models import Item, Topic
from tests import factories
from tests.conftest import NOW
from tests.courses.pictures import picture
from tests.courses.test_updating import (
    DOUBT,
    WHERE,
    at,
    decide,
    edit_here,
    first_words,
    folder,
    load,
    offered,
    text_of,
    words_of,
)

__all__ = ["at", "folder"]
pytestmark = pytest.mark.django_db

FIGURE = """
::: figure the-bins
media: bins.png
alt: Three bins by a door.
:::
"""


def ship(folder, file: str = WHERE) -> None:
    old = first_words(folder, file)
    folder.edit(file, old, f"Shipped anew. {old}")


def add_picture(folder, file: str = WHERE) -> None:
    folder.write(file, folder.text(file) + FIGURE)
    (folder.path / "media").mkdir()
    (folder.path / "media/bins.png").write_bytes(picture())


def keys(course) -> list[str]:
    return list(course.steps.values_list("key", flat=True))


def test_an_order_of_steps_that_was_made_here_stays(folder, trainer, at, small_course):
    move_step(small_course, "when-in-doubt", direction="up")
    before = keys(small_course)
    ship(folder)
    load(folder)
    assert "Took 1 part" in text_of(decide(trainer, at))
    assert keys(small_course) == before == ["when-in-doubt", "what-goes-where", "green-bins"]


def test_a_shipped_order_is_followed_where_nobody_made_another(folder, trainer, at, small_course):
    edit_here()
    folder.edit("course.yaml", "- lesson: what-goes-where", "- lesson: x")
    folder.edit("course.yaml", "- lesson: when-in-doubt", "- lesson: what-goes-where")
    folder.edit("course.yaml", "- lesson: x", "- lesson: when-in-doubt")
    ship(folder)
    load(folder)
    decide(trainer, at)
    assert keys(small_course) == ["when-in-doubt", "what-goes-where", "green-bins"]


def test_a_source_that_both_changed_is_decided_by_itself(folder, trainer, at):
    Source.objects.filter(key="bin-bylaw").update(publisher="Our own town")
    folder.edit("sources.yaml", "publisher: Made up for the tests", "publisher: Shipped")
    folder.edit("course.yaml", "title: Green bins", "title: Greener bins")
    load(folder)
    assert offered(trainer, at) == {"course": "shipped", "source:bin-bylaw": "both"}
    assert decide(trainer, at).status_code == 422
    decide(trainer, at, source__bin_bylaw="keep")
    assert Source.objects.get(key="bin-bylaw").publisher == "Our own town"


def test_a_source_that_only_the_update_changed_can_be_declined(folder, trainer, at):
    edit_here()
    folder.edit("sources.yaml", "publisher: Made up for the tests", "publisher: Shipped")
    folder.edit("terms.yaml", "name: compost", "name: good compost")
    load(folder)
    assert offered(trainer, at) == {"source:bin-bylaw": "shipped", "term:compost": "shipped"}
    decide(trainer, at, source__bin_bylaw="keep")
    assert Source.objects.get(key="bin-bylaw").publisher == "Made up for the tests"
    assert Term.objects.get(key="compost").name == "good compost"


def test_a_question_that_stands_nowhere_yet_is_not_retired(folder, trainer, at):
    edit_here()
    topic = Topic.objects.get(key="when-in-doubt")
    body = {"type": "true-false", "stem": "Is it unfinished?"}
    Item.objects.create(key="in-the-making", topic=topic, use=Item.Use.CHECK, body=body)
    ship(folder)
    load(folder)
    assert "Took 1 part" in text_of(decide(trainer, at))
    assert Item.objects.get(key="in-the-making").retired_at is None


def test_a_lesson_that_is_kept_is_not_touched_at_all(folder, trainer, at):
    edit_here()
    kept = Lesson.objects.get(key="when-in-doubt")
    ship(folder)
    load(folder)
    decide(trainer, at)
    version = Lesson.objects.get(pk=kept.pk).version
    assert version == kept.version
    assert Lesson.objects.get(key="what-goes-where").version > 1


def test_an_update_no_longer_waits_once_it_is_loaded_as_a_whole(folder, trainer, at):
    before = dict(Prose.objects.filter(parent__key="when-in-doubt").values_list("pk", "text"))
    edit_here()
    ship(folder)
    load(folder)
    for pk, text in before.items():
        Prose.objects.filter(pk=pk).update(text=text)
    assert "release 2 published" in load(folder)
    assert not ShippedUpdate.objects.waiting().exists()


def test_what_was_declined_is_not_loaded_when_the_draft_is_as_it_was(folder, trainer, at):
    before = dict(Prose.objects.filter(parent__key="when-in-doubt").values_list("pk", "text"))
    edit_here()
    ship(folder)
    load(folder)
    decide(trainer, at, lesson__what_goes_where="keep")
    for pk, text in before.items():
        Prose.objects.filter(pk=pk).update(text=text)
    assert "left alone" in load(folder)
    assert "Shipped anew." not in words_of("what-goes-where")
    assert Release.objects.count() == 1


def test_a_new_picture_under_its_old_name_is_offered(
    folder, trainer, at, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "kept"
    add_picture(folder)
    with django_capture_on_commit_callbacks(execute=True):
        load(folder)
    edit_here()
    (folder.path / "media/bins.png").write_bytes(picture(width=700))
    with django_capture_on_commit_callbacks(execute=True):
        load(folder)
    assert offered(trainer, at) == {"lesson:what-goes-where": "shipped"}
    decide(trainer, at)
    assert Figure.objects.get().media.width == 700


def test_a_picture_that_was_lost_is_named_and_is_no_error(
    folder, trainer, at, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "kept"
    edit_here()
    add_picture(folder)
    with django_capture_on_commit_callbacks(execute=True):
        load(folder)
    shutil.rmtree(settings.MEDIA_ROOT)
    page = trainer.get(at("update"))
    assert "media/bins.png: the file is no longer kept here" in text_of(page)


def test_something_that_another_course_uses_too_can_be_kept(folder, trainer, at, small_course):
    other = factories.make_course_after(small_course, key="other", title="Other bins", at=NOW)
    lesson = Lesson.objects.create(course=other, key="one", title="One", minutes=1)
    Prose.objects.create(
        parent=lesson, key="opening", region="main", text="<p>It rots.[@compost-study]</p>"
    )
    other.steps.create(key="one", lesson=lesson, position=1)
    edit_here()
    folder.edit("sources.yaml", "year: 2021", "year: 2022")
    ship(folder)
    load(folder)
    page = text_of(trainer.get(at("update")))
    assert "the course “Other bins” uses the source “compost-study” too" in page
    refused = decide(trainer, at)
    assert refused.status_code == 422
    assert "nothing was done" in text_of(refused)
    assert "Shipped anew." not in words_of("what-goes-where")
    done = decide(trainer, at, source__compost_study="keep")
    assert "Took 1 part" in text_of(done)
    assert Source.objects.get(key="compost-study").year == 2021


def test_a_stale_page_keeps_what_was_chosen(folder, trainer, at):
    edit_here()
    ship(folder, DOUBT)
    load(folder)
    form = {"update": "old", "draft_seen": "old", "part-lesson:when-in-doubt": "keep"}
    refused = trainer.post(at("update"), form)
    assert refused.status_code == 409
    (row,) = refused.context["offers"]
    assert row.choice == "keep"
    assert 'value="keep" checked' in text_of(refused)


def test_a_removed_lesson_with_a_local_note_stays_until_the_note_is_moved(
    folder, trainer, at, small_course
):
    folder.write(
        "lessons/bags.md",
        "---\ntitle: Bags\nminutes: 2\nobjectives:\n  - Choose a bag.\n---\nPaper bags rot.\n",
    )
    folder.edit("course.yaml", "steps:\n", "steps:\n  - lesson: bags\n")
    load(folder)
    note = {"key": "note", "region": "main", "ordering": 15, "text": "<p>In room 4.</p>"}
    LocalNote.objects.create(parent=Lesson.objects.get(key="bags"), **note)
    folder.edit("course.yaml", "  - lesson: bags\n", "")
    (folder.path / "lessons/bags.md").unlink()
    load(folder)
    refused = decide(trainer, at, lesson__bags="take")
    assert refused.status_code == 422
    assert "a local note stands in it here" in text_of(refused)
    decide(trainer, at, lesson__bags="keep")
    assert LocalNote.objects.filter(parent__key="bags").exists()


def test_taking_everything_gives_what_is_shipped_and_declining_it_what_is_here(
    folder, small_course
):
    base = draft_package(small_course)
    edit_here()
    Source.objects.filter(key="bin-bylaw").update(year=F("year") + 1)
    here = draft_package(small_course)
    ship(folder)
    ship(folder, DOUBT)
    folder.edit("sources.yaml", "year: 2020", "year: 2019")
    shipped = read_package(folder.path)
    waivers = {"waivers.yaml": files_of(here)["waivers.yaml"]}
    asked = {offer.key for offer in offers(base, here, shipped)}
    everything = merged(base, here, shipped, taken=asked)
    nothing = merged(base, here, shipped, taken=())
    assert files_of(everything) == files_of(shipped) | waivers
    assert files_of(nothing) == files_of(here)
