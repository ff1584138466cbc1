"""The pages of the admin that trainers use, as a browser sees them; and two who write at once."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Callout, Prose, Release, Source, Term
from quizzes.models import Item, Quiz, Topic
from quizzes.versioned import count_version
from tests.factories import PASSWORD
from tests.journeys.test_trainer import block, open_lesson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages_of(course, lesson) -> list[str]:
    """Return every page that a trainer opens, for a draft of which the checks ask something."""
    release = Release.objects.get(course=course)
    about_course = (
        "home",
        "change",
        "checks",
        "readers",
        "reviews",
        "send",
        "learned",
        "publish",
        "package",
        "history",
    )
    rows = (lesson, Source.objects.first(), Term.objects.first(), Topic.objects.first())
    lists = ("course", "lesson", "release", "source", "term")
    return [
        "/admin/",
        *(reverse(f"admin:courses_{name}_changelist") for name in lists),
        *(reverse(f"admin:quizzes_{name}_changelist") for name in ("item", "quiz", "topic")),
        *(reverse(f"admin:courses_{name}_add") for name in ("course", "source", "term")),
        reverse("admin:quizzes_item_add"),
        reverse("admin:quizzes_quiz_add"),
        reverse("admin:courses_course_import"),
        *(reverse(f"admin:courses_course_{page}", args=[course.pk]) for page in about_course),
        reverse("admin:courses_course_step_remove", args=[course.pk, lesson.key]),
        reverse("admin:courses_lesson_checks", args=[lesson.pk]),
        *(change_page(row) for row in (*rows, Quiz.objects.first())),
        *(change_page(item) for item in one_of_each_type()),
        reverse("admin:courses_source_delete", args=[Source.objects.first().pk]),
        change_page(release),
        *(
            reverse(f"admin:courses_release_{page}", args=[release.pk])
            for page in ("compare", "withdraw", "redact")
        ),
    ]


def editors_ready(page) -> None:
    """Wait until our script has gone over every editor that the page shows."""
    page.wait_for_function(
        """() => [...document.querySelectorAll(
            "textarea[data-django-prose-editor-configurable]")].every((area) =>
            area.id.includes("__prefix__") ||
            area.closest(".prose-editor")?.querySelector("[role=textbox][aria-label]"))"""
    )


def change_page(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def one_of_each_type() -> list[Item]:
    return list({item.body["type"]: item for item in Item.objects.all()}.values())


@pytest.mark.parametrize(
    ("width", "scheme"), [pytest.param(390, "dark", marks=pytest.mark.slow), (1280, "light")]
)
def test_the_pages_of_a_trainer_are_accessible_and_complain_of_nothing(
    page_at, axe, fits, trainer, small_course, lesson, width, scheme
):
    Prose.objects.filter(key="opening").update(text="<p>In 2014 nine bins stood here.</p>")
    page = page_at(width, scheme=scheme, person=trainer)
    for path in pages_of(small_course, lesson):
        answer = page.goto(path)
        assert answer.status == 200, path
        page.locator("#content").wait_for()
        editors_ready(page)
        axe(page)
        fits(page)


def test_two_who_save_one_lesson_are_shown_both_and_lose_neither(
    page_at, axe, fits, trainer, lesson
):
    page = page_at(person=trainer)
    open_lesson(page, lesson)
    Callout.objects.filter(parent=lesson).update(text="<p>Written by somebody else.</p>")
    count_version(lesson)
    text = block(page, "Callout:").get_by_role("textbox", name="Text")
    text.click()
    text.press("Control+A")
    text.press_sequentially("Written by Ada.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Somebody else changed this").wait_for()
    axe(page)
    fits(page)
    page.get_by_text("Written by somebody else.").first.wait_for()
    page.get_by_text("Written by Ada.").first.wait_for()
    page.get_by_label("Keep both").check()
    page.get_by_role("button", name="Save").click()
    page.locator(".messagelist .success").wait_for()
    texts = {callout.text for callout in Callout.objects.filter(parent=lesson)}
    assert texts >= {"<p>Written by somebody else.</p>", "<p>Written by Ada.</p>"}


def test_what_was_written_while_signed_out_is_there_again(page_at, trainer, lesson):
    page = page_at(person=trainer)
    open_lesson(page, lesson)
    text = block(page, "Callout:").get_by_role("textbox", name="Text")
    text.click()
    text.press("Control+A")
    text.press_sequentially("Written while signed out.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Email address").fill(trainer.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Nothing of it is saved yet.").wait_for()
    text = block(page, "Callout:").get_by_role("textbox", name="Text")
    expect(text).to_have_text("Written while signed out.")
    assert not Callout.objects.filter(text__contains="signed out").exists()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").wait_for()
    assert Callout.objects.get(text__contains="signed out").parent == lesson
