"""Two people on one draft: nobody's edits are lost, and nobody saves over what they did not see."""

from __future__ import annotations

import shutil

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from courses import models
from courses.admin.opened import marked
from courses.loading import load_package
from courses.packages import read_package
from tests.conftest import NOW
from tests.courses.test_admin import address, field_of, new_block, posted
from tests.factories import COURSE_FILES, PASSWORD
from training.people import keeping

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    return client_for(ada)


@pytest.fixture
def lesson(small_course) -> models.Lesson:
    return models.Lesson.objects.get(key="what-goes-where")


def text_of(response) -> str:
    return response.content.decode()


def again(response, **choices) -> QueryDict:
    """Return what the page with both sides sends: its hidden fields, and what it suggests."""
    sent = QueryDict(mutable=True)
    for name, value in response.context["mine"]:
        sent.appendlist(name, value)
    sent["version"] = str(response.context["version"])
    for difference in response.context["differences"]:
        if difference.choice:
            sent[difference.field_name] = difference.choice
    for name, value in choices.items():
        sent[name] = value
    return sent


def take(client, lesson, response, **choices):
    sent = again(response, **choices)
    return client.post(address(lesson), sent.urlencode(), "application/x-www-form-urlencoded")


def prose(lesson, key: str = "opening") -> str:
    return models.Prose.objects.get(parent=lesson, key=key).text


@pytest.fixture
def both(client, lesson):
    """Two pages of the lesson, opened before either was saved."""
    return client.get(address(lesson)), client.get(address(lesson))


def save(client, lesson, page, **changes):
    return client.post(address(lesson), posted(page, **changes))


def test_a_change_counts_the_version_on_and_no_change_does_not(client, lesson, both):
    page, _ = both
    before = lesson.version
    save(client, lesson, page)
    lesson.refresh_from_db()
    assert lesson.version == before

    save(client, lesson, page, minutes="7")
    lesson.refresh_from_db()
    assert lesson.version == before + 1


@pytest.mark.protection
def test_whoever_saves_second_is_shown_both_and_nothing_is_saved(client, lesson, both):
    first, second = both
    field = field_of(first, models.Prose, "text")
    assert save(client, lesson, first, **{field: "<p>Theirs.</p>"}).status_code == 302

    response = save(client, lesson, second, **{field: "<p>Mine.</p>"})

    assert response.status_code == 409
    assert "<p><mark>Theirs.</mark></p>" in text_of(response)
    assert "<p><mark>Mine.</mark></p>" in text_of(response)
    assert "Both of you changed it." in text_of(response)
    assert LogEntry.objects.get().user.name in text_of(response)
    assert prose(lesson) == "<p>Theirs.</p>"


@pytest.mark.parametrize(
    ("choice", "texts"),
    [
        ("saved", ["<p>Theirs.</p>"]),
        ("mine", ["<p>Mine.</p>"]),
        ("both", ["<p>Theirs.</p>", "<p>Mine.</p>"]),
    ],
)
def test_a_block_that_both_changed_is_taken_from_either_or_from_both(
    client, lesson, both, choice, texts
):
    first, second = both
    field = field_of(first, models.Prose, "text")
    save(client, lesson, first, **{field: "<p>Theirs.</p>"})
    response = save(client, lesson, second, **{field: "<p>Mine.</p>"})
    block = models.Prose.objects.get(parent=lesson, key="opening")

    chosen = take(client, lesson, response, **{f"take:courses.prose:{block.pk}": choice})

    assert chosen.status_code == 302
    rows = models.Prose.objects.filter(parent=lesson, text__in=texts).order_by("ordering")
    assert [row.text for row in rows] == texts
    assert len({row.key for row in rows}) == len(texts)


def test_edits_in_different_places_come_together_as_suggested(client, lesson, both):
    first, second = both
    text = field_of(first, models.Prose, "text")
    callout = field_of(first, models.Callout, "text")
    save(client, lesson, first, **{text: "<p>Theirs.</p>", "minutes": "9"})

    response = save(client, lesson, second, **{callout: "<p>Mine.</p>", "title": "My title"})
    take(client, lesson, response)

    lesson.refresh_from_db()
    assert (lesson.minutes, lesson.title) == (9, "My title")
    assert prose(lesson) == "<p>Theirs.</p>"
    assert models.Callout.objects.get(parent=lesson).text == "<p>Mine.</p>"


def test_a_field_that_both_changed_waits_for_a_choice(client, lesson, both):
    first, second = both
    save(client, lesson, first, title="Theirs")
    response = save(client, lesson, second, title="Mine")

    assert take(client, lesson, response).status_code == 409
    assert take(client, lesson, response, **{"take:title": "mine"}).status_code == 302
    lesson.refresh_from_db()
    assert lesson.title == "Mine"


