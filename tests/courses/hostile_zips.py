"""Zips as somebody might send them: built byte by byte where zipfile would not."""

from __future__ import annotations

import io
import stat
import warnings
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tests.factories import COURSE_FILES

SMALL = {
    path.relative_to(COURSE_FILES).as_posix(): path.read_bytes()
    for path in sorted((COURSE_FILES / "green-bins").rglob("*.*"))
}


def zipped(files: Iterable[tuple[str | ZipInfo, bytes]] | None = None, **more: bytes) -> io.BytesIO:
    """Return a zip of the small course's files, or of these; `more` by path, "__" for "/"."""
    members = list(SMALL.items()) if files is None else list(files)
    target = io.BytesIO()
    with warnings.catch_warnings(), ZipFile(target, "w", ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of a name that stands twice
        for name, stored in [*members, *more.items()]:
            archive.writestr(name, stored)
    target.seek(0)
    return target


def with_member(name: str | ZipInfo, stored: bytes = b"x") -> io.BytesIO:
    """Return a zip of the small course with one member more."""
    return zipped([*SMALL.items(), (name, stored)])


def renamed(old: str, new: str, stored: bytes = b"x") -> io.BytesIO:
    """Return the small course with a member whose name zipfile would have mended."""
    assert len(old) == len(new)
    packed = with_member(old, stored).getvalue()
    assert packed.count(old.encode()) == 2
    return io.BytesIO(packed.replace(old.encode(), new.encode()))


def special(name: str, kind: int) -> ZipInfo:
    """Return a member of another kind than a file, such as stat.S_IFLNK."""
    info = ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o644) << 16
    return info


def link(name: str) -> ZipInfo:
    return special(name, stat.S_IFLNK)


def patched(at: str, offset: int, value: bytes) -> io.BytesIO:
    """Return the small course's zip with bytes replaced in the central entry of a member."""
    packed = bytearray(zipped().getvalue())
    start = packed.rindex(at.encode()) - 46 + offset
    packed[start : start + len(value)] = value
    return io.BytesIO(bytes(packed))


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
