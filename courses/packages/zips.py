"""A package as one zip file: written the same way each time, read as if by an enemy.

Nothing is unpacked by its own name: a member is read only when its name is one that the format
knows, within bounds that count what is really read.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from courses.media.reading import ENDINGS, MOST_BYTES
from courses.packages.files import (
    BESIDE,
    FOLDERS,
    LARGEST_FILE,
    MEDIA,
    MOST_FILES,
    TOP_FILES,
)
from courses.packages.form import files_of
from courses.packages.package import Package
from courses.packages.problems import PackageErrors, PackageProblem
from courses.packages.reading import read_package
from courses.packages.strict import is_key

LARGEST_PACKAGE = 300_000_000
LARGEST_TEXTS = 2_000_000
MOST_FOLD = 100
"""How many times larger than in the zip a file may be, beyond a first megabyte."""
THE_ZIP = "the zip"
_LONGEST_DIRECTORY = 500_000
_PIECE = 65_536
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
_END, _END_SIZE = b"PK\x05\x06", 22
_ZIP64_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DRIVE = re.compile(r"[A-Za-z]:")
_ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|bz2|xz|zst|jar)\Z", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa1-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_DAMAGE = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, NotImplementedError, OverflowError),
)
_FOLDER_FIRST = "put the course's folder itself into the zip; its name is the key of the course"


def write_zip(package: Package, target: BinaryIO) -> None:
    """Write a package as a zip: the same package gives the same bytes."""
    texts = files_of(package)
    media = {f"{MEDIA}/{name}": each.path for name, each in package.media.items()}
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted([*texts, *media]):
            info = ZipInfo(f"{package.key}/{name}", _WRITTEN_AT)
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            if name in texts:
                info.compress_type = ZIP_DEFLATED
                archive.writestr(info, texts[name].encode())
            else:
                _store(archive, info, media[name])


def _store(archive: ZipFile, info: ZipInfo, path: Path) -> None:
    """Put a picture or video in as it is; it is packed already."""
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as target:
        while piece := source.read(_PIECE):
            target.write(piece)


@contextmanager
def package_in(file: BinaryIO) -> Iterator[Package]:
    """Give the package in a zip file for as long as it is needed; then nothing of it is left.

    Raises PackageErrors with what is wrong.
    """
    with TemporaryDirectory(prefix="groundwork-package-") as place:
        yield read_package(_unpack(file, Path(place)))


def _unpack(file: BinaryIO, place: Path) -> Path:
    """Put the files of the course into a folder below `place`, and return that folder."""
    _check_ends(file)
    try:
        with ZipFile(file) as archive:
            members = [each for each in archive.infolist() if not each.filename.endswith("/")]
            _check(archive.infolist())
            root, files = _course_files(members)
            _take(archive, files, place / root)
            return place / root
    except _DAMAGE as error:
        message = "it is damaged or cut off; make it, or download it, again"
        raise _refused(THE_ZIP, message) from error


def _refused(name: str, message: str) -> PackageErrors:
    return PackageErrors([PackageProblem(name, None, message)])


def _check_ends(file: BinaryIO) -> None:
    """Refuse what is no zip, is too large, or has a list of contents that is too long to read.

    The list is looked for where zipfile looks for it, which reads all of it whatever its length.
    """
    size = file.seek(0, 2)
    if size > LARGEST_PACKAGE:
        raise _refused(THE_ZIP, f"it is over {LARGEST_PACKAGE // 1_000_000} MB; make it smaller")
    file.seek(max(size - _END_SIZE - 65_535 - _LOCATOR_SIZE, 0))
    tail = file.read()
    file.seek(0)
    start = len(tail) - _END_SIZE
    if tail[max(start, 0) :][:4] != _END or tail[-2:] != b"\0\0":
        start = tail.rfind(_END)
    if start < 0 or len(tail) - start < _END_SIZE:
        raise _refused(THE_ZIP, "this is no zip file, or it is cut off; make it again")
    count, length = struct.unpack_from("<HL", tail, start + 10)
    locator = tail[max(start - _LOCATOR_SIZE, 0) : start]
    if locator.startswith(_ZIP64_LOCATOR) or length > _LONGEST_DIRECTORY or count > 2 * MOST_FILES:
        raise _refused(THE_ZIP, f"too much stands in it; a course has at most {MOST_FILES} files")


def _check(members: Iterable[ZipInfo]) -> None:
    """Refuse a zip in which a name or a kind of member is not what it should be."""
    problems: list[PackageProblem] = []
    seen: dict[str, str] = {}
    for member in members:
        name = member.orig_filename
        alike = unicodedata.normalize("NFKC", name.rstrip("/")).casefold()
        message = _name_problem(name) or _kind_problem(member) or _twice(name, seen.get(alike))
        seen.setdefault(alike, name)
        if message:
            problems.append(PackageProblem(_shown(name), None, message))
    if problems:
        raise PackageErrors(problems)


def _shown(name: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name)[:100]


def _twice(name: str, first: str | None) -> str | None:
    if first is None:
        return None
    if name == first:
        return "it stands twice in the zip; keep one"
    return f"it differs from {_shown(first)} only in capital letters or accents; keep one"


def _name_problem(name: str) -> str | None:
    if "\\" in name:
        return "its path has a backslash; make the zip with another program"
    if _UNPRINTABLE.search(name):
        return "its name holds a character that no name should have; give it another"
    if name.startswith("/") or _DRIVE.match(name):
        return f"its path begins at the top of a disk; {_FOLDER_FIRST}"
    if {"", ".", ".."} & set(name.rstrip("/").split("/")):
        return f"its path leads elsewhere; {_FOLDER_FIRST}"
    return None


def _kind_problem(member: ZipInfo) -> str | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "it is a link or a device; put the file itself here"
    if member.flag_bits & _ENCRYPTED:
        return "it is locked with a password; make the zip without one"
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "it is packed in a way that is not read; make an ordinary zip (deflate)"
    if _ARCHIVE.search(member.filename):
        return "it is an archive inside the zip; unpack it, and take it out"
    return None


def _course_files(members: Iterable[ZipInfo]) -> tuple[str, dict[str, ZipInfo]]:
    """Return the folder of the course, and its files by their path below it."""
    members = [each for each in members if not _is_hidden(each.filename)]
    roots = sorted({each.filename.split("/")[0] for each in members if "/" in each.filename})
    if not members or not roots or any("/" not in each.filename for each in members):
        raise _refused(THE_ZIP, _FOLDER_FIRST)
    if len(roots) > 1:
        named = ", ".join(_shown(root) for root in roots[:5])
        raise _refused(THE_ZIP, f"it holds several folders ({named}); a zip holds one course")
    if not is_key(roots[0]):
        message = "the folder's name is the course's key: small letters, digits and hyphens"
        raise _refused(_shown(roots[0]), message)
    files = {each.filename.removeprefix(f"{roots[0]}/"): each for each in members}
    problems = [
        PackageProblem(_shown(name), None, wrong)
        for name in files
        if (wrong := _place_problem(name))
    ]
    if len(files) > MOST_FILES:
        message = f"a course has at most {MOST_FILES} files; take some out"
        problems.append(PackageProblem(THE_ZIP, None, message))
    if problems:
        raise PackageErrors(problems)
    return roots[0], {name: each for name, each in files.items() if name not in BESIDE}


def _is_hidden(name: str) -> bool:
    """Say whether a computer put this beside the files by itself."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _place_problem(name: str) -> str | None:
    """Return what is wrong with the path of a file below the course's folder."""
    if name in TOP_FILES or name in BESIDE:
        return None
    path = PurePosixPath(name)
    endings = FOLDERS.get(str(path.parent))
    if endings is None:
        return "this is no part of a course; see docs/course-files.md"
    if path.suffix not in endings:
        return f"only files that end in {', '.join(endings)} belong here"
    return None if is_key(path.stem) else "its name must be small letters, digits and hyphens"


