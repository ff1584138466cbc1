"""The item bank in the admin: found, tried, edited in plain forms, retired; and quizzes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses import models
from courses.drafts import draft_digest
from quizzes.models import Item, Quiz, Topic
from tests.conftest import allow
from tests.courses.test_admin import address, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    return client_for(ada)


@pytest.fixture
def topic(small_course) -> Topic:
    return Topic.objects.get(key="what-goes-where")


@pytest.fixture
def source(small_course) -> models.Source:
    return models.Source.objects.get(key="bin-bylaw")


def text_of(response) -> str:
    return response.content.decode()


def listed(client, **filters) -> set[str]:
    page = client.get(reverse("admin:quizzes_item_changelist"), filters)
    return {row.key for row in page.context["cl"].queryset}


def item_of(tag: str) -> Item:
    return Item.objects.filter(body__type=tag).first()


def add(client, tag: str, topic, source, **fields):
    sent = {"stem": "Which bin?", "topic": topic.pk, "use": "quiz", "sources-source": [source.pk]}
    return client.post(f"{reverse('admin:quizzes_item_add')}?type={tag}", sent | fields)


def rows(*choices: tuple[str, str, str]) -> dict[str, list[str]]:
    """Return what the rows of answers send, and the empty one at their end."""
    texts, right, feedback = zip(*choices, ("", "", ""), strict=True)
    return {
        "choices-key": [""] * len(texts),
        "choices-text": list(texts),
        "choices-is_correct": list(right),
        "choices-feedback": list(feedback),
    }


THREE = (("Green", "True", "Yes."), ("Blue", "", "Not quite."), ("Grey", "", "Look again."))


# --- Finding ------------------------------------------------------------------------------------


def test_items_are_found_by_type_use_topic_course_and_words(client, topic):
    elsewhere = Topic.objects.create(key="rivers", title="Rivers")
    Item.objects.create(key="ferry", topic=elsewhere, body={"type": "single", "stem": "Ferry?"})

    assert listed(client, q="ferry") == {"ferry"}
    assert listed(client, type="multiple") == set(
        Item.objects.filter(body__type="multiple").values_list("key", flat=True)
    )
    assert "ferry" not in listed(client, course="green-bins")
    assert listed(client, course="green-bins") == set(
        Item.objects.exclude(key="ferry").values_list("key", flat=True)
    )
    assert listed(client, use__exact="check") == set(
        Item.objects.filter(use="check").values_list("key", flat=True)
    )
    assert listed(client, topic__id__exact=str(elsewhere.pk)) == {"ferry"}


def test_an_item_says_which_quizzes_lessons_and_releases_have_it(client):
    asked = text_of(client.get(address(Item.objects.get(key="newspaper"))))
    shown = models.Check.objects.first()
    checked = text_of(client.get(address(shown.item)))

    assert f'href="{address(Quiz.objects.get())}"' in asked
    assert "drawn at random" in asked
    assert f'href="{address(models.Release.objects.get())}"' in asked
    assert f'href="{address(shown.parent)}"' in checked
    assert f'href="{address(models.Release.objects.get())}"' in checked
    assert reverse("learning:preview-item", args=["newspaper"]) in asked


def test_an_item_says_before_which_course_it_is_asked(client, small_course, topic):
    body = Item.objects.get(key="newspaper").body
    item = Item.objects.create(key="first", topic=topic, use=Item.Use.BEFORE, body=body)
    models.BeforeEntry.objects.create(course=small_course, item=item)
    assert f'href="{address(small_course)}"' in text_of(client.get(address(item)))
    assert "first" in listed(client, course=small_course.key)


def test_an_empty_form_has_the_rows_that_must_be_filled_in(client):
    page = text_of(client.get(f"{reverse('admin:quizzes_item_add')}?type=single"))
    assert page.count('name="choices-text"') == 2
    assert page.count('name="sources-source"') == 1


# --- Editing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["single", "multiple", "true-false"])
def test_an_item_that_is_saved_without_a_change_is_the_same(client, tag, small_course):
    item, before = item_of(tag), draft_digest(small_course)
    page = client.get(address(item))
    assert "{" not in page.context["adminform"].form["stem"].value()

    assert client.post(address(item), posted(page)).status_code == 302

    after = Item.objects.get(pk=item.pk)
    assert (after.body, after.version) == (item.body, item.version)
    assert draft_digest(small_course) == before


@pytest.mark.parametrize("tag", ["single", "multiple", "true-false"])
def test_the_question_of_every_type_is_changed_in_its_plain_form(client, tag):
    item = item_of(tag)
    page = client.get(address(item))

    client.post(address(item), posted(page, stem="  Which   bin now? "))

    after = Item.objects.get(pk=item.pk)
    assert after.body == {**item.body, "stem": "Which bin now?"}
    assert (after.key, after.version) == (item.key, item.version + 1)


def test_choices_are_changed_added_and_taken_away_and_keep_their_keys(client):
    item = item_of("single")
    page = client.get(address(item))
    first, second, *_rest = item.body["choices"]
    sent = posted(page) | {
        "choices-key": [second["key"], first["key"], ""],
        "choices-text": ["Moved up", "Moved down", "New"],
        "choices-is_correct": ["True", "", ""],
        "choices-feedback": ["Yes.", "No.", "Not quite."],
    }

    assert client.post(address(item), sent).status_code == 302

    choices = Item.objects.get(pk=item.pk).body["choices"]
    assert [choice["text"] for choice in choices] == ["Moved up", "Moved down", "New"]
    assert [choice["key"] for choice in choices][:2] == [second["key"], first["key"]]
    assert [bool(choice.get("is_correct")) for choice in choices] == [True, False, False]


def test_an_item_of_each_type_is_added(client, topic, source):
    page = text_of(client.get(reverse("admin:quizzes_item_add")))
    assert all(f"?type={tag}" in page for tag in ("single", "multiple", "true-false"))

    assert add(client, "single", topic, source, **rows(*THREE)).status_code == 302
    both = add(client, "multiple", topic, source, scoring="partial", **rows(*THREE))
    assert both.status_code == 302
    says = {"answer": "False", "feedback_true": "Look again.", "feedback_false": "Yes."}
    assert add(client, "true-false", topic, source, **says).status_code == 302

    made = Item.objects.filter(body__stem="Which bin?").order_by("pk")
    assert [item.body["type"] for item in made] == ["single", "multiple", "true-false"]
    assert made[2].body["answer"] is False
    assert all(item.key.startswith("which-bin-") for item in made)
    assert [row.source for row in made[0].item_sources.all()] == [source]


@pytest.mark.parametrize(
    ("tag", "fields", "message"),
    [
        ("single", rows(("A", "", "a"), ("B", "", "b")), "Mark exactly one answer as right."),
        ("multiple", rows(*THREE[1:]), "at least one wrong"),
        ("single", rows(*THREE[:1]), "Fill in at least 2."),
        ("single", rows(("A", "True", "a"), ("A", "", "b")), "two choices have the same text"),
        ("single", rows(("A", "True", ""), ("B", "", "b")), "Answer 1, Feedback"),
        ("single", rows(*THREE) | {"sources-source": [""]}, "Fill in at least 1."),
        ("true-false", {"feedback_true": "a", "feedback_false": "b"}, "This field is required."),
        ("single", rows(*THREE) | {"stem": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_saved(
    client, topic, source, tag, fields, message
):
    before = Item.objects.count()
    response = add(client, tag, topic, source, **fields)
    assert response.status_code == 200
    assert message in " ".join(map(str, response.context["errors"]))
    assert Item.objects.count() == before


def test_an_item_with_mistakes_opens_and_says_what_they_are(client):
    item = item_of("single")
    Item.objects.filter(pk=item.pk).update(body={"type": "single", "stem": "", "choices": []})
    assert "it has no stem; write the question" in text_of(client.get(address(item)))
    Item.objects.filter(pk=item.pk).update(body={"type": "essay", "stem": "Why?"})
    assert client.get(address(item)).status_code == 200


def test_two_who_edit_one_item_are_shown_both(client):
    item = item_of("single")
    first, second = client.get(address(item)), client.get(address(item))
    client.post(address(item), posted(first, stem="Theirs?"))

    response = client.post(address(item), posted(second, stem="Mine?"))

    assert response.status_code == 409
    assert "Theirs?" in text_of(response) and "Mine?" in text_of(response)


# --- Retiring -----------------------------------------------------------------------------------


def test_an_item_is_retired_and_restored_by_a_button(client):
    item = Item.objects.get(key="newspaper")
    retire = reverse("admin:quizzes_item_retire", args=[item.pk])
    restore = reverse("admin:quizzes_item_restore", args=[item.pk])
    assert f'action="{retire}"' in text_of(client.get(address(item)))

    client.get(retire)
    assert Item.objects.get(pk=item.pk).retired_at is None
    client.post(retire)
    assert Item.objects.get(pk=item.pk).retired_at
    assert f'action="{restore}"' in text_of(client.get(address(item)))
    client.post(restore)
    after = Item.objects.get(pk=item.pk)
    assert after.retired_at is None
    assert after.version == item.version + 2


@pytest.mark.protection
def test_who_may_only_look_changes_nothing(client_for, ada, small_course):
    client = client_for(allow(ada, "quizzes.view_item"))
    item = Item.objects.get(key="newspaper")

    assert client.get(address(item)).status_code == 200
    assert client.post(reverse("admin:quizzes_item_retire", args=[item.pk])).status_code == 403
    assert client.post(address(item), {"stem": "Mine?"}).status_code == 403
    assert client.get(reverse("admin:quizzes_item_add")).status_code == 403
    assert Item.objects.get(pk=item.pk).body == item.body


@pytest.mark.protection
def test_items_are_retired_and_not_deleted(client):
    item = Item.objects.get(key="newspaper")
    assert client.post(address(item, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:quizzes_item_changelist")).context["action_form"] is None


# --- Quizzes ------------------------------------------------------------------------------------


def test_a_quiz_is_edited_in_rows(client, topic):
    quiz, item = Quiz.objects.get(), Item.objects.get(key="newspaper")
    page = client.get(address(quiz))
    assert "It draws from 6 items." in text_of(page)

    sent = posted(page, pass_percent="75", attempts="3") | {
        "parts-topic": [str(topic.pk), "", ""],
        "parts-count": ["2", "1", ""],
        "fixed-item": [str(item.pk), ""],
    }
    assert client.post(address(quiz), sent).status_code == 302

    quiz.refresh_from_db()
    assert (quiz.pass_percent, quiz.attempts) == (75, 3)
    assert [(part.topic, part.count) for part in quiz.parts.all()] == [(topic, 2), (None, 1)]
    assert [row.item for row in quiz.fixed.all()] == [item]


def test_a_saved_quiz_leads_back_to_its_course(client, small_course):
    quiz = Quiz.objects.get()
    saved = client.post(address(quiz), posted(client.get(address(quiz))))
    assert saved.url == reverse("admin:courses_course_home", args=[small_course.pk])


def test_a_quiz_that_is_saved_without_a_change_is_the_same(client, small_course):
    quiz, before = Quiz.objects.get(), draft_digest(small_course)
    client.post(address(quiz), posted(client.get(address(quiz))))
    assert draft_digest(small_course) == before
    assert Quiz.objects.get().version == quiz.version


def test_a_quiz_is_added_and_must_ask_something(client, topic):
    url = reverse("admin:quizzes_quiz_add")
    sent = {"title": "Bins again", "key": "bins-again", "pass_percent": "80"}
    assert "It asks nothing." in text_of(client.post(url, sent))

    parts = {"parts-topic": [topic.pk], "parts-count": ["2"]}
    assert client.post(url, sent | parts).status_code == 302
    assert Quiz.objects.get(key="bins-again").parts.get().count == 2
