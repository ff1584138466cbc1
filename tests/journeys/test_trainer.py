"""A trainer's first edit, in a real browser: edited, previewed, published, learned."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.drafts import draft_digest
from courses.models import Callout, Course, Lesson, Prose, Reflection, Release, Term
from courses.reading import read_release
from courses.richtext import from_markdown
from training.administration.roles import EARLY_PUBLISHERS, TRAINERS, ensure_roles
from training.records.models import Completion, Enrolment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BLOCK = ".order-machine .inline-related:not(.empty-form)"


@pytest.fixture
def trainer(small_course, cast):
    ensure_roles()
    cast.ada.groups.add(*Group.objects.filter(name__in=[TRAINERS, EARLY_PUBLISHERS]))
    return cast.ada


def open_lesson(page, lesson):
    page.goto(reverse("admin:courses_lesson_change", args=[lesson.pk]))
    ready(page)


def ready(page):
    """Wait until the editor has made a block of everything and an editor of every text."""
    page.locator(".prose-editor [role=textbox][aria-label]").first.wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll(
            "textarea[data-django-prose-editor-configurable]")].every(
            (area) => area.id.includes("__prefix__") || area.closest(".prose-editor"))"""
    )


def block(page, name):
    """Return the block whose heading begins so, such as "Callout:"."""
    return page.locator(BLOCK).filter(has=page.locator("h3 > b", has_text=name)).first


def names(page):
    """Return the types of the blocks in the order of the Tab key."""
    return page.locator(f"{BLOCK} > h3 > b").all_inner_texts()


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").wait_for()


EVERY_SHAPE = from_markdown("""## A heading

One **bold *and italic*** line.\\
After a [link](https://a.example/b?c=1&d=2).[@bin-bylaw]

3. Three
   - nested [[compost|good soil]]
   - again

   A second paragraph.
4. Four & <five>

> Quoted.
>
> - in a list

| A | **B** |
|---|---|
| 1[@bin-bylaw] | [[compost]] |
| | 2 |

### The end""")


def test_a_letter_typed_and_erased_in_every_text_changes_nothing(page_at, trainer, small_course):
    """The editor's own way of writing is the normal form, so what it saves has the same digest."""
    Prose.objects.filter(key="opening").update(text=EVERY_SHAPE)
    before = draft_digest(small_course)
    page = page_at(1280, person=trainer)
    rows = [
        *Lesson.objects.all(),
        *Term.objects.all(),
        Course.objects.get(pk=small_course.pk),
    ]
    texts = 0
    for row in rows:
        page.goto(reverse(f"admin:courses_{row._meta.model_name}_change", args=[row.pk]))
        page.locator("[role=textbox][aria-label]").first.wait_for()
        for text in page.locator("[role=textbox]").all():
            text.click()
            page.keyboard.press("Control+End")
            page.keyboard.type("x")
            page.keyboard.press("Backspace")
            texts += 1
        save(page)
    assert texts >= 10 and before is not None
    assert draft_digest(small_course) == before


def edit_three_blocks(page, lesson):
    open_lesson(page, lesson)
    text = block(page, "Callout:").locator("[role=textbox]")
    text.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("Whatever grew is for the green bin.[@compost-study]")
    text = block(page, "Reflection:").locator("[role=textbox]")
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And why?")
    block(page, "Comparison:").locator("input[name$=title]").fill("Two bins, side by side")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_three_blocks_are_edited_previewed_published_and_learned(
    page_at, axe, fits, trainer, lesson, learner_for, cast, small_course, width, scheme
):
    old = Release.objects.get()
    learner_for(cast.bo).complete()
    learner_for(cast.lena).start()
    page = page_at(width, scheme=scheme, person=trainer)
    edit_three_blocks(page, lesson)
    axe(page)
    fits(page)
    save(page)

    open_lesson(page, lesson)
    page.get_by_role("link", name="Preview what is saved").click()
    page.get_by_text("Whatever grew is for the green bin.").wait_for()
    page.get_by_text("Two bins, side by side").wait_for()
    axe(page)
    fits(page)
    form = page.locator("form[action*='/checks/']").first
    form.locator("input[name=choice]").first.check()
    form.get_by_role("button", name="Check").click()
    page.locator(".feedback").first.wait_for()

    page.get_by_role("link", name="Back to editing the course").click()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Publish a new release").click()
    axe(page)
    fits(page)
    page.get_by_label("Release notes").fill("What goes where is said more plainly.")
    page.get_by_label("Why it is published").fill("It is only tried out.")
    page.get_by_role("button", name="Publish the release").click()
    page.get_by_text("Published release 2.").wait_for()

    new = Release.objects.get(number=2)
    assert [step.digest for step in old.steps.all()][1:] == [
        step.digest for step in new.steps.all()
    ][1:]
    assert "If it once grew" in shown_to(page_at, cast.lena, lesson, width)
    lena = learner_for(cast.lena)
    lena.complete()
    otto = learner_for(cast.otto)
    otto.start()
    assert "Whatever grew" in shown_to(page_at, cast.otto, lesson, width)
    assert Enrolment.objects.get(person=cast.otto).release == new
    done = Completion.objects.filter(enrolment__person__in=[cast.bo, cast.lena])
    assert {completion.release for completion in done} == {old}
    assert read_release(old).title == small_course.title


