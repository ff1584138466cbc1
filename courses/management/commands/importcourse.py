"""Bring a package into a draft: a zip or a folder. Nothing is published."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.comparing import CourseChanges
from courses.importing import ImportPreview, import_package, preview_import
from courses.packages import Package, PackageErrors, read_package
from courses.packages.zips import package_in


class Command(BaseCommand):
    help = "Bring a package into a draft: a zip or a folder. Nothing is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="a zip, or a folder")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )

    def handle(self, *, package: Path, dry_run: bool, **options: Any) -> None:
        """Say what the import changes, and change it unless it is a dry run."""
        try:
            with _read(package) as brought:
                preview = preview_import(brought, at=timezone.now())
                self._say(preview)
                if not dry_run:
                    import_package(brought, at=timezone.now(), draft_seen=preview.draft_seen)
        except PackageErrors as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError("Nothing was imported; mend the lines above.") from error
        except OSError as error:
            raise CommandError(f"{package} cannot be read: {error.strerror}.") from error
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        else:
            self.stdout.write(f"{preview.key}: imported as a draft; publish it in the admin.")

    def _say(self, preview: ImportPreview) -> None:
        where = "a new draft" if preview.is_new else "onto the draft that is here"
        self.stdout.write(f"{preview.key}, “{preview.title}”: {where}")
        if preview.changes.is_nothing:
            self.stdout.write("nothing changes")
        for line in _in_words(preview.changes):
            self.stdout.write(line)
        for problem in preview.problems:
            self.stdout.write(f"! before it can be published: {problem}")


def _in_words(changes: CourseChanges) -> Iterator[str]:
    """Yield what changes, a line for each step and, below it, each block or question."""
    for part in changes.about:
        yield f"- {part.kind} {part.key}: {part.change}".replace(" :", ":")
    for step in changes.changed_steps:
        moved = " and moved" if step.is_moved else ""
        yield f"- {step.key}, “{step.title}”: {step.change}{moved}"
        for part in step.parts:
            yield f"  - {part.kind} {part.key}: {part.change}".replace(" :", ":")


@contextmanager
def _read(path: Path) -> Iterator[Package]:
    if path.is_dir():
        yield read_package(path.resolve())
    else:
        with path.open("rb") as file, package_in(file) as package:
            yield package
