"""Pictures and videos of a lesson: who may see them, and how they are sent."""

from __future__ import annotations

import hashlib

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.loading import load_package
from courses.models import Release
from courses.packages import read_package
from courses.reviewing import withdraw_invitation
from tests.conftest import allow
from tests.courses.package_folder import PackageFolder
from tests.courses.pictures import CAPTIONS, VIDEO, picture
from tests.courses.test_media import FIGURE, FILM, LESSON, put
from tests.factories import make_review

pytestmark = pytest.mark.django_db

PICTURE = hashlib.sha256(picture()).hexdigest()
FILM_FILE = hashlib.sha256(VIDEO).hexdigest()


@pytest.fixture
def shown(small_course, tmp_path, django_capture_on_commit_callbacks):
    """Give the small course a picture and a video, in its newest release."""
    folder = PackageFolder.copy(tmp_path / "green-bins")
    folder.edit(LESSON, "::: quotation", FIGURE)
    folder.edit(LESSON, "::: quotation", FILM)
    put(folder, "bins.png", picture())
    put(folder, "film.mp4", VIDEO)
    put(folder, "film.vtt", CAPTIONS)
    with django_capture_on_commit_callbacks(execute=True):
        load_package(read_package(folder.path), at=timezone.now())


@pytest.fixture
def reader(shown, learner):
    learner.start()
    return learner


def film() -> str:
    return reverse("learning:media-file", args=[FILM_FILE])


def sent(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.protection
def test_a_file_is_sent_to_whoever_may_read_a_lesson_that_shows_it(
    reader, client_for, otto, ada, client
):
    for path in (reverse("learning:picture", args=[PICTURE, 480]), film()):
        assert client_for(otto).get(path).status_code == 200  # to be looked up
        assert client.get(path).status_code == 302
    Release.objects.update(withdrawn_at=timezone.now(), withdrawn_by=ada, withdrawn_reason="Old.")
    for path in (reverse("learning:picture", args=[PICTURE, 480]), film()):
        assert reader.client.get(path).status_code == 200
        assert client_for(allow(ada, "courses.view_course")).get(path).status_code == 200
        assert client_for(otto).get(path).status_code == 404


def test_the_picture_is_sent_anew_in_the_widths_it_has(reader):
    response = reader.client.get(reverse("learning:picture", args=[PICTURE, 480]))

    assert response["Content-Type"] == "image/webp"
    assert "immutable" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response.content[:4] == b"RIFF"
    assert reader.client.get(reverse("learning:picture", args=[PICTURE, 481])).status_code == 404
    assert reader.client.get(reverse("learning:media-file", args=[PICTURE])).status_code == 404


def test_a_video_is_sent_whole_or_by_the_range_that_is_asked_for(reader):
    whole = reader.client.get(film())
    assert (whole.status_code, whole["Accept-Ranges"]) == (200, "bytes")
    assert sent(whole) == VIDEO

    part = reader.client.get(film(), headers={"Range": "bytes=10-19"})
    assert (part.status_code, sent(part)) == (206, VIDEO[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(VIDEO)}"

    end = reader.client.get(film(), headers={"Range": "bytes=-7"})
    assert sent(end) == VIDEO[-7:]

    beyond = reader.client.get(film(), headers={"Range": f"bytes={len(VIDEO)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(VIDEO)}")


def test_nothing_of_a_video_is_fetched_before_somebody_asks_for_it(reader):
    text = reader.client.get(reader.url("lesson", "when-in-doubt")).content.decode()

    assert 'preload="none"' in text
    assert "autoplay" not in text
    assert "poster" not in text
    assert "The green bin stands by the door." in text
    assert 'kind="captions"' in text


def test_a_picture_says_what_it_teaches_and_keeps_its_place(reader):
    text = reader.client.get(reader.url("lesson", "when-in-doubt")).content.decode()

    assert 'alt="A green bin stands beside a blue one."' in text
    assert 'width="1200" height="600"' in text
    assert f"{reverse('learning:picture', args=[PICTURE, 480])} 480w" in text
    assert "Made up for the tests." in text


@pytest.mark.protection
def test_the_pictures_of_a_candidate_are_for_whoever_opened_the_link_to_it(
    shown, small_course, ada, client, client_for
):
    invited = make_review(small_course, by=ada, at=timezone.now())
    Release.objects.exclude(published_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=ada, withdrawn_reason="Old."
    )
    path = reverse("learning:picture", args=[PICTURE, 480])
    assert client.get(path).status_code == 302
    client.get(reverse("learning:review-course", args=[invited.token]))
    assert client.get(path).status_code == 200
    assert client_for(None).get(path).status_code == 302
    withdraw_invitation(invited.review, by=ada, at=timezone.now())
    assert client.get(path).status_code == 302
