"""The organisation's logo: read with care, kept in the database where every host can read it."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext
from PIL import Image, UnidentifiedImageError

from training.people.models import Logo, Organisation

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 20_000_000
LONGEST_SIDE = 1000
FORMATS = ("PNG", "JPEG", "WEBP")
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
)


class LogoProblem(Exception):
    """A file that cannot become the logo; the message says why, and what to do."""


def read_logo(file: BinaryIO) -> bytes:
    """Return an uploaded picture as a PNG of moderate size; raises LogoProblem.

    The picture is decoded and written anew, so that nothing else in the file is kept.
    """
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise LogoProblem(gettext("The file is larger than 2 MB. Save a smaller one."))
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise LogoProblem(
                    gettext("The picture has more than 20 million pixels. Save a smaller one.")
                )
            logo = picture.convert("RGBA")
    except UNREADABLE as error:
        raise LogoProblem(
            gettext("This file cannot be read as a picture. Use a PNG, JPEG or WebP file.")
        ) from error
    logo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    logo.save(written, "PNG", optimize=True)
    return written.getvalue()


@transaction.atomic
def save_logo(organisation: Organisation, png: bytes | None) -> None:
    """Make `png`, as read_logo returns it, the organisation's logo; None: it has none."""
    Logo.objects.filter(organisation=organisation).delete()
    if png is not None:
        Logo.objects.create(organisation=organisation, png=png)


def current_logo() -> bytes | None:
    """Return the organisation's logo as a PNG, if it has one."""
    logo = Logo.objects.first()
    return bytes(logo.png) if logo else None
