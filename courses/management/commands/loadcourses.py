"""Load course packages: bring drafts up to date and publish what changed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.loading import Loaded, load_package
from courses.packages import PackageErrors, read_package

SHIPPED = Path(__file__).resolve().parents[2] / "content"

_SAID = {
    "published": "release {number} published.",
    "unchanged": "nothing changed since release {number}.",
    "edited-here": "the draft was edited here and is left alone; nothing was loaded.",
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
        counts: Counter[str] = Counter()
        for folder in folders or shipped_packages():
            try:
                loaded = load(folder, dry_run=dry_run)
            except PackageErrors as error:
                counts["problems"] += 1
                for problem in error.problems:
                    self.stderr.write(f"{folder}/{problem}")
                self.stderr.write(f"{folder.name}: nothing was loaded; mend the lines above.")
            else:
                counts[loaded.outcome] += 1
                number = loaded.release.number if loaded.release else 0
                said = _SAID[loaded.outcome].format(number=number)
                self.stdout.write(f"{loaded.course_key}: {said}")
        summary = (
            f"{counts['published']} published, {counts['unchanged']} unchanged, "
            f"{counts['edited-here']} edited here, {counts['problems']} with problems"
        )
        if dry_run:
            summary += " (dry run: nothing was written)"
        if counts["problems"]:
            raise CommandError(summary)
        self.stdout.write(summary)


def shipped_packages() -> list[Path]:
    """Return the folders of the courses that come with the software."""
    return sorted(path for path in SHIPPED.iterdir() if path.is_dir() and path.name[0] not in "._")


def load(folder: Path, *, dry_run: bool) -> Loaded:
    """Read and load one package; a dry run takes everything back."""
    package = read_package(folder.resolve())
    with transaction.atomic():
        loaded = load_package(package, at=timezone.now())
        transaction.set_rollback(dry_run)
    return loaded
