"""Sources and terms in the admin: where each is used, what may be double, what is not deleted."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses import models
from courses.uses import StillInUse, remove_unused
from tests.conftest import allow
from tests.courses.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    return client_for(ada)


@pytest.fixture
def source(small_course) -> models.Source:
    return models.Source.objects.get(key="bin-bylaw")


def text_of(response) -> str:
    return response.content.decode()


def listed(client, model, **filters) -> list[str]:
    page = client.get(reverse(f"admin:courses_{model}_changelist"), filters)
    return [row.key for row in page.context["cl"].queryset]


def test_a_source_shows_every_place_that_uses_it_with_a_link(client, source):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    term = models.Term.objects.get(key="compost")
    models.Prose.objects.filter(parent=lesson, key="opening").update(text="<p>A.[@bin-bylaw]</p>")
    models.Term.objects.filter(pk=term.pk).update(definition="<p>Earth.[@bin-bylaw]</p>")
    models.Course.objects.update(description="<p>Bins.[@bin-bylaw]</p>")

    page = text_of(client.get(address(source)))

    assert f'href="{address(lesson)}"' in page
    assert f'href="{address(term)}"' in page
    assert "Text: A." in page
    assert "/admin/quizzes/item/" in page
    assert "/admin/courses/course/" in page


def test_a_term_shows_where_it_is_marked_and_on_which_cards(client):
    lesson = models.Lesson.objects.get(key="when-in-doubt")
    term = models.Term.objects.create(key="weir", name="weir", definition="<p>A [[weir]].</p>")
    assert "Nowhere yet" in text_of(client.get(address(term)))

    cards = models.TermCards.objects.create(parent=lesson, key="c", ordering=99, region="main")
    cards.cards.create(term=term)

    assert f'href="{address(lesson)}"' in text_of(client.get(address(term)))


def test_a_block_that_is_not_finished_still_counts(client, source):
    lesson = models.Lesson.objects.get(key="when-in-doubt")
    scenario = models.Scenario.objects.filter(parent=lesson).first()
    scenario.document = {"situation": "<p>Half.[@bin-bylaw]</p>"}
    scenario.save()

    assert f'href="{address(lesson)}"' in text_of(client.get(address(source)))


@pytest.mark.protection
@pytest.mark.parametrize(("model", "key"), [("source", "bin-bylaw"), ("term", "green-bin")])
def test_what_is_used_is_not_deleted_and_the_places_are_listed(client, model, key):
    row = models.Source.objects.filter(key=key).first() or models.Term.objects.get(key=key)

    for response in (
        client.get(address(row, "delete")),
        client.post(address(row, "delete"), {"post": "yes"}),
    ):
        assert "is not deleted" in text_of(response)
        assert "/admin/courses/lesson/" in text_of(response)

    assert type(row).objects.filter(pk=row.pk).exists()
    with pytest.raises(StillInUse):
        remove_unused(row)
    actions = client.get(reverse(f"admin:courses_{model}_changelist")).context["action_form"]
    assert actions is None


def test_what_nothing_uses_is_deleted(client, small_course):
    row = models.Source.objects.create(key="idle", title="Idle", kind="law", seen="Read.")

    assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 302

    assert not models.Source.objects.filter(key="idle").exists()


def test_possible_duplicates_are_shown_and_found(client, source):
    twin = models.Source.objects.create(
        key="twin", title="Something else", kind="law", seen="Read.", url=f"{source.url}/"
    )
    models.Source.objects.create(key="idle", title="Idle", kind="law", seen="Read.")

    page = text_of(client.get(address(twin)))

    assert source.url
    assert f'href="{address(source)}"' in page
    assert "same address" in page
    assert set(listed(client, "source", used="twice")) == {"twin", "bin-bylaw"}
    assert set(listed(client, "source", used="no")) == {"twin", "idle"}
    assert "bin-bylaw" in listed(client, "source", used="yes")


def test_terms_with_one_name_are_found(client):
    models.Term.objects.create(key="twin", name="COMPOST", definition="<p>Earth.</p>")

    assert set(listed(client, "term", used="twice")) == {"twin", "compost"}


def test_a_list_does_not_ask_more_for_more_rows(client, django_assert_max_num_queries):
    url = reverse("admin:courses_source_changelist")
    for number in range(20):
        models.Source.objects.create(key=f"s{number}", title=f"S {number}", kind="law", seen="R.")
    with django_assert_max_num_queries(40):
        client.get(url)


def test_who_may_only_look_deletes_nothing(client_for, ada, source):
    client = client_for(allow(ada, "courses.view_source"))

    assert client.get(address(source)).status_code == 200
    assert client.post(address(source, "delete"), {"post": "yes"}).status_code == 403
