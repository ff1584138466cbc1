"""Five questions before a course and after it: counted, and nothing kept of who answered."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import BeforeEntry
from quizzes import rules
from quizzes.models import Item, Tally, Topic
from tests import factories
from tests.conftest import NOW, learners_of, sign_in
from training.administration.roles import TRAINERS, ensure_roles
from training.learning.views import tallies
from training.people.keeping import owner_token
from training.records.models import Enrolment

pytestmark = pytest.mark.django_db

BEFORE, AFTER, COURSE = (f"/courses/green-bins/{page}" for page in ("before/", "after/", ""))
KEYS = [f"before-{number}" for number in range(1, 6)]
WHY = "Paper rots slowly."


@pytest.fixture
def asked(small_course, ada):
    """Let the small course ask five questions before it begins."""
    topic = Topic.objects.get(key="what-goes-where")
    body = {
        "type": "true-false",
        "answer": True,
        "feedback_true": WHY,
        "feedback_false": "No, it does not.",
    }
    for number, key in enumerate(KEYS, 1):
        stem = f"Is bin {number} green?"
        item = Item.objects.create(key=key, topic=topic, use="before", body=body | {"stem": stem})
        BeforeEntry.objects.create(course=small_course, item=item, position=number)
    return factories.publish_early(small_course, by=ada, at=NOW)


@pytest.fixture
def learner(asked, small_course, lena):
    return learners_of(small_course)(lena)


def answers(*, right: int = 5) -> dict[str, str]:
    """Return a form in which so many of the five are right."""
    return {f"{key}-choice": "true" if at < right else "false" for at, key in enumerate(KEYS)}


def answer(person, fields, path: str = BEFORE, client=None):
    client = client or sign_in(person)
    owner = owner_token(person=person.pk, path=path)
    return client.post(path, fields | {"owner": owner})


def text_of(response) -> str:
    return response.content.decode()


def counts(moment: str) -> list[tuple[int, int]]:
    rows = Tally.objects.filter(moment=moment).order_by("item_version__item__key")
    return list(rows.values_list("people_count", "right_count"))


def rows() -> dict[str, list[dict]]:
    """Return every row but tallies and sessions."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in (Tally, Session) and model._meta.managed
    }


def test_the_five_are_offered_before_the_course_and_add_to_tallies(learner):
    assert "Answer five questions first" in text_of(learner.client.get(COURSE))
    page = text_of(learner.client.get(BEFORE))
    for number in range(1, 6):
        assert f"Is bin {number} green?" in page
    assert WHY not in page
    sent = answer(learner.person, answers(right=2), client=learner.client)
    assert sent.url == COURSE
    assert counts("before") == [(1, 1), (1, 1), (1, 0), (1, 0), (1, 0)]
    after = text_of(learner.client.get(COURSE))
    assert "Thank you. Your answers were counted." in after
    assert "Answer five questions first" not in after


@pytest.mark.protection
def test_nothing_is_stored_of_who_answered_or_what(learner):
    learner.client.get(COURSE)
    before = rows()
    answer(learner.person, answers(right=3), client=learner.client)
    assert rows() == before
    kept = learner.client.session
    assert set(kept.keys()) <= {
        "_auth_user_id",
        "_auth_user_backend",
        "_auth_user_hash",
        "_messages",
        "answered-without-a-name",
    }
    assert kept["answered-without-a-name"] == ["before:green-bins"]


def test_nobody_is_counted_twice_in_a_session(learner):
    for _ in range(2):
        answer(learner.person, answers(), client=learner.client)
    assert counts("before") == [(1, 1)] * 5


def test_a_question_without_an_answer_is_named_and_nothing_is_lost(learner):
    fields = answers()
    del fields["before-3-choice"]
    refused = answer(learner.person, fields, client=learner.client)
    assert refused.status_code == 422
    assert text_of(refused).count("checked") == 4
    assert 'href="#before-3-choice"' in text_of(refused)
    assert "Question 3 of 5" in text_of(refused)
    assert not Tally.objects.exists()


def test_what_was_chosen_survives_the_end_of_a_session(learner, lena):
    client = sign_in(None)
    fields = answers() | {"owner": owner_token(person=lena.pk, path=BEFORE)}
    page = client.post(BEFORE, fields)
    assert page.status_code == 403
    carried = page.context["carried"]
    credentials = {"login": lena.email, "password": factories.PASSWORD, "carried": carried}
    client.post(f"{reverse('account_login')}?next={BEFORE}", credentials)
    assert text_of(client.get(BEFORE)).count("checked") == 5


