"""The organisation's logo: decoded within bounds, written anew, kept in the database."""

from contextlib import suppress
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.people import logo
from training.people.logo import LogoProblem, current_logo, read_logo


def picture(kind: str = "PNG", *, size: tuple[int, int] = (300, 100), **options) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#0b5650").save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png(kind):
    with Image.open(BytesIO(read_logo(BytesIO(picture(kind))))) as read:
        assert read.format == "PNG" and read.size == (300, 100)


@pytest.mark.protection
def test_nothing_else_that_the_file_carried_is_kept():
    raw = picture("JPEG", comment=b"where it was taken") + b"<script>go()</script>"
    assert b"taken" in raw
    read = read_logo(BytesIO(raw))
    assert b"taken" not in read and b"script" not in read


def test_a_large_picture_is_made_smaller():
    with Image.open(BytesIO(read_logo(BytesIO(picture(size=(4000, 1000)))))) as read:
        assert read.size == (1000, 250)


@pytest.mark.protection
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture()[:60],
        picture("JPEG")[:200],
        picture() + b" " * logo.MOST_BYTES,
    ],
    ids=["empty", "cut GIF", "SVG", "GIF", "cut PNG", "cut JPEG", "too many bytes"],
)
def test_what_is_no_picture_of_ours_is_refused(raw):
    with pytest.raises(LogoProblem):
        read_logo(BytesIO(raw))


@pytest.mark.protection
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded():
    with pytest.raises(LogoProblem, match="million"):
        read_logo(BytesIO(picture(size=(5000, 5000))))


@given(st.binary(max_size=300), st.integers(0, 200))
def test_anything_at_all_is_a_logo_or_refused(noise, place):
    raw = picture(size=(8, 8))
    with suppress(LogoProblem):
        read_logo(BytesIO(raw[:place] + noise + raw[place + len(noise) :]))


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.fixture
    def admin(self, cast, client_for):
        ensure_roles()
        cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
        return client_for(cast.amin)

    def save(self, admin, **fields):
        form = {"name": "Town of Elderbrook", "time_zone": "America/Vancouver", **fields}
        return admin.post(reverse("admin:people_organisation_change", args=[1]), form)

    def upload(self, raw: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("logo.png", raw, "image/png")

    def test_takes_shows_keeps_and_removes_a_logo(self, admin):
        assert self.save(admin, new_logo=self.upload(picture())).status_code == 302
        assert current_logo().startswith(b"\x89PNG")
        page = admin.get(reverse("admin:people_organisation_change", args=[1])).content.decode()
        assert "data:image/png;base64," in page
        assert self.save(admin).status_code == 302
        assert current_logo() is not None
        assert self.save(admin, remove_logo="on").status_code == 302
        assert current_logo() is None

    def test_says_what_is_wrong_with_a_file(self, admin):
        answer = self.save(admin, new_logo=self.upload(b"no picture"))
        assert "cannot be read as a picture" in answer.content.decode()
        assert current_logo() is None
