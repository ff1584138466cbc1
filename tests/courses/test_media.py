"""Pictures, videos and captions of a package: looked into, kept under their digests."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from courses.drafts import draft_document
from courses.loading import load_package
from courses.media import MediaProblem, read_media, stored_path
from courses.media.ranges import RangeNotThere, asked_range
from courses.media.reading import ENDINGS, MOST_BYTES
from courses.media.renditions import rendition_path, widths_of, written_anew
from courses.models import Course, Media
from courses.packages import read_package
from tests.courses.pictures import CAPTIONS, VIDEO, picture

AT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LESSON = "lessons/when-in-doubt.md"
FIGURE = """::: figure the-bins
media: bins.png
alt: A green bin stands beside a blue one.
caption: The bins of the town hall.[@bin-bylaw]
credit: Made up for the tests.
:::

::: quotation"""
FILM = """::: video the-film
title: The film
media: film.mp4
captions: film.vtt
transcript: |
  The green bin stands by the door.
:::

::: quotation"""


def put(folder, name: str, stored: bytes) -> None:
    (folder.path / "media").mkdir(exist_ok=True)
    (folder.path / "media" / name).write_bytes(stored)


@pytest.fixture
def pictured(folder):
    """Give a package with a picture and a video in a lesson."""
    folder.edit(LESSON, "::: quotation", FIGURE)
    folder.edit(LESSON, "::: quotation", FILM)
    put(folder, "bins.png", picture())
    put(folder, "film.mp4", VIDEO)
    put(folder, "film.vtt", CAPTIONS)
    return folder


def load(folder):
    return load_package(read_package(folder.path), at=AT)


@pytest.mark.django_db
def test_the_files_of_a_package_are_kept_under_their_digests(
    pictured, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert load(pictured).outcome == "published"

    digest = hashlib.sha256(picture()).hexdigest()
    row = Media.objects.get(sha256=digest)
    assert (row.mime, row.width, row.height, row.uploaded_by) == ("image/png", 1200, 600, None)
    assert stored_path(digest).read_bytes() == picture()
    for width in widths_of(1200):
        with Image.open(rendition_path(digest, width)) as made:
            assert (made.format, made.width) == ("WEBP", width)
    assert Media.objects.count() == 3
    assert load(pictured).outcome == "unchanged"


@pytest.mark.django_db
def test_a_release_knows_its_files_by_name_and_digest(pictured):
    load(pictured)

    lesson = draft_document(Course.objects.get()).step("when-in-doubt")

    media = lesson.block("the-bins").media
    assert (media.name, media.sha256) == ("bins.png", hashlib.sha256(picture()).hexdigest())
    assert lesson.block("the-film").captions.mime == "text/vtt"


@pytest.mark.django_db
def test_loading_that_is_taken_back_leaves_no_file_behind(
    pictured, django_capture_on_commit_callbacks
):
    put(pictured, "bins.png", picture(width=31))
    with django_capture_on_commit_callbacks():
        load(pictured)

    assert not stored_path(hashlib.sha256(picture(width=31)).hexdigest()).exists()


@pytest.mark.django_db
def test_a_file_that_was_lost_comes_back_with_the_next_loading(
    pictured, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        load(pictured)
    path = stored_path(hashlib.sha256(picture()).hexdigest())
    path.unlink()

    with django_capture_on_commit_callbacks(execute=True):
        load(pictured)

    assert path.read_bytes() == picture()


@pytest.mark.django_db
def test_a_picture_that_was_changed_replaces_the_one_in_the_draft(pictured):
    load(pictured)
    put(pictured, "bins.png", picture(width=700))
    pictured.edit(LESSON, "credit: Made up for the tests.\n", "")

    load(pictured)

    figure = draft_document(Course.objects.get()).step("when-in-doubt").block("the-bins")
    assert figure.media.width == 700
    assert figure.credit == ""


MISTAKES = [
    ("bins.png", b"GIF89a", "cannot be read as a picture"),
    ("bins.png", picture(form="JPEG"), "cannot be read as a picture"),
    ("bins.png", picture()[:200], "cannot be read as a picture"),
    ("bins.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read as a picture"),
    ("bins.png", b"\0" * (MOST_BYTES["picture"] + 1), "over 10 MB"),
    ("film.mp4", b"<html>", "this is no video"),
    ("film.mp4", b"\x1a\x45\xdf\xa3webm", "this is no video"),
    ("film.vtt", b"\xff\xfe", "not UTF-8"),
    ("film.vtt", b"Hello", "these are no captions"),
    ("other.png", picture(width=3, height=3), "no figure or video of a lesson shows this file"),
    ("Bins.png", picture(), "small letters, digits and hyphens"),
    ("bins.svg", b"<svg/>", "only files that end in"),
]


@pytest.mark.parametrize(("name", "stored", "message"), MISTAKES)
def test_a_file_that_cannot_be_shown_is_named(pictured, name, stored, message):
    put(pictured, name, stored)

    problems = pictured.problems()

    assert any(f"media/{name}: " in each and message in each for each in problems), problems


def test_a_picture_of_too_many_pixels_is_not_decoded(pictured):
    put(pictured, "bins.png", picture(width=8000, height=4000))

    (problem,) = pictured.problems()
    assert "over 30 million pixels" in problem


def test_a_picture_that_moves_is_refused(pictured):
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    put(pictured, "bins.png", written.getvalue())

    (problem,) = pictured.problems()
    assert "moves" in problem


def test_an_uploaded_picture_keeps_nothing_but_what_is_seen():
    exif = Image.Exif()
    exif[0x010F] = "A camera of Lena"
    exif[0x0112] = 6
    stored = picture(width=40, height=20, form="JPEG", exif=exif)
    assert b"Lena" in stored

    anew = written_anew(stored, "image/jpeg")

    assert b"Lena" not in anew
    with Image.open(BytesIO(anew)) as shown:
        assert shown.size == (20, 40)


PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([picture(width=9, height=9)[:40], VIDEO[:24], CAPTIONS, b"\x1a\x45\xdf\xa3"]),
)


@settings(max_examples=60)
@given(ending=st.sampled_from(sorted(ENDINGS)), pieces=st.lists(PIECES, max_size=6))
def test_whatever_a_file_holds_it_is_read_or_refused(ending, pieces):
    stored = b"".join(pieces)
    try:
        facts = read_media(BytesIO(stored), f"a{ending}")
    except MediaProblem as problem:
        assert str(problem)
    else:
        assert facts.size == len(stored)


@given(
    header=st.text(max_size=30) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}"), size=st.integers(0, 99)
)
def test_a_range_lies_within_the_file(header, size):
    try:
        asked = asked_range(header, size)
    except RangeNotThere:
        return
    if asked is not None:
        assert 0 <= asked[0] <= asked[1] < size
