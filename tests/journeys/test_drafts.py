"""Beside the editor, in a real browser: the preview that follows, and the question on leaving."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.models import Lesson
from tests.journeys.test_trainer import ready
from training.administration.roles import EARLY_PUBLISHERS, TRAINERS, ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trainer(small_course, cast):
    ensure_roles()
    cast.ada.groups.add(*Group.objects.filter(name__in=[TRAINERS, EARLY_PUBLISHERS]))
    return cast.ada


def lesson_url() -> str:
    return reverse(
        "admin:courses_lesson_change", args=[Lesson.objects.get(key="what-goes-where").pk]
    )


def test_the_preview_follows_what_is_written_and_leaving_asks(page_at, trainer, axe, fits):
    page = page_at(person=trainer)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(lesson_url())
    ready(page)
    page.locator(".prose-editor [role=textbox]:visible").first.click()
    page.goto("/admin/")
    assert asked == []

    page.goto(lesson_url())
    ready(page)
    page.get_by_role("button", name="Preview what is in the form").press("Enter")
    shown = page.frame_locator(".preview-panel iframe")
    shown.get_by_role("heading", level=1).wait_for()
    page.locator("#id_title").fill("Bins at night")
    shown.get_by_role("heading", level=1, name="Bins at night").wait_for()
    page.locator(".prose-editor [role=textbox]:visible").first.press_sequentially("Words ")
    shown.get_by_text("Words ").first.wait_for()
    page.get_by_role("button", name="Laptop").click()
    axe(page)
    fits(page)
    page.keyboard.press("Escape")
    assert page.locator(".preview-panel").is_hidden()

    page.goto("/admin/")
    assert asked == ["beforeunload"]
    assert Lesson.objects.get(key="what-goes-where").title != "Bins at night"


def test_without_a_script_the_preview_opens_in_a_tab(page_at, trainer, fits):
    page = page_at(390, javascript=False, person=trainer)
    page.goto(lesson_url())
    page.locator("#id_title").fill("Bins at night")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview what is in the form").click()
    tab = opened.value
    tab.get_by_role("heading", level=1, name="Bins at night").wait_for()
    fits(tab)
    assert Lesson.objects.get(key="what-goes-where").title != "Bins at night"
