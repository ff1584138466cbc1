"""Peers decide, in a real browser: read on a phone, commented, answered, sent again, published."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from courses.models import Release, Review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def write(page_at, trainer, small_course):
    """Give the trainer's page, and a way to write another summary and send it to reviewers."""
    page = page_at(1280, person=trainer)

    def write(summary: str):
        page.goto(reverse("admin:courses_course_change", args=[small_course.pk]))
        page.get_by_label("Summary").fill(summary)
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto(reverse("admin:courses_course_home", args=[small_course.pk]))
        page.locator(".next a").get_by_text("Send to reviewers").click()
        return page

    return write


def send(page) -> str:
    """Send what is on the page to one reviewer, and return the link to hand over."""
    page.get_by_label("How they are reached").first.select_option("hand")
    page.get_by_label("Release notes").fill("Another summary.")
    page.get_by_role("button", name="Send to reviewers").click()
    page.get_by_text("These links are shown once.").wait_for()
    return page.locator("input[readonly]").first.input_value()


def test_a_peer_asks_for_changes_and_approves_the_next_candidate(
    page_at, axe, fits, write, small_course
):
    page = write("Which bin, and why.")
    axe(page)
    fits(page)
    link = send(page)
    axe(page)

    phone = page_at(390, javascript=False)
    phone.goto(link)
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Start reading").click()
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="When in doubt").click()
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name=re.compile("Comment on this")).first.click()
    axe(phone)
    phone.get_by_label("Your comment").fill("Say who to ask.")
    phone.get_by_role("button", name="Keep the comment").click()
    phone.get_by_text("You said:").wait_for()
    phone.goto(f"{link}quizzes/green-bins/")
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Decide when you have read enough").click()
    axe(phone)
    fits(phone)
    phone.get_by_label("Ask for changes first").check()
    phone.get_by_label("In your own words").fill("Nearly there.")
    phone.get_by_role("button", name="Keep my decision").click()
    phone.get_by_text("Thank you for your review").wait_for()
    axe(phone)

    page.goto(reverse("admin:courses_course_reviews", args=[small_course.pk]))
    page.get_by_label("Your answer").fill("The caretaker: added.")
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_text("Answered a comment of a reviewer.").wait_for()
    axe(page)
    fits(page)

    page = write("Which bin, why, and whom to ask.")
    page.get_by_label("Did they read an earlier candidate?").first.select_option(index=1)
    link = send(page)
    phone.goto(link)
    phone.get_by_role("button", name="Start reading").click()
    phone.get_by_role("link", name="Your review").click()
    phone.get_by_text("The caretaker: added.").wait_for()
    phone.get_by_role("link", name="What changed since the candidate that you read").click()
    phone.get_by_text("whom to ask", exact=False).first.wait_for()
    axe(phone)
    fits(phone)
    phone.goto(f"{link}decision/")
    phone.get_by_label("Approve: staff may learn from this").check()
    phone.get_by_role("button", name="Keep my decision").click()
    phone.get_by_text("Thank you for your review").wait_for()

    page.goto(reverse("admin:courses_course_home", args=[small_course.pk]))
    page.locator(".next a").get_by_text("Publish a new release").click()
    axe(page)
    page.get_by_role("button", name="Publish candidate 3").click()
    page.get_by_text("Published release 3.").wait_for()
    assert Release.objects.current().get().summary == "Which bin, why, and whom to ask."
    assert [each.verdict for each in Review.objects.order_by("pk")] == ["changes", "approve"]
