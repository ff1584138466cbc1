"""Keeping a package that was shipped, and reading it again when its files are gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from courses.media import keep_media, stored_path
from courses.models import Update
from courses.packages import Package, PackageErrors, PackageProblem, read_package
from courses.packages.files import MEDIA, read_files
from courses.packages.problems import Findings
from quizzes.documents import digest_of


@dataclass(frozen=True)
class Shipped:
    """A package as it is kept: its files by path, and the digests of its media by name."""

    texts: dict[str, str]
    media: dict[str, str]

    @property
    def digest(self) -> str:
        return digest_of(msgspec.json.encode([self.texts, self.media], order="sorted"))


def shipped_files(package: Package) -> Shipped:
    """Return what of a package is kept, from its folder."""
    found = read_files(package.folder, Findings()).texts
    texts = {name: text for name, text in found.items() if text is not None}
    return Shipped(texts, {name: each.facts.sha256 for name, each in package.media.items()})


def keep_files(package: Package, *, at: datetime) -> None:
    """Keep the pictures and videos of a package for as long as its course may need them."""
    for each in package.media.values():
        keep_media(each.facts, partial(each.path.open, "rb"), by=None, at=at)


@contextmanager
def package_of(update: Update) -> Iterator[Package]:
    """Give the package that an update brought; raises PackageErrors when it is no longer read."""
    with TemporaryDirectory(prefix="groundwork-update-") as place:
        folder = Path(place) / update.course.key
        for name, text in update.texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="")
        for name, sha256 in update.media.items():
            (folder / MEDIA).mkdir(parents=True, exist_ok=True)
            _copy(stored_path(sha256), folder / MEDIA / name)
        yield read_package(folder)


def _copy(stored: Path, target: Path) -> None:
    try:
        shutil.copyfile(stored, target)
    except OSError as error:
        message = "the file is no longer kept here; run loadcourses again"
        raise PackageErrors([PackageProblem(f"{MEDIA}/{target.name}", None, message)]) from error
