"""Publishing in the admin: what is in the way is said, and what is decided is kept."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.models import Lesson, Prose, Release
from training.administration.roles import EARLY_PUBLISHERS, TRAINERS, ensure_roles

pytestmark = pytest.mark.django_db
EARLY = {"published_without_review_reason": "It cannot wait."}


@pytest.fixture
def trainer(small_course, client_for, ada):
    ensure_roles()
    ada.groups.add(*Group.objects.filter(name__in=[TRAINERS, EARLY_PUBLISHERS]))
    return client_for(ada)


@pytest.fixture
def address(small_course) -> str:
    return reverse("admin:courses_course_publish", args=[small_course.pk])


@pytest.fixture
def edited(small_course) -> Lesson:
    lesson = Lesson.objects.get(key="when-in-doubt")
    Prose.objects.filter(parent=lesson).update(text="<p>Ask the caretaker.</p>")
    return lesson


def sent(client, address, **changes) -> dict[str, object]:
    form = client.get(address).context["form"]
    return {"draft": form["draft"].value(), "notes": "Shorter."} | EARLY | changes


def test_a_trainer_publishes_what_was_edited(trainer, address, edited, small_course, ada):
    page = trainer.get(address)
    assert [change.title for change in page.context["prepared"].changes] == ["When in doubt"]

    data = sent(trainer, address, small_changes=["when-in-doubt"], is_material="yes")
    response = trainer.post(address, data, follow=True)

    release = Release.objects.current().get(course=small_course)
    assert "Published release 2" in response.content.decode()
    assert (release.number, release.notes, release.is_material) == (2, "Shorter.", True)
    assert (release.published_by, release.channel) == (ada, "person")
    assert dict(release.steps.values_list("key", "is_small_change")) == {
        "what-goes-where": False,
        "when-in-doubt": True,
        "green-bins": False,
    }
    assert "Published release 2" in LogEntry.objects.get().get_change_message()


def test_a_release_is_neither_material_nor_small_unless_somebody_says_so(
    trainer, address, edited, small_course
):
    trainer.post(address, sent(trainer, address))

    release = Release.objects.current().get(course=small_course)
    assert not release.is_material
    assert not release.steps.filter(is_small_change=True).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notes": " "}, "Say what is new in this release."),
        ({"published_without_review_reason": " "}, "Say why it cannot wait."),
        ({"draft": "0" * 64}, "Somebody changed the draft since you opened this page."),
        ({"small_changes": ["what-goes-where"]}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_published_says_why_and_publishes_nothing(
    trainer, address, edited, changes, message
):
    response = trainer.post(address, sent(trainer, address, **changes))

    assert message in response.content.decode()
    assert Release.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_what_is_in_the_way_is_said(trainer, address, edited):
    Prose.objects.filter(parent=edited).update(text="<p>A.[@nothing]</p>")

    text = trainer.post(address, {"notes": "x"}).content.decode()

    assert "What is in the way" in text and "no source nothing" in text
    assert Release.objects.count() == 1


def test_an_unchanged_draft_is_not_published_again(trainer, address):
    assert "nothing to publish" in trainer.post(address, {"notes": "x"}).content.decode()
    assert Release.objects.count() == 1


@pytest.mark.protection
def test_only_who_may_publish_can(trainer, address, edited, small_course, client_for, cast):
    data = sent(trainer, address)
    ensure_roles()
    cast.ada.groups.clear()
    for person, status in ((None, 302), (cast.lena, 302), (cast.ada, 403)):
        client = client_for(person)
        assert client.get(address).status_code == status
        assert client.post(address, data).status_code == status
    assert Release.objects.count() == 1