def test_after_the_start_they_are_not_asked_and_after_completion_once_more(learner):
    learner.start()
    assert learner.client.get(BEFORE).url == COURSE
    assert learner.client.get(AFTER).url == COURSE
    learner.do_lessons()
    learner.take_quiz()
    assert "before the course again" in text_of(learner.client.get(COURSE))
    assert WHY not in text_of(learner.client.get(AFTER))
    result = answer(learner.person, answers(right=4), AFTER, client=learner.client)
    assert result.status_code == 200
    assert WHY in text_of(result)
    assert counts("after") == [(1, 1)] * 4 + [(1, 0)]
    assert not Tally.objects.filter(moment="before").exists()


def test_who_took_the_course_before_is_not_counted_before_it_again(learner, small_course):
    learner.complete()
    Enrolment.objects.create(person=learner.person, course=small_course, cycle=2)
    assert "Answer five questions first" not in text_of(learner.client.get(COURSE))
    assert learner.client.get(BEFORE).url == COURSE
    assert answer(learner.person, answers(), client=learner.client).url == COURSE
    assert not Tally.objects.exists()


def test_a_course_without_such_questions_offers_none(small_course, client_for, lena):
    client = client_for(lena)
    assert "five questions" not in text_of(client.get(COURSE))
    assert client.get(BEFORE).url == COURSE


@pytest.mark.protection
@pytest.mark.parametrize("is_switched_off", [False, True])
def test_who_sees_the_figures_cannot_make_up_a_group_around_one_person(
    learner, ada, client_for, monkeypatch, is_switched_off
):
    ensure_roles()
    ada.groups.add(Group.objects.get(name=TRAINERS))
    if is_switched_off:
        monkeypatch.setattr(tallies, "edits_courses", lambda _person: False)
    offered = "Answer five questions first" in text_of(client_for(ada).get(COURSE))
    assert offered == is_switched_off
    answer(ada, answers())
    assert Tally.objects.exists() == is_switched_off


# --- What trainers see ----------------------------------------------------------------------------


@pytest.fixture
def learned(asked, small_course, ada, client_for):
    """Give a trainer's page of what groups learn."""
    ensure_roles()
    ada.groups.add(Group.objects.get(name=TRAINERS))
    url = reverse("admin:courses_course_learned", args=[small_course.pk])
    return lambda: text_of(client_for(ada).get(url))


def many_answer(count: int, *, right: int) -> None:
    for _ in range(count):
        answer(factories.make_person(), answers(right=right))


@pytest.mark.protection
@pytest.mark.parametrize("is_switched_off", [False, True])
def test_trainers_see_groups_of_five_in_steps_of_five(learned, monkeypatch, is_switched_off):
    if is_switched_off:
        monkeypatch.setattr(rules, "FEWEST", 1)
        monkeypatch.setattr(rules, "STEP", 1)
    many_answer(4, right=5)
    assert ("of 4 people" in learned()) == is_switched_off
    many_answer(1, right=0)
    assert "of 5 people" in learned()
    many_answer(4, right=0)
    assert ("of 9 people" in learned()) == is_switched_off
    many_answer(1, right=0)
    assert "of 10 people" in learned()


def test_the_questions_stand_in_the_order_in_which_they_are_asked(learned):
    entries = BeforeEntry.objects.order_by("position")
    for place, entry in enumerate(reversed(entries), 1):
        BeforeEntry.objects.filter(pk=entry.pk).update(position=place)
    many_answer(5, right=3)
    page = learned()
    places = [page.index(f"Is bin {number} green?") for number in (5, 4, 3, 2, 1)]
    assert places == sorted(places)


def test_all_and_none_are_told_as_bounds(learned):
    many_answer(5, right=5)
    page = learned()
    assert page.count("at least 80 %") == 5
    assert "100 %" not in page.replace('width="100%"', "")
    assert "too few to tell" in page


def test_the_page_says_when_nobody_answered_or_nothing_is_asked(learned, small_course):
    assert "Nobody has answered them yet." in learned()
    BeforeEntry.objects.all().delete()
    assert "asks no questions before it begins" in learned()


def test_the_page_takes_as_many_queries_however_many_answered(learned):
    many_answer(5, right=3)
    learned()
    with CaptureQueriesContext(connection) as few:
        learned()
    many_answer(5, right=3)
    with CaptureQueriesContext(connection) as many:
        learned()
    assert len(many) == len(few)
