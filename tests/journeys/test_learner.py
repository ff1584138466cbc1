"""A staff member's whole way, in a real browser: from signing in to the public verification."""

from __future__ import annotations

import re

import pytest

from courses.documents import LessonStep
from courses.models import Release
from courses.reading import read_release
from quizzes.models import Attempt
from quizzes.papers import questions
from tests.factories import PASSWORD
from training.records.models import Certificate, Reflection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = [
    pytest.param(390, "light", True, id="phone-light"),
    pytest.param(1280, "dark", True, id="desktop-dark", marks=pytest.mark.slow),
    pytest.param(390, "dark", False, id="phone-dark-without-javascript", marks=pytest.mark.slow),
    pytest.param(1280, "light", False, id="desktop-light-without-javascript"),
]


@pytest.fixture
def look(axe, fits):
    """Check a page as it stands: accessible, and no wider than the window."""

    def at(page):
        axe(page)
        fits(page)

    return at


def sign_in(page, person):
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Email address").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/my-learning/")


def answer_question(page, asked, *, rightly=True):
    right = asked.item.body.correct_keys()
    keys = right if rightly else [key for key in asked.order if key not in right][:1]
    for key in keys:
        page.locator(f'input[name=choice][value="{key}"]').check()


@pytest.mark.parametrize(("width", "scheme", "javascript"), WAYS)
def test_from_signing_in_to_the_certificate(
    page_at, look, cast, small_course, width, scheme, javascript
):
    page = page_at(width, scheme=scheme, javascript=javascript)
    document = read_release(Release.objects.current().get(course=small_course))
    sign_in(page, cast.lena)
    look(page)
    page.get_by_role("link", name=document.title).click()
    look(page)
    page.get_by_role("button", name="Start the course").click()

    for lesson in [step for step in document.steps if isinstance(step, LessonStep)]:
        page.wait_for_url(f"**/{lesson.key}/**")
        look(page)
        take_lesson(page, lesson)
        look(page)
        page.get_by_role("button", name=re.compile("^(Continue to|Finish)")).click()

    page.get_by_role("button", name="Start the quiz").click()
    take_quiz(page, look, rightly=False)
    page.get_by_role("heading", name="Not passed yet").wait_for()
    look(page)
    page.get_by_role("button", name="Try again").click()
    take_quiz(page, look, rightly=True)
    page.get_by_role("heading", name="You passed").wait_for()
    look(page)
    page.get_by_role("link", name="Open your certificate").click()
    page.get_by_text(cast.lena.name).first.wait_for()
    look(page)
    page.goto("/my-learning/")
    page.get_by_text("Completed on").wait_for()
    look(page)


def take_lesson(page, lesson):
    """Answer the first check of a lesson wrongly, then rightly, and keep a reflection."""
    form = page.locator("form[action*='/checks/']").first
    if form.count():
        form.locator("input").last.check()
        form.get_by_role("button", name="Check").click()
        page.locator(".feedback").first.wait_for()
    area = page.get_by_label("Your reflection").first
    if area.count():
        area.fill("Ospreys nest above the yard.")
        page.get_by_role("button", name="Keep for me").first.click()
        page.get_by_text(re.compile("^Kept ")).first.wait_for()


def take_quiz(page, look, *, rightly):
    page.wait_for_url("**/questions/1/")
    attempt = Attempt.objects.open().get()
    for asked in questions(attempt):
        if asked.position == 1:
            look(page)
        answer_question(page, asked, rightly=rightly)
        page.get_by_role("button", name=re.compile("^Save and")).click()
        page.wait_for_url(re.compile(f"questions/{asked.position + 1}/|answers/"))
    look(page)
    page.get_by_role("button", name="Send your answers").click()
    page.wait_for_url("**/results/*/")


def test_a_stranger_verifies_the_certificate(page_at, look, learner_for, cast):
    learner_for(cast.lena).complete()
    page = page_at(390)
    page.goto("/verify/")
    look(page)
    page.get_by_label("Certificate code").fill(Certificate.objects.get().code)
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("heading", name="This certificate is valid").wait_for()
    look(page)
    assert Certificate.objects.get().code not in page.url


def test_an_answer_is_saved_as_soon_as_it_is_given(page_at, learner_for, cast):
    learner = learner_for(cast.lena)
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    page = page_at(390, person=cast.lena)
    page.goto(learner.question_url(1))
    page.locator("input[name=choice]").first.check()
    page.get_by_text("Saved", exact=True).wait_for()
    assert questions(attempt)[0].response


def test_going_on_from_another_device(page_at, learner_for, cast):
    learner = learner_for(cast.lena)
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    learner.answer(attempt, 1)
    page = page_at(390, person=cast.lena)
    page.goto("/my-learning/")
    page.get_by_role("link", name=re.compile("^Continue")).click()
    page.get_by_role("button", name="Continue the quiz").click()
    page.wait_for_url("**/questions/2/")


def test_the_back_button_after_sending_changes_nothing(page_at, learner_for, cast):
    learner = learner_for(cast.lena)
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    learner.answer_all(attempt)
    page = page_at(1280, person=cast.lena)
    page.goto(learner.url("answers", learner.quiz.key))
    page.get_by_role("button", name="Send your answers").click()
    page.wait_for_url("**/results/*/")
    page.go_back()
    if page.get_by_role("button", name="Send your answers").count():
        page.get_by_role("button", name="Send your answers").click()
        page.wait_for_url("**/results/*/")
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_session_that_ends_in_the_middle_of_a_question_loses_nothing(
    page_at, watch, learner_for, cast, javascript
):
    learner = learner_for(cast.lena)
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    page = page_at(390, person=cast.lena, javascript=javascript)
    page.goto(learner.question_url(1))
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=choice]").last.check()
    page.get_by_role("button", name=re.compile("^Save and")).click()
    page.get_by_text("what you wrote is kept").wait_for()
    page.get_by_label("Email address").fill(cast.lena.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/questions/1/")
    assert page.locator("input[name=choice]").last.is_checked()
    page.get_by_role("button", name=re.compile("^Save and")).click()
    page.wait_for_url("**/questions/2/")
    assert questions(attempt)[0].response == [questions(attempt)[0].order[-1]]
    # The script was told that there is no session; the page said "Not saved yet".
    watch.problems = [row for row in watch.problems if not row.startswith("403: ")]


def test_a_lesson_is_worked_through_by_keyboard_alone(page_at, learner_for, cast):
    learner = learner_for(cast.lena)
    learner.start()
    lesson, _check = learner.check
    page = page_at(1280, person=cast.lena)
    page.goto(learner.url("lesson", lesson.key))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "choice":
            break
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".feedback").first.wait_for()
    assert page.evaluate("document.activeElement.classList.contains('feedback')")


def test_a_reflection_of_one_person_is_on_no_page_of_another(page_at, learner_for, cast):
    lena, otto = learner_for(cast.lena), learner_for(cast.otto)
    for learner in (lena, otto):
        learner.start()
    lesson, prompt = lena.reflection
    lena.post(lena.url("reflection-save", lesson.key, prompt.key), {"text": "Ospreys."})
    page = page_at(390, person=cast.otto)
    page.goto(otto.url("lesson", lesson.key))
    assert "Ospreys" not in page.content()
    assert Reflection.objects.get().enrolment.person == cast.lena