@dataclass
class _Room:
    """How many bytes may still be unpacked: of texts, and in all."""

    texts: int = LARGEST_TEXTS
    all: int = LARGEST_PACKAGE

    def take(self, name: str, size: int) -> None:
        """Note bytes that were read of a file; raises PackageErrors when they are too many."""
        is_text = not name.startswith(f"{MEDIA}/")
        self.all -= size
        self.texts -= size if is_text else 0
        if self.texts < 0:
            limit = LARGEST_TEXTS // 1_000_000
            raise _refused(THE_ZIP, f"its texts are over {limit} MB together; take some out")
        if self.all < 0:
            limit = LARGEST_PACKAGE // 1_000_000
            raise _refused(THE_ZIP, f"its files are over {limit} MB together; make them smaller")


def _take(archive: ZipFile, files: Mapping[str, ZipInfo], folder: Path) -> None:
    """Write the files into a new folder; refuse what is larger than it may be."""
    room = _Room()
    for name, member in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("wb") as copy:
            for piece in _pieces(source, name, member.compress_size):
                room.take(name, len(piece))
                copy.write(piece)


def _pieces(source: IO[bytes], name: str, packed: int) -> Iterator[bytes]:
    """Yield what a member holds, as far as it is within its own bounds."""
    most, read = _most_bytes(name), 0
    while piece := source.read(_PIECE):
        read += len(piece)
        if read > most:
            raise _refused(name, f"the file is over {most // 1000} kB; make it smaller")
        if read > LARGEST_FILE and read > MOST_FOLD * packed:
            raise _refused(name, "it unpacks to far more than a real file would; take it out")
        yield piece


def _most_bytes(name: str) -> int:
    kind = ENDINGS.get(PurePosixPath(name).suffix)
    return MOST_BYTES[kind[0]] if kind else LARGEST_FILE