def test_blocks_that_both_added_all_stay(client, lesson, both):
    first, second = both
    for page, text in ((first, "<p>Theirs.</p>"), (second, "<p>Mine.</p>")):
        new = new_block(page, models.Callout, ordering=15, kind="take-care", text=text)
        response = save(client, lesson, page, **new)
    if response.status_code == 409:
        response = take(client, lesson, response)

    assert response.status_code == 302
    texts = set(models.Callout.objects.filter(parent=lesson).values_list("text", flat=True))
    assert {"<p>Theirs.</p>", "<p>Mine.</p>"} < texts


def test_a_block_that_was_removed_meanwhile_can_be_put_back(client, lesson, both):
    first, second = both
    field = field_of(first, models.Prose, "text")
    gone = field.replace("-text", "-DELETE")
    save(client, lesson, first, **{gone: "on"})
    assert not models.Prose.objects.filter(parent=lesson, key="opening").exists()

    response = save(client, lesson, second, **{field: "<p>Mine.</p>"})
    assert "It was removed." in text_of(response)
    take(client, lesson, response)

    assert models.Prose.objects.filter(parent=lesson, text="<p>Mine.</p>").count() == 1


def test_a_block_that_was_changed_meanwhile_is_not_removed_unseen(client, lesson, both):
    first, second = both
    field = field_of(first, models.Prose, "text")
    save(client, lesson, first, **{field: "<p>Theirs.</p>"})

    response = save(client, lesson, second, **{field.replace("-text", "-DELETE"): "on"})
    assert "since then it was changed" in text_of(response)
    take(client, lesson, response)

    assert prose(lesson) == "<p>Theirs.</p>"


def order_of(lesson) -> list[str]:
    rows = [row for model in models.BLOCK_MODELS for row in model.objects.filter(parent=lesson)]
    return [row.key for row in sorted(rows, key=lambda row: row.ordering)]


def test_blocks_that_were_moved_and_blocks_that_were_changed_both_stay(client, lesson, both):
    first, second = both
    text = field_of(first, models.Prose, "text")
    before = order_of(lesson)
    callout = models.Callout.objects.get(parent=lesson)
    save(client, lesson, first, **{text: "<p>Theirs.</p>"})

    moved = {field_of(second, models.Callout, "text").replace("-text", "-ordering"): "1"}
    response = save(client, lesson, second, **moved)
    assert "Blocks were moved." in text_of(response)
    take(client, lesson, response)

    rest = [key for key in before if key != callout.key]
    assert order_of(lesson) == [callout.key, *rest]
    assert prose(lesson) == "<p>Theirs.</p>"


def test_the_saved_order_can_be_kept_when_both_moved_blocks(client, lesson, both):
    first, second = both
    before = order_of(lesson)
    ordering = field_of(first, models.Callout, "text").replace("-text", "-ordering")
    save(client, lesson, first, **{ordering: "1"})
    theirs = order_of(lesson)
    assert theirs != before

    response = save(client, lesson, second, **{ordering: "999"})
    take(client, lesson, response, **{"take:order": "saved"})

    assert order_of(lesson) == theirs


def test_a_third_save_in_between_is_shown_too(client, lesson, both):
    first, second = both
    save(client, lesson, first, title="Theirs")
    response = save(client, lesson, second, title="Mine")
    save(client, lesson, client.get(address(lesson)), title="A third")

    shown = take(client, lesson, response, **{"take:title": "mine"})

    assert shown.status_code == 409
    assert "A third" in text_of(shown)


def test_a_save_of_the_same_asks_nothing(client, lesson, both):
    first, second = both
    save(client, lesson, first, title="The same")
    assert save(client, lesson, second, title="The same").status_code == 302


@pytest.mark.protection
def test_a_form_that_does_not_say_what_it_opened_saves_nothing(client, lesson, both):
    page, _ = both
    sent = posted(page, title="Blind", version="", opened="nonsense")
    assert client.post(address(lesson), sent).status_code == 409
    lesson.refresh_from_db()
    assert lesson.title != "Blind"


def test_loading_course_files_counts_as_a_change(lesson, small_course, tmp_path):
    folder = shutil.copytree(COURSE_FILES / "green-bins", tmp_path / "green-bins")
    file = folder / "lessons" / "what-goes-where.md"
    file.write_text(file.read_text().replace("Three bins", "Four bins"))
    load_package(read_package(folder), at=NOW)
    assert models.Lesson.objects.get(pk=lesson.pk).version > lesson.version


@pytest.mark.parametrize("model", [models.Source, models.Term, models.Course])
def test_every_draft_page_shows_both(client, model, small_course):
    row = model.objects.first()
    name = "name" if model is models.Term else "title"
    first, second = client.get(address(row)), client.get(address(row))
    assert client.post(address(row), posted(first, **{name: "Theirs"})).status_code == 302

    response = client.post(address(row), posted(second, **{name: "Mine"}))

    assert response.status_code == 409
    row.refresh_from_db()
    assert getattr(row, name) == "Theirs"


