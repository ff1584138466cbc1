"""Lessons: reading, checks in place, private reflections, going on."""

import pytest

from training.records.models import CheckAnswer, Reflection

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(learner):
    learner.start()
    return learner


def check_parts(learner):
    lesson, check = learner.check
    right = sorted(check.item.body.correct_keys())
    wrong = [key for key in check.item.body.written_order() if key not in right][:1]
    return lesson, check, learner.url("check-answer", lesson.key, check.key), right, wrong


def test_opening_a_lesson_completes_nothing(started):
    lesson = started.lessons[0]
    response = started.client.get(started.url("lesson", lesson.key))
    assert lesson.title in response.content.decode()
    assert started.enrolment.progress.get(step_key=lesson.key).completed_at is None


def test_continue_completes_the_lesson_and_opens_the_next(started):
    first, second = started.lessons[:2]
    response = started.post(started.url("lesson-complete", first.key))
    assert response.url == started.url("lesson", second.key)
    assert started.enrolment.progress.get(step_key=first.key).completed_at


def test_completing_a_lesson_again_keeps_the_first_date(started, clock):
    url = started.url("lesson-complete", started.lessons[0].key)
    started.post(url)
    before = started.enrolment.progress.get(step_key=started.lessons[0].key).completed_at
    clock.shift(3600)
    started.post(url)
    assert started.enrolment.progress.get(step_key=started.lessons[0].key).completed_at == before


def test_a_wrong_answer_to_a_check_gets_its_own_feedback_and_not_the_key(started):
    _lesson, check, url, right, wrong = check_parts(started)
    response = started.post(url, {"choice": wrong}, follow=True)
    text = response.content.decode()
    choices = {choice.key: choice for choice in check.item.body.all_choices()}
    assert choices[wrong[0]].feedback in response.wsgi_request.path + text
    assert choices[right[0]].feedback not in text


def test_a_right_answer_to_a_check_is_remembered(started):
    lesson, check, url, right, _wrong = check_parts(started)
    started.post(url, {"choice": right})
    text = started.client.get(started.url("lesson", lesson.key)).content.decode()
    assert next(c for c in check.item.body.all_choices() if c.is_correct).feedback in text
    assert CheckAnswer.objects.get().response == right


@pytest.mark.protection
def test_the_key_of_a_check_reaches_no_browser_before_it_is_answered(started):
    lesson, check, *_rest = check_parts(started)
    text = started.client.get(started.url("lesson", lesson.key)).content.decode()
    for choice in check.item.body.all_choices():
        assert choice.feedback not in text
    assert "is_correct" not in text


def test_a_check_without_an_answer_says_what_is_missing_where_it_happened(started):
    _lesson, _check, url, *_rest = check_parts(started)
    response = started.post(url)
    assert response.status_code == 422
    assert "Choose" in response.content.decode()
    assert not CheckAnswer.objects.exists()


def test_an_answer_that_is_no_choice_is_refused(started):
    _lesson, _check, url, *_rest = check_parts(started)
    assert started.post(url, {"choice": "no-such-choice"}).status_code == 422
    assert not CheckAnswer.objects.exists()


def test_our_script_gets_the_check_alone(started):
    _lesson, _check, url, right, _wrong = check_parts(started)
    response = started.post(url, {"choice": right}, headers={"X-Requested-With": "fetch"})
    text = response.content.decode()
    assert "feedback" in text and "<html" not in text


def test_a_reflection_is_kept_only_when_the_person_chooses(started):
    lesson, prompt = started.reflection
    url = started.url("reflection-save", lesson.key, prompt.key)
    started.post(url, {"text": "Ospreys nest above the yard."})
    text = started.client.get(started.url("lesson", lesson.key)).content.decode()
    assert "Ospreys nest above the yard." in text
    assert Reflection.objects.count() == 1


def test_deleting_a_reflection_leaves_nothing(started):
    lesson, prompt = started.reflection
    address = (lesson.key, prompt.key)
    started.post(started.url("reflection-save", *address), {"text": "Ospreys."})
    started.post(started.url("reflection-delete", *address))
    assert not Reflection.objects.exists()


def test_a_reflection_that_is_too_long_is_shown_back(started):
    lesson, prompt = started.reflection
    words = "osprey " * 900
    response = started.post(started.url("reflection-save", lesson.key, prompt.key), {"text": words})
    assert response.status_code == 422
    assert words.strip() in response.content.decode()
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("name", ["check-answer", "reflection-save", "reflection-delete"], ids=str)
def test_opening_the_address_of_a_form_leads_back_to_its_place(started, name):
    lesson, block = started.check if name == "check-answer" else started.reflection
    response = started.client.get(started.url(name, lesson.key, block.key))
    assert response.url == started.url("lesson", lesson.key) + f"#{block.key}"


def test_a_block_that_is_no_check_is_not_found(started):
    lesson, prompt = started.reflection
    url = started.url("check-answer", lesson.key, prompt.key)
    assert started.post(url, {"choice": "a"}).status_code == 404


def test_a_lesson_is_read_with_at_most_eight_queries(started, django_assert_max_num_queries):
    for lesson in started.lessons:
        url = started.url("lesson", lesson.key)
        started.client.get(url)
        with django_assert_max_num_queries(8):
            started.client.get(url)
