"""A quiz: from its first page to the result, and everything that can come in between."""

import pytest
from django.urls import reverse

from quizzes.models import Attempt, PaperItem
from quizzes.papers import questions
from training.records.models import Certificate, Completion

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(learner):
    """A learner who has done the lessons."""
    learner.start()
    learner.do_lessons()
    return learner


def text_of(response) -> str:
    return response.content.decode()


def test_the_quiz_waits_for_the_lessons(learner):
    learner.start()
    assert "opens when the lessons" in text_of(
        learner.client.get(learner.url("quiz", learner.quiz.key))
    )
    learner.post(learner.url("quiz-start", learner.quiz.key))
    assert not Attempt.objects.exists()


def test_starting_opens_the_first_question(ready):
    response = ready.post(ready.url("quiz-start", ready.quiz.key))
    assert response.url == ready.question_url(1)


def test_starting_twice_keeps_one_paper(ready):
    first = ready.start_quiz()
    assert ready.start_quiz() == first


@pytest.mark.protection
def test_a_question_shows_no_key_and_no_feedback(ready):
    attempt = ready.start_quiz()
    for asked in questions(attempt):
        text = text_of(ready.client.get(ready.question_url(asked.position)))
        assert asked.item.body.stem in text
        for choice in asked.item.body.all_choices():
            assert choice.feedback not in text


def test_each_answer_is_saved_at_once_and_leads_on(ready):
    attempt = ready.start_quiz()
    response = ready.answer(attempt, 1)
    assert response.url == ready.question_url(2)
    assert PaperItem.objects.get(attempt=attempt, position=1).response is not None


def test_leaving_and_coming_back_goes_on_at_the_open_question(ready, client_for):
    attempt = ready.start_quiz()
    ready.answer(attempt, 1)
    ready.client = client_for(ready.person)
    assert ready.post(ready.url("quiz-start", ready.quiz.key)).url == ready.question_url(2)


def test_a_question_without_an_answer_says_so_in_its_place(ready):
    attempt = ready.start_quiz()
    asked = questions(attempt)[0]
    response = ready.post(ready.question_url(1), {"attempt": attempt.pk, "item": asked.digest})
    assert response.status_code == 422
    assert "There is a problem" in text_of(response)


def test_the_last_question_leads_to_checking_the_answers(ready):
    attempt = ready.start_quiz()
    ready.answer_all(attempt)
    text = text_of(ready.client.get(ready.url("answers", ready.quiz.key)))
    assert "Send your answers" in text
    for asked in questions(attempt):
        assert asked.item.body.stem in text


def test_an_answer_changed_from_the_check_leads_back_to_it(ready):
    attempt = ready.start_quiz()
    ready.answer_all(attempt)
    asked = questions(attempt)[0]
    response = ready.post(
        ready.question_url(1),
        {"attempt": attempt.pk, "item": asked.digest, "choice": asked.order[0], "from": "answers"},
    )
    assert response.url == ready.url("answers", ready.quiz.key)


def test_an_unfinished_paper_cannot_be_sent(ready):
    attempt = ready.start_quiz()
    ready.answer(attempt, 1)
    response = ready.submit(attempt, follow=True)
    assert "Some questions have no answer yet" in text_of(response)
    attempt.refresh_from_db()
    assert attempt.is_open


def test_a_passed_quiz_completes_the_course_and_makes_the_certificate(ready):
    attempt = ready.take_quiz()
    text = text_of(ready.client.get(ready.url("result", ready.quiz.key, attempt.pk)))
    assert "You passed" in text and "Open your certificate" in text
    assert Completion.objects.count() == Certificate.objects.count() == 1
    assert ready.enrolment.is_completed


def test_a_failed_quiz_shows_why_and_where_but_not_the_key(ready):
    attempt = ready.take_quiz(rightly=False)
    text = text_of(ready.client.get(ready.url("result", ready.quiz.key, attempt.pk)))
    assert "Not passed yet" in text
    assert any(lesson.title in text for lesson in ready.lessons)
    for asked in questions(attempt):
        for choice in asked.item.body.all_choices():
            is_told = choice.key in asked.response and not asked.item.body.takes_many
            assert (choice.feedback in text) == is_told
    assert not Completion.objects.exists()