def test_what_was_written_for_a_lesson_that_is_gone_is_shown_to_be_copied(client, lesson, both):
    page, _ = both
    field = field_of(page, models.Prose, "text")
    sent = posted(page, title="My title", **{field: "<p>Mine.</p>"})
    lesson.delete()

    response = client.post(page.request["PATH_INFO"], sent)

    assert response.status_code == 409
    assert "My title" in text_of(response)
    assert "<p>Mine.</p>" in text_of(response)


def test_only_words_that_differ_are_marked_and_markup_stays_whole():
    html = "<p>One <strong>two</strong> three &amp; four</p>"
    other = "<p>One <strong>too</strong> three</p>"
    assert marked(html, other) == (
        "<p>One <strong><mark>two</mark></strong> three <mark>&amp;</mark> <mark>four</mark></p>"
    )


# --- A session that ends in between -------------------------------------------------------------


def sign_in(client, person, **more):
    return client.post("/sign-in/", {"login": person.email, "password": PASSWORD, **more})


def owned(page, path: str, person, **changes):
    owner = keeping.owner_token(person=person.pk, path=path)
    return posted(page, owner=owner, **changes)


def test_a_lesson_written_after_the_session_ended_comes_back_unsaved(client, lesson, ada):
    path = address(lesson)
    page = client.get(path)
    assert 'name="owner"' in text_of(page)
    field = field_of(page, models.Prose, "text")
    callout = new_block(page, models.Callout, ordering=15, kind="take-care", text="<p>New.</p>")
    client.logout()
    asked = client.post(path, owned(page, path, ada, **{field: "<p>Mine.</p>"}, **callout))
    assert asked.status_code == 403
    assert "what you wrote is kept" in text_of(asked)

    assert sign_in(client, ada, carried=asked.context["carried"]).url == path
    back = client.get(path)

    assert "Nothing of it is saved yet" in text_of(back)
    assert "data-unsaved" in text_of(back)
    assert "Mine." in text_of(back)
    assert "New." in text_of(back)
    assert prose(lesson) != "<p>Mine.</p>"
    assert client.post(path, posted(back)).status_code == 302
    assert prose(lesson) == "<p>Mine.</p>"
    assert models.Callout.objects.filter(text="<p>New.</p>").exists()


def test_what_was_kept_is_compared_with_what_others_saved_meanwhile(client, lesson, ada):
    path = address(lesson)
    page = client.get(path)
    client.logout()
    asked = client.post(path, owned(page, path, ada, title="Mine"))
    models.Lesson.objects.update(title="Theirs", version=9)
    sign_in(client, ada, carried=asked.context["carried"])

    response = client.post(path, posted(client.get(path)))

    assert response.status_code == 409
    assert "Theirs" in text_of(response)


def test_a_new_source_survives_the_end_of_a_session(client, ada):
    path = "/admin/courses/source/add/"
    page = client.get(path)
    client.logout()
    owner = keeping.owner_token(person=ada.pk, path=path)
    asked = client.post(path, {"owner": owner, "title": "A long study"})
    sign_in(client, ada, carried=asked.context["carried"])
    assert "A long study" in text_of(client.get(path))
    assert "A long study" not in text_of(client.get(path))
    assert page.status_code == 200


def test_files_are_not_kept_and_that_is_said(client, lesson, ada):
    path = address(lesson)
    page = client.get(path)
    client.logout()
    sent = owned(page, path, ada) | {"picture": SimpleUploadedFile("bins.png", b"picture")}
    asked = client.post(path, sent)
    sign_in(client, ada, carried=asked.context["carried"])
    assert "Choose again: bins.png" in text_of(client.get(path))


def test_what_is_too_long_to_be_kept_is_said(client, lesson, ada, monkeypatch):
    monkeypatch.setattr(keeping, "LONGEST_CARRIED", 500)
    path = address(lesson)
    page = client.get(path)
    client.logout()
    asked = client.post(path, owned(page, path, ada))
    assert asked.status_code == 403
    assert "too long to be kept" in text_of(asked)
    assert not asked.context["carried"]


@pytest.mark.protection
def test_a_lesson_of_another_person_on_the_same_browser_is_refused(client, lesson, ada, cast):
    path = address(lesson)
    page = client.get(path)
    cast.pia.is_staff = cast.pia.is_superuser = True
    cast.pia.save()
    client.force_login(cast.pia)
    assert client.post(path, owned(page, path, ada, title="Mine")).status_code == 409
    lesson.refresh_from_db()
    assert lesson.title != "Mine"
