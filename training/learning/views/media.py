"""Pictures, videos and captions of courses, for those who may see them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from courses.media import stored_path
from courses.media.ranges import RangeNotThere, asked_range
from courses.media.renditions import rendition, widths_of
from courses.models import Media
from training.learning.access import of_open_courses_or_signed_in, visible_media_or_404

PIECE = 64 * 1024
# What lies under a digest never changes; a shared cache may not keep what not everybody may see.
KEEP = "private, max-age=31536000, immutable"


@require_safe
@of_open_courses_or_signed_in
def picture(request: HttpRequest, sha256: str, width: int) -> HttpResponseBase:
    """Send a picture in one of its widths."""
    media = visible_media_or_404(request, sha256)
    if media.width is None or width not in widths_of(media.width):
        raise Http404(f"no picture {sha256} of width {width}")
    source = existing_or_404(media)
    made = rendition(source, media.sha256, width).read_bytes()
    return HttpResponse(made, content_type="image/webp", headers={"Cache-Control": KEEP})


@require_safe
@of_open_courses_or_signed_in
def file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """Send a video or its captions, or the bytes of it that are asked for."""
    media = visible_media_or_404(request, sha256)
    if media.width is not None:
        raise Http404(f"{sha256} is a picture")
    response = bytes_of(request, existing_or_404(media), media.mime)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = KEEP
    return response


def existing_or_404(media: Media) -> Path:
    path = stored_path(media.sha256)
    if not path.exists():
        raise Http404(f"the bytes of {media.sha256} are not there")
    return path


def bytes_of(request: HttpRequest, path: Path, mime: str) -> HttpResponseBase:
    """Return a file, or the range of it that the request asks for."""
    size = path.stat().st_size
    try:
        asked = asked_range(request.headers.get("Range", ""), size)
    except RangeNotThere:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = asked or (0, size - 1)
    pieces = pieces_of(path, first, last - first + 1)
    response = StreamingHttpResponse(pieces, content_type=mime)
    response["Content-Length"] = str(last - first + 1)
    if asked:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def pieces_of(path: Path, start: int, count: int) -> Iterator[bytes]:
    """Yield `count` bytes of a file from `start`, a piece at a time."""
    with path.open("rb") as opened:
        opened.seek(start)
        for piece in iter(partial(opened.read, PIECE), b""):
            yield piece[:count]
            count -= len(piece)
            if count <= 0:
                return
