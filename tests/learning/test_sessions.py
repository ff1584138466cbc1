"""What happens when a session ends, or another person signs in, in the middle of something."""

import pytest
from django.urls import reverse

from quizzes.models import PaperItem
from quizzes.papers import questions
from tests.factories import PASSWORD
from training.people.keeping import owner_token
from training.records.models import Reflection

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"


@pytest.fixture
def answering(learner):
    """A learner with an open paper, and the fields of an answer to its first question."""
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    asked = questions(attempt)[0]
    fields = {"attempt": attempt.pk, "item": asked.digest, "choice": asked.order[1]}
    return learner, learner.question_url(1), fields


def carried_in(response) -> str:
    return response.context["carried"]


def kept_in(client) -> list[str]:
    return [key for key, _value in client.session.items() if key.startswith("kept:")]


def sign_in(client, person, **more):
    return client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, **more})


def test_an_answer_given_after_the_session_ended_waits_behind_the_sign_in(answering):
    learner, url, fields = answering
    learner.client.logout()
    response = learner.post(url, fields)
    assert response.status_code == 403
    assert "what you wrote is kept" in response.content.decode()
    assert not PaperItem.objects.filter(response__isnull=False).exists()

    signed_in = sign_in(learner.client, learner.person, carried=carried_in(response))
    assert signed_in.url == url
    page = learner.client.get(url)
    assert page.context["form"].options and page.context["has_waiting_answer"]
    chosen = [option.key for option in page.context["form"].options if option.is_chosen]
    assert chosen == [fields["choice"]]


def test_a_wrong_password_on_the_way_does_not_lose_the_answer(answering):
    learner, url, fields = answering
    learner.client.logout()
    carried = carried_in(learner.post(url, fields))
    wrong = learner.client.post(
        SIGN_IN, {"login": learner.person.email, "password": "wrong", "carried": carried}
    )
    assert wrong.status_code == 200
    assert wrong.context["carried"] == carried


@pytest.mark.protection
def test_an_answer_never_comes_to_another_person_who_signs_in(answering, cast):
    learner, url, fields = answering
    learner.client.logout()
    carried = carried_in(learner.post(url, fields))
    response = sign_in(learner.client, cast.otto, carried=carried)
    assert response.url != url
    assert not kept_in(learner.client)
    home = learner.client.get("/", follow=True).content.decode()
    assert "belonged to somebody else" in home


@pytest.mark.protection
def test_a_form_of_another_person_on_the_same_browser_is_refused(answering, cast):
    learner, url, fields = answering
    owner = owner_token(person=learner.person.pk, path=url)
    learner.client.force_login(cast.otto)
    response = learner.client.post(url, {**fields, "owner": owner})
    assert response.status_code == 409
    assert cast.otto.name in response.content.decode()
    assert learner.person.name not in response.content.decode()
    assert not PaperItem.objects.filter(response__isnull=False).exists()


def test_a_form_from_before_signing_in_again_is_kept(answering, client_for):
    learner, url, fields = answering
    strict = client_for(learner.person, enforce_csrf_checks=True)
    learner.client = strict
    response = learner.post(url, {**fields, "csrfmiddlewaretoken": "from another session"})
    assert response.url == url
    page = strict.get(url)
    chosen = [option.key for option in page.context["form"].options if option.is_chosen]
    assert chosen == [fields["choice"]]


def test_a_kept_answer_is_shown_once(answering, client_for):
    learner, url, fields = answering
    learner.client = client_for(learner.person, enforce_csrf_checks=True)
    learner.post(url, fields)
    assert learner.client.get(url).context["has_waiting_answer"]
    assert not learner.client.get(url).context["has_waiting_answer"]


def test_a_forged_form_is_not_kept(answering, client_for):
    learner, url, fields = answering
    strict = client_for(learner.person, enforce_csrf_checks=True)
    response = strict.post(url, fields)
    assert response.status_code == 403
    assert not kept_in(strict)


def test_a_reflection_survives_the_end_of_a_session(learner):
    learner.start()
    lesson, prompt = learner.reflection
    url = learner.url("reflection-save", lesson.key, prompt.key)
    learner.client.logout()
    carried = carried_in(learner.post(url, {"text": "Ospreys nest above the yard."}))
    assert sign_in(learner.client, learner.person, carried=carried).url == url
    page = learner.client.get(url, follow=True).content.decode()
    assert "Ospreys nest above the yard." in page
    assert not Reflection.objects.exists()


def test_a_check_survives_the_end_of_a_session(learner):
    learner.start()
    lesson, check = learner.check
    key = check.item.body.written_order()[-1]
    url = learner.url("check-answer", lesson.key, check.key)
    learner.client.logout()
    carried = carried_in(learner.post(url, {"choice": key}))
    sign_in(learner.client, learner.person, carried=carried)
    page = learner.client.get(url, follow=True).content.decode()
    assert "Your answer was kept while you were signed out" in page


@pytest.mark.parametrize("carried", ["", "nonsense", "a:b:c"])
def test_signing_in_with_a_carried_text_that_was_tampered_with_just_signs_in(client, cast, carried):
    response = sign_in(client, cast.lena, carried=carried)
    assert response.status_code == 302
    assert response.url == reverse("pages:home")


def test_a_page_opened_without_a_session_comes_back_after_signing_in(client, learner):
    learner.start()
    url = learner.url("lesson", learner.lessons[0].key)
    response = client.get(url)
    assert response.url == f"{SIGN_IN}?next={url}"
    signed_in = client.post(response.url, {"login": learner.person.email, "password": PASSWORD})
    assert signed_in.url in (url, f"{SIGN_IN}?next={url}")