def shown_to(page_at, person, lesson, width) -> str:
    page = page_at(width, person=person)
    page.goto(reverse("learning:lesson", args=[lesson.course.key, lesson.key]))
    return page.locator("main").inner_text()


# --- By keyboard alone --------------------------------------------------------------------------


def focused(page) -> str:
    return page.evaluate(
        """() => { const e = document.activeElement;
        return e.getAttribute("aria-label") || e.value || e.textContent.trim(); }"""
    )


def tab_to(page, name, *, key="Tab", within=400):
    """Press Tab until what is called so has the focus."""
    for _ in range(within):
        if re.fullmatch(name, focused(page)):
            return
        page.keyboard.press(key)
    raise AssertionError(f"The Tab key does not reach “{name}”.")


def test_blocks_are_added_moved_collapsed_and_deleted_by_keyboard_alone(
    page_at, axe, trainer, lesson, small_course
):
    page = page_at(1280, person=trainer)
    open_lesson(page, lesson)
    assert names(page)[:3] == ["Text:", "Term cards:", "Callout:"]

    tab_to(page, "Add a block before this one")
    page.keyboard.press("Enter")
    tab_to(page, "Callout", key="ArrowDown", within=8)
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.name?.endsWith('-kind')")
    page.keyboard.press("T")
    tab_to(page, "Text", within=30)
    page.keyboard.type("Wash your hands.")
    assert names(page)[:2] == ["Callout:", "Text:"]

    tab_to(page, "Move down", key="Shift+Tab", within=40)
    page.keyboard.press("Enter")
    page.get_by_text("Moved to place 2 of 7.").wait_for()
    assert focused(page) == "Move down"
    assert names(page)[:2] == ["Text:", "Callout:"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    axe(page)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"

    page.locator(f"{BLOCK} .delete input").last.focus()
    page.keyboard.press("Space")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.locator(".messagelist .success").wait_for()

    made = Callout.objects.get(text="<p>Wash your hands.</p>")
    first = Prose.objects.get(key="opening", parent=lesson)
    assert first.ordering < made.ordering < Callout.objects.get(key="key-point").ordering
    assert made.kind == "take-care"
    assert not Reflection.objects.filter(parent=lesson).exists()

    page.goto(reverse("admin:courses_course_change", args=[small_course.pk]))
    tab_to(page, "Preview")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview/green-bins/")
    tab_to(page, "Back to editing the course")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/**")
    tab_to(page, "Publish a new release")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publish/")
    while page.evaluate("document.activeElement.name") != "notes":
        page.keyboard.press("Tab")
    page.keyboard.type("Hands are washed.")
    page.keyboard.press("Tab")
    page.keyboard.type("It is only tried out.")
    tab_to(page, "Publish the release")
    page.keyboard.press("Enter")
    page.get_by_text("Published release 2.").wait_for()
    assert Release.objects.get(number=2).notes == "Hands are washed."


def test_rows_are_added_and_moved_by_keyboard(page_at, trainer, lesson):
    page = page_at(390, person=trainer)
    open_lesson(page, lesson)
    comparison = block(page, "Comparison:")
    comparison.get_by_role("button", name="Add another").focus()
    page.keyboard.press("Enter")
    page.get_by_text("An empty row was added.").wait_for()
    assert focused(page) == "Heading"
    page.keyboard.type("Black bin")
    tab_to(page, "Points", within=5)
    page.keyboard.type("The rest")
    tab_to(page, "Cite a source: Points", key="Shift+Tab", within=5)
    page.keyboard.press("Enter")
    page.get_by_label("Find by any word").fill("bylaw")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.value?.startsWith('The rest[@')")
    rows = comparison.get_by_role("group", name=re.compile("^Column"))
    rows.last.get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Moved to place 3 of 4.").wait_for()
    save(page)
    columns = lesson.courses_comparison_set.get().document["columns"]
    assert [column["heading"] for column in columns] == ["Green bin", "Blue bin", "Black bin"]


def test_a_block_is_added_with_the_mouse_and_an_error_stands_at_its_field(
    page_at, axe, trainer, lesson
):
    page = page_at(1280, person=trainer)
    open_lesson(page, lesson)
    page.locator(".order-machine-insert-target.last").click()
    page.get_by_role("button", name=re.compile("^Scenario")).click()
    added = block(page, "Scenario:")
    added.locator("input[name$=title]").fill("The glass")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".errornote").wait_for()
    ready(page)
    page.get_by_text("Fill in at least 2.").wait_for()
    assert names(page)[-1] == "Scenario:"
    axe(page)
