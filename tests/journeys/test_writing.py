"""A course from nothing, in a real browser: written, mended, published, learned and changed."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from tests.conftest import allow
from tests.journeys.test_learner import take_quiz
from tests.journeys.test_trainer import block, ready
from training.administration.roles import TRAINERS, ensure_roles
from training.records.models import Certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LESSONS = ("Paper and card", "Glass and tins", "The collection day")


@pytest.fixture
def trainer(cast):
    ensure_roles()
    cast.ada.groups.add(Group.objects.get(name=TRAINERS))
    return allow(cast.ada, "courses.publish_without_review")


def saved(page):
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").last.wait_for()


def write(area, text):
    """Write into a text of the editor in place of what stands there."""
    area.click()
    area.press("Control+A")
    area.press_sequentially(text)


def give_title(page, title, *, key):
    page.get_by_label("Title").fill(title)
    page.get_by_label("Title").press("End")  # the key is made anew at each key that is pressed
    expect(page.get_by_label("Key")).to_have_value(key)


def add_to_lists(page):
    """Add what questions and claims rest on: a topic and a source."""
    page.goto("/admin/")
    page.locator(".model-topic").get_by_role("link", name="Add").click()
    give_title(page, "Blue bins", key="blue-bins")
    saved(page)
    page.goto("/admin/courses/source/add/")
    give_title(page, "Paper bylaw", key="paper-bylaw")
    page.get_by_label("Kind").select_option("law")
    page.get_by_role("textbox", name="How it was verified").fill("Read at the town hall.")
    page.get_by_label("Publisher").fill("A made-up town")
    page.get_by_label("Year").fill("2021")
    saved(page)


def add_question(page, kind, fill):
    page.goto("/admin/quizzes/item/add/")
    page.get_by_role("link", name=kind).click()
    fill(page)
    page.get_by_label("Topic:").select_option(label="Blue bins")
    page.get_by_role("group", name="Source 1").get_by_label("Source").select_option(index=1)
    saved(page)


def fill_statement(page):
    page.get_by_label("Question").fill("A clean box is for the blue bin.")
    page.get_by_role("radio", name="True").check()
    page.get_by_label("Feedback to “True”").fill("Card is collected with paper.")
    page.get_by_label("Feedback to “False”").fill("Think of what card is made of.")
    page.get_by_label("Use").select_option(label="Check: in a lesson, never graded")


def fill_choices(*answers, right):
    """Return what fills in a question with such answers, of which some are right."""

    def fill(page):
        page.get_by_label("Question").fill(f"Which of these may go in: {', '.join(answers)}?")
        for number, answer in enumerate(answers, 1):
            row = page.get_by_role("group", name=f"Answer {number}", exact=True)
            if not row.count():
                page.get_by_role("button", name="Add another").first.click()
            row.get_by_label("Answer").fill(answer)
            if answer in right:
                row.get_by_label("Right or wrong").select_option(label="Right")
            row.get_by_label("Feedback").fill(f"Look again at the list, under {answer[0]}.")

    return fill


@contextmanager
def added_lesson(page, title):
    """Add a lesson at the home of the course, open for what is written, and save it."""
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Add it at the end").click()
    page.locator(".order-machine").wait_for()
    page.get_by_label("Objectives").fill("Put things into the right bin.")
    page.get_by_role("checkbox", name="Blue bins").check()
    yield
    saved(page)
    page.get_by_role("heading", name="Steps").wait_for()


def add_block(page, kind):
    page.get_by_role("button", name="Add a block at the end").click()
    page.get_by_role("button", name=kind, exact=True).click()
    added = block(page, f"{kind}:")
    added.wait_for()
    ready(page)
    return added


def text_of(container, name="Text"):
    return container.get_by_role("textbox", name=name, exact=True)


def write_scenario(page):
    scenario = add_block(page, "Scenario")
    scenario.get_by_label("Title").fill("The greasy box")
    write(text_of(scenario, "Situation"), "Somebody holds a pizza box over the blue bin.")
    scenario.get_by_label("Question").fill("What do you say?")
    rows = (
        ("Say that greasy card cannot be recycled", "They tear off the clean lid.", True),
        ("Say nothing and walk on", "The load is spoiled.", False),
    )
    for number, (label, outcome, is_better) in enumerate(rows, 1):
        row = scenario.get_by_role("group", name=f"Choice {number}", exact=True)
        row.get_by_role("textbox", name="Choice", exact=True).fill(label)
        write(text_of(row, "What follows"), outcome)
        if is_better:
            row.get_by_label("Response").select_option(label="The better response")
    write(text_of(scenario, "Why the better response is better"), "It saves the load.")


def write_comparison(page):
    comparison = add_block(page, "Comparison")
    comparison.get_by_label("Title").fill("Two bins")
    for number, (heading, point) in enumerate((("Blue bin", "Tins"), ("Grey bin", "Mugs")), 1):
        row = comparison.get_by_role("group", name=f"Column {number}", exact=True)
        row.get_by_role("textbox", name="Heading", exact=True).fill(heading)
        row.get_by_role("textbox", name="Points", exact=True).fill(point)


def write_sorting(page):
    sorting = add_block(page, "Sorting exercise")
    sorting.get_by_label("Title").fill("Into which bin?")
    sorting.get_by_label("Instruction").fill("Choose a bin for each card.")
    for number, name in enumerate(("Blue", "Grey"), 1):
        row = sorting.get_by_role("group", name=f"Bin {number}", exact=True)
        row.get_by_role("textbox", name="Name", exact=True).fill(name)
    cards = (("A jar", "Blue"), ("A mug", "Grey"), ("A tin", "Blue"))
    for number, (text, bin_) in enumerate(cards, 1):
        row = sorting.get_by_role("group", name=f"Card {number}", exact=True)
        row.get_by_role("textbox", name="What the card says", exact=True).fill(text)
        place = row.get_by_label("Belongs in")
        place.select_option(label=f"Bin {1 if bin_ == 'Blue' else 2}: {bin_}")
        row.get_by_role("textbox", name="Why", exact=True).fill("It is on the list.")


def write_course(page):
    page.goto("/admin/courses/course/")
    page.get_by_role("link", name="Add course").click()
    give_title(page, "Blue bins", key="blue-bins")
    page.get_by_label("Summary").fill("What goes into the blue bin.")
    write(text_of(page, "Description"), "For everybody who empties bins.")
    page.get_by_label("Hours").fill("0.5")
    page.get_by_label("Objectives").fill("Sort paper, glass and tins.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Add the first lesson").click()

    with added_lesson(page, LESSONS[0]):
        write(text_of(add_block(page, "Text")), "The blue bin came in 2021. It takes paper.")
        write_scenario(page)
    with added_lesson(page, LESSONS[1]):
        callout = add_block(page, "Callout")
        callout.get_by_label("Kind").select_option(label="In practice")
        write(text_of(callout), "Rinse a jar before it goes in.")
        write_comparison(page)
        write_sorting(page)
    with added_lesson(page, LESSONS[2]):
        write(text_of(add_block(page, "Text")), "Put the bin out the evening before.")
        add_block(page, "Check").locator("select[name$=item]").select_option(index=1)
        write(text_of(add_block(page, "Reflection"), "Prompt"), "Which day is yours?")

    page.get_by_label("Title").fill("Blue bins quiz")
    page.get_by_role("radio", name="A quiz").check()
    page.get_by_role("button", name="Add it at the end").click()
    page.get_by_role("group", name="Part 1").get_by_label("Topic").wait_for()
    saved(page)


def mend_the_checks(page):
    """Follow what the checks ask to its place and mend it there: a claim gets its source."""
    page.get_by_role("link", name="All checks, and what was allowed with a reason").click()
    finding = page.locator(".finding", has_text="figure or a year").first
    finding.get_by_role("link").click()
    ready(page)
    text = text_of(block(page, "Text:"))
    text.click()
    text.press("Home")
    for _ in "The blue bin came in 2021":
        text.press("ArrowRight")
    block(page, "Text:").get_by_role("button", name="Cite a source").click()
    page.get_by_label("Find by any word").fill("bylaw")
    page.get_by_label("Find by any word").press("Enter")
    expect(text).to_contain_text("The blue bin came in 2021[@paper-bylaw]. It takes paper.")
    saved(page)
    assert not page.get_by_text("figure or a year").count()


def publish(page, notes, *, is_material=False):
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Release notes").fill(notes)
    page.get_by_label("Why it is published before peers").fill("It is about bins.")
    if is_material:
        page.get_by_label("Also everyone who has completed an earlier release").check()
    page.get_by_label("Go on although something is still open").check()
    page.get_by_role("button", name="Publish the release").click()
    page.get_by_text("Published release").wait_for()


def learn(page, lessons, *, start="Start the course"):
    """Take the course from its page to the certificate."""
    page.get_by_role("button", name=start).click()
    for lesson in lessons:
        page.get_by_role("heading", level=1, name=lesson).wait_for()
        page.get_by_role("button", name=re.compile("^(Continue to|Finish)")).click()
    page.get_by_role("button", name="Start the quiz").click()
    take_quiz(page, lambda page: None, rightly=True)
    page.get_by_role("link", name="Open your certificate").click()


def change_materially(page):
    page.goto("/admin/courses/course/")
    page.get_by_role("link", name="Blue bins").click()
    page.get_by_role("link", name=LESSONS[1], exact=True).click()
    ready(page)
    write(text_of(block(page, "Callout:")), "Rinse a jar, and leave its lid at home.")
    saved(page)
    page.get_by_text("Show the changes word by word").click()
    page.locator("ins", has_text="lid").first.wait_for()


@pytest.mark.timeout(300)
def test_a_new_course_is_written_published_learned_and_changed(page_at, axe, fits, trainer, cast):
    page = page_at(person=trainer)
    add_to_lists(page)
    add_question(page, "True or false", fill_statement)
    add_question(page, "Single choice", fill_choices("Tins", "Mugs", right=("Tins",)))
    several = fill_choices("Jars", "Cups", "Paper", right=("Jars", "Paper"))
    add_question(page, "Multiple choice", several)
    write_course(page)
    mend_the_checks(page)
    publish(page, "A course about the blue bin.")
    axe(page)
    fits(page)

    learner = page_at(390, person=cast.lena)
    learner.goto("/courses/")
    learner.get_by_role("link", name="Blue bins").first.click()
    learn(learner, LESSONS)
    first = Certificate.objects.get()
    assert first.completion.enrolment.person == cast.lena

    change_materially(page)
    publish(page, "Lids stay at home.", is_material=True)
    page.get_by_text("It is open again for 1 person").wait_for()

    learner.goto("/my-learning/")
    told = learner.get_by_text("This course has changed since you completed it.")
    expect(told).to_contain_text(f"Open again: {LESSONS[1]}")
