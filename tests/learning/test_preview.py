"""The preview of a draft: as a learner sees it, for trainers alone, and nothing is kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import (
    BLOCK_MODELS,
    Callout,
    Check,
    FurtherReading,
    Lesson,
    Prose,
    Step,
    Term,
    TermCard,
)
from quizzes.models import Item, PaperItem
from tests.conftest import allow
from tests.courses.test_admin import field_of, new_block, posted
from training.records.models import CheckAnswer, Enrolment, Reflection

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(small_course, client_for, ada):
    return client_for(allow(ada, "courses.view_course"))


def address(*args: str) -> str:
    names = {1: "learning:preview", 2: "learning:preview-step", 3: "learning:preview-check"}
    return reverse(names[len(args)], args=args)


LESSON = ("green-bins", "what-goes-where")


def test_the_draft_is_shown_and_not_the_release(trainer):
    Prose.objects.filter(key="opening").update(text="<p>Four bins.[@bin-bylaw]</p>")

    response = trainer.get(address(*LESSON))

    text = response.content.decode()
    assert "Four bins." in text and "Three bins" not in text
    assert 'class="cite"' in text
    assert "no-store" in response["Cache-Control"]


def test_every_step_can_be_opened(trainer):
    page = trainer.get(address("green-bins"))
    for step in page.context["steps"]:
        assert trainer.get(step.url).status_code == 200


def test_a_check_answers_as_it_would_a_learner_and_keeps_nothing(trainer):
    url = address(*LESSON, "check-apple-core")

    page = trainer.post(url, {"choice": "a"})

    assert 'class="feedback' in page.content.decode()
    assert not CheckAnswer.objects.exists()
    assert trainer.post(url, {}).status_code == 200
    fragment = trainer.post(url, {}, headers={"X-Requested-With": "fetch"})
    assert fragment.status_code == 422


def test_what_a_form_of_the_preview_sends_is_not_kept(trainer):
    page = trainer.post(address(*LESSON), {"text": "Ospreys."}, follow=True)

    assert "nothing is kept" in page.content.decode()
    assert not Reflection.objects.exists()
    assert not Enrolment.objects.exists()


def test_a_draft_that_cannot_be_shown_says_what_is_in_the_way(trainer):
    Prose.objects.filter(key="opening").update(text="<p>A.[@nothing]</p>")

    for url in (address("green-bins"), address(*LESSON)):
        assert "no source nothing" in trainer.get(url).content.decode()


def test_what_is_not_there_is_not_found(trainer):
    for url in (
        address("blue-bins"),
        address("green-bins", "glass"),
        address(*LESSON, "your-kitchen"),
        address("green-bins", "green-bins", "check-apple-core"),
    ):
        assert trainer.get(url).status_code == 404


# --- What is in the form ------------------------------------------------------------------------


@pytest.fixture
def writer(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    return client_for(ada)


@pytest.fixture
def lesson(small_course) -> Lesson:
    return Lesson.objects.get(key="what-goes-where")


def unsaved() -> str:
    return reverse("learning:preview-unsaved", args=LESSON)


def form_page(writer, lesson):
    return writer.get(reverse("admin:courses_lesson_change", args=[lesson.pk]))


def everything() -> list[tuple]:
    return [
        row
        for model in (Lesson, Step, *BLOCK_MODELS, TermCard, FurtherReading)
        for row in model.objects.order_by("pk").values_list()
    ]


@pytest.mark.protection
def test_edits_that_are_not_saved_are_shown_and_nothing_is_stored(writer, lesson):
    page = form_page(writer, lesson)
    text = field_of(page, Prose, "text")
    new = new_block(page, Callout, ordering=1, kind="take-care", text="<p>Gloves.</p>")
    before = everything()

    sent = posted(page, title="Bins at night", **{text: "<p>Five [[green-bin]].</p>"}, **new)
    shown = writer.post(unsaved(), sent).content.decode()

    for words in ("Bins at night", "Five", "Gloves.", "It is not saved."):
        assert words in shown
    assert everything() == before


def test_a_block_that_is_not_finished_is_named_and_the_rest_is_shown(writer, lesson):
    page = form_page(writer, lesson)
    text = field_of(page, Prose, "text")
    new = new_block(page, Callout, ordering=1, kind="", text="")
    wrong = field_of(page, Callout, "text")

    sent = posted(page, title="", **{text: "<p>Five.</p>", wrong: "<p>A.[@nothing]</p>"}, **new)
    shown = writer.post(unsaved(), sent).content.decode()

    assert "Five." in shown
    assert "Callout: Text: There is no source" in shown
    assert "Title: This field is required." in shown


def test_a_block_that_is_removed_or_moved_in_the_form_is_so_in_the_preview(writer, lesson):
    page = form_page(writer, lesson)
    text = field_of(page, Prose, "text")
    callout = field_of(page, Callout, "text").replace("-text", "-ordering")

    shown = writer.post(unsaved(), posted(page, **{text.replace("-text", "-DELETE"): "on"}))
    assert "Three bins" not in shown.content.decode()
    moved = writer.post(unsaved(), posted(page, **{callout: "1"})).content.decode()
    assert moved.index('class="block callout') < moved.index("Three bins")


def test_a_file_that_was_chosen_is_not_kept_by_the_preview(writer, lesson):
    chosen = {"picture": SimpleUploadedFile("bins.png", b"picture")}
    sent = posted(form_page(writer, lesson)) | chosen

    assert "A file that you chose" in writer.post(unsaved(), sent).content.decode()


def test_a_check_of_a_form_is_tried_on_a_page_of_its_own(writer, lesson):
    shown = writer.post(unsaved(), posted(form_page(writer, lesson))).content.decode()

    item = Check.objects.get(parent=lesson).item.key
    assert reverse("learning:preview-item", args=[item]) in shown


def test_a_lesson_that_is_no_step_can_be_previewed_too(writer, small_course):
    lesson = Lesson.objects.create(course=small_course, key="glass", title="Glass", minutes=3)
    page = form_page(writer, lesson)
    url = reverse("learning:preview-unsaved", args=["green-bins", "glass"])

    assert "Glass" in writer.post(url, posted(page)).content.decode()


def test_the_form_of_another_lesson_cannot_be_previewed_by_who_may_not_edit(trainer, lesson):
    assert trainer.post(unsaved(), {}).status_code == 403


# --- Beside it ----------------------------------------------------------------------------------


def test_words_and_sources_of_a_preview_lead_to_those_of_the_draft(trainer):
    Prose.objects.filter(key="opening").update(text="<p>[[green-bin]].[@bin-bylaw]</p>")
    Term.objects.filter(key="green-bin").update(definition="<p>Edited just now.</p>")
    glossary = reverse("learning:preview-glossary", args=["green-bins"])
    evidence = reverse("learning:preview-evidence", args=["green-bins"])

    assert f'href="{glossary}#term-green-bin"' in trainer.get(address(*LESSON)).content.decode()
    assert "Edited just now." in trainer.get(glossary).content.decode()
    assert "Bin Bylaw" in trainer.get(evidence).content.decode()
    course = trainer.get(address("green-bins")).content.decode()
    assert glossary in course and evidence in course


def test_an_item_is_tried_as_a_learner_would_and_nothing_is_kept(writer, small_course):
    item = Item.objects.get(key="newspaper")
    url = reverse("learning:preview-item", args=[item.key])

    asked = writer.get(url).content.decode()
    assert item.body["stem"] in asked
    assert not [choice for choice in item.body["choices"] if choice["feedback"] in asked]
    right = next(choice for choice in item.body["choices"] if choice.get("is_correct"))
    answered = writer.post(url, {"choice": right["key"]}).content.decode()
    assert right["feedback"] in answered
    assert writer.post(url, {}, headers={"X-Requested-With": "fetch"}).status_code == 422
    assert not CheckAnswer.objects.exists() and not PaperItem.objects.exists()


def test_an_item_that_cannot_be_asked_says_why(writer, small_course):
    Item.objects.filter(key="newspaper").update(body={"type": "single", "stem": "", "choices": []})

    page = writer.get(reverse("learning:preview-item", args=["newspaper"])).content.decode()

    assert "it has no stem" in page
