"""Made-up pictures, videos and captions for the tests."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nThe green bin stands by the door.\n"
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 40


def picture(*, width: int = 1200, height: int = 600, form: str = "PNG", **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), "seagreen").save(written, form, **options)
    return written.getvalue()