def test_a_retake_has_a_new_paper(ready):
    first = ready.take_quiz(rightly=False)
    second = ready.start_quiz()
    drawn = [{row.digest for row in questions(attempt)} for attempt in (first, second)]
    assert not drawn[0] & drawn[1]


def test_sending_twice_grades_once_and_shows_the_same_result(ready):
    attempt = ready.start_quiz()
    ready.answer_all(attempt)
    first, second = ready.submit(attempt), ready.submit(attempt)
    assert first.url == second.url
    assert Completion.objects.count() == Certificate.objects.count() == 1


@pytest.mark.protection
def test_a_stale_form_cannot_change_a_submitted_attempt(ready):
    attempt = ready.take_quiz(rightly=False)
    before = list(PaperItem.objects.filter(attempt=attempt).values_list("response", flat=True))
    response = ready.answer(attempt, 1)
    assert response.status_code == 409
    assert "This answer was not saved" in text_of(response)
    after = list(PaperItem.objects.filter(attempt=attempt).values_list("response", flat=True))
    assert after == before


def test_a_form_of_an_earlier_paper_changes_nothing_and_shows_the_answer_back(ready):
    first = ready.take_quiz(rightly=False)
    second = ready.start_quiz()
    response = ready.answer(first, 1)
    assert response.status_code == 409
    assert not PaperItem.objects.filter(attempt=second, response__isnull=False).exists()
    asked = questions(first)[0]
    right = next(c for c in asked.item.body.all_choices() if c.is_correct)
    assert right.text in text_of(response)


def test_an_answer_to_another_question_than_the_page_showed_is_not_saved(ready):
    attempt = ready.start_quiz()
    asked = questions(attempt)[1]
    response = ready.post(
        ready.question_url(1),
        {"attempt": attempt.pk, "item": asked.digest, "choice": asked.order[0]},
    )
    assert response.status_code == 409
    assert not PaperItem.objects.filter(response__isnull=False).exists()


def test_the_back_button_after_sending_leads_to_the_quiz_page(ready):
    ready.take_quiz()
    assert ready.client.get(ready.question_url(1)).url == ready.url("quiz", ready.quiz.key)
    assert ready.client.get(ready.url("answers", ready.quiz.key)).status_code == 302


def test_a_position_beyond_the_paper_leads_to_the_open_question(ready):
    ready.start_quiz()
    assert ready.client.get(ready.question_url(99)).url == ready.question_url(1)


def test_our_script_is_told_that_an_answer_was_saved(ready):
    attempt = ready.start_quiz()
    response = ready.answer(attempt, 1, headers={"X-Requested-With": "fetch"})
    assert response.json() == {"saved": True}


def test_a_pass_in_an_earlier_attempt_shows_the_key_of_all(ready):
    failed = ready.take_quiz(rightly=False)
    ready.take_quiz()
    text = text_of(ready.client.get(ready.url("result", ready.quiz.key, failed.pk)))
    asked = questions(failed)[0]
    assert next(c for c in asked.item.body.all_choices() if c.is_correct).feedback in text


@pytest.mark.protection
def test_nobody_reaches_the_attempt_of_another(ready, learner_for, cast):
    attempt = ready.take_quiz()
    otto = learner_for(cast.otto)
    otto.start()
    otto.do_lessons()
    assert otto.client.get(otto.url("result", otto.quiz.key, attempt.pk)).status_code == 404
    assert otto.submit(attempt).status_code == 404
    own = otto.start_quiz()
    asked = questions(own)[0]
    fields = {"attempt": attempt.pk, "item": asked.digest, "choice": asked.order[0]}
    assert otto.post(otto.question_url(1), fields).status_code == 404
    assert not PaperItem.objects.filter(attempt=own, response__isnull=False).exists()


def test_the_certificate_page_is_its_owners_alone(ready, client_for, cast):
    ready.take_quiz()
    url = reverse("learning:certificate", args=[Certificate.objects.get().code])
    assert ready.person.name in text_of(ready.client.get(url))
    assert client_for(cast.otto).get(url).status_code == 404
    assert client_for(cast.max).get(url).status_code == 404
