"""A course as a package again: what was imported comes out as it went in, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from hypothesis import given
from PIL import Image

from courses import models
from courses.exporting import CannotExport, draft_package, release_package
from courses.loading import load_package
from courses.markdown import to_markdown
from courses.packages import Package, read_package
from courses.packages.tidy import markdown_lines
from courses.packages.zips import write_zip
from courses.publishing import Decision, publish_draft
from courses.richtext import from_markdown
from quizzes.models import Item, Quiz
from tests.courses.package_folder import PackageFolder
from tests.courses.shipped import read_shipped
from tests.courses.test_markdown import DOCUMENTS

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def bytes_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def written(package) -> dict[str, bytes]:
    """Return the files of a package as they come out of its zip."""
    target = io.BytesIO()
    write_zip(package, target)
    with ZipFile(target) as archive:
        names = (name.removeprefix(f"{package.key}/") for name in archive.namelist())
        return {name: archive.read(f"{package.key}/{name}") for name in names}


@pytest.fixture
def loaded(settings, tmp_path, django_capture_on_commit_callbacks):
    """Give a function that loads a package and keeps its files, in a place of this test."""
    settings.MEDIA_ROOT = tmp_path / "kept"

    def load(path: Path, *, read: Callable[[Path], Package] = read_package) -> models.Course:
        with django_capture_on_commit_callbacks(execute=True):
            key = load_package(read(path), at=AT).course_key
        return models.Course.objects.get(key=key)

    return load


@pytest.fixture
def formed(folder: PackageFolder) -> PackageFolder:
    """Give the small course in its form, with a bit of everything that a course can say."""
    folder.edit(
        "course.yaml",
        "  - lesson: when-in-doubt",
        "  - lesson: when-in-doubt\n    is_required: false",
    )
    folder.edit(
        "quizzes/green-bins.yaml",
        "pass_percent: 60",
        "pass_percent: 60\nattempts: 3\nfixed: [newspaper]",
    )
    folder.edit(
        "items/when-in-doubt.yaml", "key: whom-to-ask", "key: whom-to-ask\n    is_critical: true"
    )
    write_media(folder.path / "media")
    folder.edit("lessons/when-in-doubt.md", "::: quotation", f"{SHOWN}::: quotation")
    call_command("formatcourse", folder.path)
    return folder


SHOWN = """::: figure the-box
media: the-box.png
alt: A box for batteries stands beside the caretaker's door.
caption: Ask when you do not see it.[@bin-bylaw]
:::

::: video the-door
title: The caretaker's door
media: the-door.mp4
captions: the-door.vtt
transcript: |
  A door opens.
:::

"""


def write_media(folder: Path) -> None:
    folder.mkdir()
    Image.new("RGB", (4, 3), "green").save(folder / "the-box.png")
    (folder / "the-door.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(40))
    (folder / "the-door.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nA door opens.\n")


def test_a_shipped_course_comes_out_as_it_went_in(shipped, loaded):
    for required in read_shipped(shipped).course.requires:
        loaded(shipped.parent / required, read=read_shipped)
    course = loaded(shipped, read=read_shipped)

    assert written(draft_package(course)) == bytes_in(shipped)
    assert written(release_package(course.releases.get())) == bytes_in(shipped)


def test_the_small_course_comes_out_as_it_went_in(formed, loaded):
    course = loaded(formed.path)

    assert written(draft_package(course)) == bytes_in(formed.path)
    assert written(release_package(course.releases.get())) == bytes_in(formed.path)


def test_a_release_comes_out_as_it_was_whatever_was_edited_since(formed, loaded):
    before = bytes_in(formed.path)
    course = loaded(formed.path)
    formed.edit("items/when-in-doubt.yaml", "Whom do you ask?", "Who would know?")
    formed.edit("lessons/when-in-doubt.md", "Some things fit no bin", "A few things fit no bin")
    formed.edit("sources.yaml", "title: Bin Bylaw", "title: Bin Bylaw, amended")
    formed.edit("course.yaml", "notes: The first release.", "notes: Better words.")
    loaded(formed.path)

    second, first = course.releases.all()
    assert written(release_package(first)) == before
    assert written(release_package(second)) == bytes_in(formed.path)
    assert written(draft_package(models.Course.objects.get())) == bytes_in(formed.path)


def test_what_was_edited_here_comes_out_and_goes_in_again(formed, tmp_path, loaded):
    course = loaded(formed.path)
    lesson = course.lessons.get(key="when-in-doubt")
    models.Prose.objects.create(
        parent=lesson,
        key="prose-new",
        region="main",
        ordering=1,
        text="<p>::: not a block</p><table><tbody><tr><td><p>No</p></td><td><p>head</p></td></tr>"
        "</tbody></table>",
    )
    decision = Decision(notes="Two\nlines: one", published_without_review_reason="x")
    publish_draft(course, by=None, at=AT, decision=decision)
    first = written(draft_package(course))
    folder = tmp_path / "again" / "green-bins"
    for name, text in first.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    package = read_package(folder)

    assert written(package) == first
    assert 'notes: "Two lines: one"' in first["course.yaml"].decode()


def test_what_nothing_leads_to_stays_here(formed, loaded):
    course = loaded(formed.path)
    before = written(draft_package(course))
    topic = Item.objects.get(key="newspaper").topic
    Item.objects.create(key="unused-check", topic=topic, use="check", body={"type": "x"})
    models.Source.objects.create(key="uncited", kind="law", title="T", seen="S")

    assert written(draft_package(course)) == before


def test_a_quiz_over_any_topic_is_no_part_of_a_package(formed, loaded):
    course = loaded(formed.path)
    Quiz.objects.get().parts.filter(position=0).update(topic=None)

    with pytest.raises(CannotExport, match="draws from any topic"):
        draft_package(course)


@given(DOCUMENTS)
def test_a_text_is_written_the_same_after_it_was_read(html):
    lines = markdown_lines(html)
    assert markdown_lines(from_markdown("\n".join(lines))) == lines
    assert from_markdown("\n".join(lines)) == from_markdown(to_markdown(html))
