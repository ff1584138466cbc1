"""What a file of a course is: decoded or looked into within bounds, whatever its name says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

Kind = Literal["picture", "video", "captions"]

ENDINGS: dict[str, tuple[Kind, str]] = {
    ".png": ("picture", "image/png"),
    ".jpg": ("picture", "image/jpeg"),
    ".jpeg": ("picture", "image/jpeg"),
    ".webp": ("picture", "image/webp"),
    ".mp4": ("video", "video/mp4"),
    ".webm": ("video", "video/webm"),
    ".vtt": ("captions", "text/vtt"),
}
MOST_BYTES: dict[Kind, int] = {
    "picture": 10_000_000,
    "video": 200_000_000,
    "captions": 500_000,
}
MOST_PIXELS = 30_000_000
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
    OverflowError,
    EOFError,
)


class MediaProblem(Exception):
    """A file that a course cannot show; the message says why, and what to do."""


@dataclass(frozen=True)
class MediaFacts:
    """What a file is. `size` is in bytes; a picture has its width and height in pixels."""

    sha256: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None


def read_media(file: BinaryIO, name: str) -> MediaFacts:
    """Return what a file is that is called `name`; raises MediaProblem.

    At most as many bytes are read as its kind may have.
    """
    ending = PurePosixPath(name).suffix
    if ending not in ENDINGS:
        raise MediaProblem(_("use a file that ends in %s") % ", ".join(ENDINGS))
    kind, mime = ENDINGS[ending]
    size, sha256 = _measured(file, MOST_BYTES[kind])
    file.seek(0)
    if kind == "picture":
        width, height = _picture_size(file, mime)
        return MediaFacts(sha256, mime, size, width, height)
    if kind == "video":
        _check_video(file.read(64), mime)
    else:
        _check_captions(file.read())
    return MediaFacts(sha256, mime, size)


def _measured(file: BinaryIO, most: int) -> tuple[int, str]:
    """Return the number of bytes of a file and their digest."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(65_536):
        size += len(piece)
        if size > most:
            megabytes = f"{most / 1_000_000:g}"
            raise MediaProblem(_("the file is over %s MB; make it smaller") % megabytes)
        digest.update(piece)
    return size, digest.hexdigest()


def _picture_size(file: BinaryIO, mime: str) -> tuple[int, int]:
    """Return the width and height of a picture as it is shown, having decoded all of it."""
    try:
        with Image.open(file, formats=[FORMATS[mime]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                millions = MOST_PIXELS // 1_000_000
                raise MediaProblem(_("the picture has over %s million pixels") % millions)
            if getattr(picture, "is_animated", False):
                raise MediaProblem(_("the picture moves; take one that stands still"))
            picture.load()
            return ImageOps.exif_transpose(picture).size
    except UNREADABLE as error:
        message = _("this cannot be read as a picture of the type that its name says")
        raise MediaProblem(message) from error


def _check_video(start: bytes, mime: str) -> None:
    is_mp4 = start[4:8] == b"ftyp"
    is_webm = start[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in start
    if not (is_mp4 if mime == "video/mp4" else is_webm):
        raise MediaProblem(_("this is no video of the type that its name says"))


def _check_captions(stored: bytes) -> None:
    try:
        text = stored.decode()
    except UnicodeDecodeError as error:
        raise MediaProblem(_("this is not UTF-8; save the captions as UTF-8")) from error
    lines = text.splitlines()
    if not lines or lines[0].split(" ")[0] != "WEBVTT" or " --> " not in text:
        raise MediaProblem(_("these are no captions; the first line is WEBVTT, then timed texts"))
