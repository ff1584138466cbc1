"""Load course packages: bring drafts up to date and publish what changed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.loading import Loaded, load_packages
from courses.packages import Package, PackageErrors, PackageProblem, in_order, read_package

SHIPPED = Path(__file__).resolve().parents[2] / "content"

_SAID = {
    "published": "release {number} published.",
    "unchanged": "nothing changed since release {number}.",
    "edited-here": "the draft was edited here and is left alone; nothing was loaded.",
    "update-available": "the draft was edited here. An update is available on its home in the"
    " admin: {offers}.",
}


class Command(BaseCommand):
    help = "Load course packages: bring drafts up to date and publish what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folders",
            nargs="*",
            type=Path,
            metavar="folder",
            help="a package; without any, all those that came with the software",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )

    def handle(self, *, folders: list[Path], dry_run: bool, **options: Any) -> None:
        """Load each package by itself: one with problems does not hold up the others."""
        with taken_back() if dry_run else nullcontext():
            counts = self.load_all(folders or shipped_packages())
        summary = (
            f"{counts['published']} published, {counts['unchanged']} unchanged, "
            f"{counts['edited-here']} edited here, {counts['update-available']} to decide "
            f"about, {counts['problems']} with problems"
        )
        if dry_run:
            summary += " (dry run: nothing was written)"
        if counts["problems"]:
            raise CommandError(summary)
        self.stdout.write(summary)

    def load_all(self, folders: list[Path]) -> Counter[str]:
        """Load packages, each after those that it requires; return how many came to what."""
        counts: Counter[str] = Counter()
        for folder, loaded in load_in_order(folders):
            if isinstance(loaded, PackageErrors):
                counts["problems"] += 1
                for problem in loaded.problems:
                    self.stderr.write(f"{folder}/{problem}")
                self.stderr.write(f"{folder.name}: nothing was loaded; mend the lines above.")
            else:
                counts[loaded.outcome] += 1
                number = loaded.release.number if loaded.release else 0
                said = _SAID[loaded.outcome].format(number=number, offers=_offers(loaded))
                self.stdout.write(f"{loaded.course_key}: {said}")
        return counts


def _offers(loaded: Loaded) -> str:
    """Return how many parts an update changes, and how many of them were changed here too."""
    here = sum(offer.is_changed_here for offer in loaded.offers)
    count = len(loaded.offers)
    parts = "1 part changed" if count == 1 else f"{count} parts changed"
    return f"{parts}, {here} of them also changed here" if here else parts


def shipped_packages() -> list[Path]:
    """Return the folders of the courses that come with the software."""
    return sorted(path for path in SHIPPED.iterdir() if path.is_dir() and path.name[0] not in "._")


@contextmanager
def taken_back() -> Iterator[None]:
    """Take everything back that is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def load_in_order(folders: list[Path]) -> Iterator[tuple[Path, Loaded | PackageErrors]]:
    """Yield each folder with what loading it came to, or what is wrong with it."""
    read: dict[str, tuple[Path, Package]] = {}
    for folder in folders:
        try:
            package = read_package(folder.resolve())
        except PackageErrors as errors:
            yield folder, errors
            continue
        if package.key in read:
            problem = PackageProblem(".", None, "another folder of this run has the same name")
            yield folder, PackageErrors([problem])
        else:
            read[package.key] = (folder, package)
    packages, circles = in_order(package for _folder, package in read.values())
    for key, circle in circles.items():
        yield read[key][0], circle
    for package, loaded in load_packages(list(packages), at=timezone.now()):
        yield read[package.key][0], loaded
