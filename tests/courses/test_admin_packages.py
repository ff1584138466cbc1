"""Packages in the admin: taken away, looked at, brought in; never published by themselves."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses import models
from courses.exporting import draft_package
from courses.loading import is_edited
from courses.packages.form import files_of
from courses.packages.zips import write_zip
from quizzes.models import Item, Topic
from tests.courses.hostile_zips import SMALL, link, with_member, zipped
from training.administration.roles import TRAINERS, ensure_roles

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
IMPORT = "admin:courses_course_import"


@pytest.fixture
def trainer(client_for, ada):
    ensure_roles()
    ada.groups.add(Group.objects.get(name=TRAINERS))
    return client_for(ada)


def upload(file: io.BytesIO, name: str = "green-bins.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file.getvalue(), content_type="application/zip")


def edited(old: bytes, new: bytes) -> io.BytesIO:
    """Return the small course's zip with words replaced, which must stand in it."""
    files = {name: stored.replace(old, new) for name, stored in SMALL.items()}
    assert files != SMALL
    return zipped(files.items())


def look(client, file: io.BytesIO):
    return client.post(reverse(IMPORT), {"package": upload(file), "look": "x"})


def bring(client, file: io.BytesIO, seen):
    carried = seen.context["carried"]
    return client.post(reverse(IMPORT), {"package": upload(file), "import": "x", **carried})


def rows() -> list[int]:
    counted = (models.Course, models.Lesson, models.Prose, models.Source, models.Term, Item, Topic)
    return [model.objects.count() for model in counted]


def test_the_draft_and_each_release_can_be_taken_away(trainer, small_course):
    page = trainer.get(reverse("admin:courses_course_package", args=[small_course.pk]))
    assert "Download release 1" in page.content.decode()

    for name, args in (("export", []), ("export_release", [1])):
        response = trainer.get(
            reverse(f"admin:courses_course_{name}", args=[small_course.pk, *args])
        )
        assert response["Content-Disposition"].startswith('attachment; filename="green-bins-')
        with ZipFile(io.BytesIO(b"".join(response))) as archive:
            assert "green-bins/course.yaml" in archive.namelist()


def test_the_list_of_courses_leads_to_importing(trainer, small_course):
    page = trainer.get(reverse("admin:courses_course_changelist")).content.decode()
    assert f'<a href="{reverse(IMPORT)}">Import a package</a>' in page


def test_a_release_that_is_not_there_cannot_be_taken_away(trainer, small_course):
    address = reverse("admin:courses_course_export_release", args=[small_course.pk, 7])
    assert trainer.get(address).status_code == 404


def test_an_unfinished_draft_says_what_is_in_the_way(trainer, small_course):
    small_course.steps.all().delete()

    exported = trainer.get(reverse("admin:courses_course_export", args=[small_course.pk]))
    page = trainer.get(exported.url).content.decode()

    assert "The draft cannot be taken away yet" in page
    assert "The course has no steps" in page


def test_what_an_import_would_refuse_is_said_before(trainer, small_course):
    small_course.lessons.get(key="when-in-doubt").covers.clear()

    page = trainer.get(reverse("admin:courses_course_package", args=[small_course.pk]))

    assert "a quiz asks about this topic and no lesson covers it" in page.content.decode()


def test_a_look_at_a_package_changes_nothing(trainer, small_course):
    before = rows(), draft_package(small_course)

    page = look(trainer, edited(b"Some things fit no bin", b"A few things fit no bin"))

    text = page.content.decode()
    assert "What would change in “Green bins”" in text
    assert "When in doubt" in text
    assert "<ins>A few" in text or "A few" in text
    assert "Import it into the draft" in text
    assert (rows(), draft_package(small_course)) == before


def test_what_was_looked_at_is_brought_into_the_draft_and_not_published(trainer, small_course):
    file = edited(b"Some things fit no bin", b"A few things fit no bin")
    seen = look(trainer, file)

    response = bring(trainer, file, seen)

    assert response.status_code == 302
    text = models.Prose.objects.get(parent__key="when-in-doubt").text
    assert "A few things fit no bin" in text
    assert small_course.releases.count() == 1
    small_course.refresh_from_db()
    assert is_edited(small_course)


