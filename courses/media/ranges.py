"""Which bytes of a file a browser asks for, by its Range header (RFC 9110, section 14)."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)


class RangeNotThere(Exception):
    """The file ends before the range begins."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None: all of the file.

    A header that cannot be read, or asks for several ranges, asks for all. Raises RangeNotThere.
    """
    found = _RANGE.match(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size or last < first:
        raise RangeNotThere(header)
    return first, last
