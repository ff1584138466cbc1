"""The text files of a package, read within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from courses.markers import SLUG
from courses.media.reading import ENDINGS, MediaProblem, read_media
from courses.packages.package import PackageMedia
from courses.packages.problems import Findings

LARGEST_FILE = 1_000_000
MOST_FILES = 500
MEDIA = "media"
FOLDERS = {
    "lessons": (".md",),
    "items": (".yaml",),
    "quizzes": (".yaml",),
    MEDIA: tuple(ENDINGS),
}
TOP_FILES = {"course.yaml", "sources.yaml", "terms.yaml", "waivers.yaml"}
BESIDE = {"README.md", "LICENSE"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MEDIA_NAME = re.compile(rf"(?=.{{1,90}}\Z){SLUG}\.[a-z0-9]+\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Files:
    """The files of a package by their path below its folder, such as "lessons/one.md".

    A file that cannot be taken is None, and the reason noted.
    """

    texts: dict[str, str | None]
    media: dict[str, PackageMedia | None]


def read_files(folder: Path, findings: Findings) -> Files:
    """Return the files of a package, read within bounds."""
    try:
        names = [path.relative_to(folder).as_posix() for path in _bounded(folder, findings)]
    except OSError as error:
        findings.add(".", None, f"the folder cannot be read: {error.strerror or error}")
        return Files({}, {})
    media = [name for name in names if name.startswith(f"{MEDIA}/")]
    return Files(
        {name: _read(folder / name, name, findings) for name in names if name not in media},
        {name: _read_media(folder / name, name, findings) for name in media},
    )


def _read_media(path: Path, name: str, findings: Findings) -> PackageMedia | None:
    if not _MEDIA_NAME.match(path.name):
        message = "the name of a file here is small letters, digits and hyphens, then its ending"
        findings.add(name, None, message)
        return None
    try:
        with path.open("rb") as file:
            return PackageMedia(path.name, path, read_media(file, path.name))
    except OSError as error:
        findings.add(name, None, f"the file cannot be read: {error.strerror or error}")
    except MediaProblem as problem:
        findings.add(name, None, str(problem))
    return None


def _bounded(folder: Path, findings: Findings) -> list[Path]:
    paths: list[Path] = []
    for path in _course_files(folder, findings):
        if len(paths) == MOST_FILES:
            findings.add(".", None, f"a course has at most {MOST_FILES} files; take some out")
            break
        paths.append(path)
    return paths


def _course_files(folder: Path, findings: Findings) -> Iterator[Path]:
    """Yield the files that the format knows; everything else that is not hidden is a problem."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in BESIDE:
            continue
        if path.is_symlink():
            findings.add(path.name, None, "links are not followed; put the file itself here")
        elif path.name in FOLDERS and path.is_dir():
            yield from _files_in(path, FOLDERS[path.name], findings)
        elif path.name in TOP_FILES and path.is_file():
            yield path
        else:
            findings.add(path.name, None, "this is no part of a course; see docs/course-files.md")


def _files_in(folder: Path, endings: tuple[str, ...], findings: Findings) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        name = f"{folder.name}/{path.name}"
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            findings.add(name, None, "links are not followed; put the file itself here")
        elif path.suffix not in endings or not path.is_file():
            findings.add(name, None, f"only files that end in {', '.join(endings)} belong here")
        else:
            yield path


def _read(path: Path, name: str, findings: Findings) -> str | None:
    """Return a file's text with one kind of line end, or None when it cannot be taken."""
    try:
        with path.open("rb") as file:
            stored = file.read(LARGEST_FILE + 1)
    except OSError as error:
        findings.add(name, None, f"the file cannot be read: {error.strerror or error}")
        return None
    if len(stored) > LARGEST_FILE:
        findings.add(name, None, f"the file is over {LARGEST_FILE // 1000} kB; split it")
        return None
    if stored.startswith(_BYTE_ORDER_MARK):
        findings.add(name, 1, "the file begins with a byte order mark; save it as UTF-8 without")
        return None
    try:
        text = stored.decode()
    except UnicodeDecodeError as error:
        line = stored.count(b"\n", 0, error.start) + 1
        findings.add(name, line, "this is not UTF-8; save the file as UTF-8")
        return None
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), name, findings)


def _checked(text: str, name: str, findings: Findings) -> str | None:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if _UNPRINTABLE.search(line)]
    for number in lines:
        findings.add(name, number, "an invisible control character stands here; remove it")
    return None if lines else text
