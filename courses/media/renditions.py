"""Pictures as they are served: decoded, written anew without what the camera noted, resized."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

from courses.media.reading import FORMATS

WIDTHS = (480, 960, 1600)
LARGEST = 2400


def widths_of(width: int) -> list[int]:
    """Return the widths in pixels in which a picture of some width is served; never enlarged."""
    return [each for each in WIDTHS if each < width] or [width]


def rendition_path(sha256: str, width: int) -> Path:
    """Return where a picture lies in one of its widths, or would."""
    return Path(settings.MEDIA_ROOT) / "renditions" / sha256[:2] / f"{sha256}-{width}.webp"


def rendition(source: Path, sha256: str, width: int) -> Path:
    """Return a picture in one of its widths, made now unless it exists.

    It can be made again from `source`, so that nothing is lost when the folder is emptied.
    """
    target = rendition_path(sha256, width)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
            copy.write(_resized(source, width))
        Path(copy.name).replace(target)
    return target


def _resized(source: Path, width: int) -> bytes:
    with Image.open(source, formats=list(FORMATS.values())) as opened:
        is_drawn = opened.format == "PNG"
        picture = _plain(opened)
    height = max(1, round(picture.height * width / picture.width))
    if picture.width > width:
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    written = BytesIO()
    picture.save(written, "WEBP", quality=82, lossless=is_drawn, method=4)
    return written.getvalue()


def written_anew(stored: bytes, mime: str) -> bytes:
    """Return an uploaded picture in its own format, at most LARGEST pixels a side.

    Only what is seen stays: no place, no name, no camera.
    """
    with Image.open(BytesIO(stored), formats=[FORMATS[mime]]) as opened:
        picture = _plain(opened)
    picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    written = BytesIO()
    if mime == "image/png":
        picture.save(written, "PNG", optimize=True)
    else:
        picture.save(written, FORMATS[mime], quality=90)
    return written.getvalue()


def _plain(opened: Image.Image) -> Image.Image:
    """Return the pixels of a picture, turned as it is shown, as RGB, or RGBA where it is clear."""
    turned = ImageOps.exif_transpose(opened)
    mode = "RGBA" if turned.has_transparency_data else "RGB"
    plain = turned.convert(mode)
    plain.info = {}
    return plain