def test_a_package_makes_a_new_course_that_nobody_can_start(trainer, db):
    file = zipped()
    seen = look(trainer, file)
    assert "“Green bins” would be a new course (green-bins)" in seen.content.decode()
    assert rows() == [0] * 7

    bring(trainer, file, seen)

    course = models.Course.objects.get()
    assert course.key == "green-bins"
    assert course.releases.count() == 0
    assert course.notes == "The first release."


def test_an_edited_draft_can_be_brought_back_to_its_package(trainer, small_course):
    target = io.BytesIO()
    write_zip(draft_package(small_course), target)
    before = files_of(draft_package(small_course))
    models.Prose.objects.update(text="<p>Other words.</p>")

    bring(trainer, target, look(trainer, target))

    assert files_of(draft_package(small_course)) == before


def test_another_file_than_the_one_looked_at_is_shown_first(trainer, small_course):
    seen = look(trainer, edited(b"Some things fit no bin", b"A few things fit no bin"))

    page = bring(trainer, edited(b"Some things fit no bin", b"Nothing fits"), seen)

    assert "This is another file than the one you looked at" in page.content.decode()
    assert "Some things fit no bin" in models.Prose.objects.get(parent__key="when-in-doubt").text


@pytest.mark.protection
def test_a_draft_that_changed_since_the_look_is_not_overwritten(trainer, small_course):
    file = edited(b"Some things fit no bin", b"A few things fit no bin")
    seen = look(trainer, file)
    models.Prose.objects.filter(parent__key="what-goes-where").update(text="<p>Mine.</p>")

    page = bring(trainer, file, seen)

    assert page.status_code == 409
    assert "Somebody changed the draft since you looked" in page.content.decode()
    assert models.Prose.objects.filter(text="<p>Mine.</p>").exists()


@pytest.mark.protection
@pytest.mark.parametrize(
    ("file", "message"),
    [
        (with_member("../evil.md"), "../evil.md: its path leads elsewhere"),
        (with_member(link("green-bins/lessons/a.md"), b"/etc/passwd"), "it is a link or a device"),
        (edited(b"[[green-bin]]", b"<script>alert(1)</script>"), "HTML is not read"),
        (edited(b"title: Green bins\n", b"title: Green bins\ntitle: b\n"), "stands here again"),
        (with_member("green-bins/media/a.svg", b"<svg/>"), "only files that end in"),
        (with_member("green-bins/media/a.png", b"<svg/>"), "cannot be read as a picture"),
        (io.BytesIO(b"nothing"), "this is no zip file"),
    ],
)
def test_a_package_that_is_refused_leaves_nothing_behind(
    trainer, settings, tmp_path, file, message
):
    settings.MEDIA_ROOT = tmp_path / "kept"
    before = rows()

    for button in ("look", "import"):
        page = trainer.post(reverse(IMPORT), {"package": upload(file), button: "x"})
        assert page.status_code == 422
        assert message in page.content.decode()

    assert rows() == before
    assert not (tmp_path / "kept").exists()


def test_no_file_is_asked_for(trainer):
    page = trainer.post(reverse(IMPORT), {"look": "x"})
    assert page.status_code == 422
    assert "Choose the zip of a course." in page.content.decode()


@pytest.mark.protection
def test_only_trainers_take_courses_away_or_bring_them_in(cast, client_for, small_course):
    pages = [
        reverse("admin:courses_course_package", args=[small_course.pk]),
        reverse("admin:courses_course_export", args=[small_course.pk]),
        reverse("admin:courses_course_export_release", args=[small_course.pk, 1]),
        reverse(IMPORT),
    ]
    for person in (None, cast.lena, cast.otto, cast.max):
        client = client_for(person)
        assert {client.get(page).status_code for page in pages} <= {302, 403}
        assert client.post(reverse(IMPORT), {"package": upload(zipped())}).status_code in {302, 403}
