"""Bring the files of course packages into the one form in which they are kept."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.management.commands.loadcourses import shipped_packages
from courses.packages import PackageErrors
from courses.packages.form import unformed_files


class Command(BaseCommand):
    help = "Bring the files of course packages into the one form in which they are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folders",
            nargs="*",
            type=Path,
            metavar="folder",
            help="a package; without any, all those that came with the software",
        )
        parser.add_argument(
            "--check", action="store_true", help="say which files would change and write nothing"
        )

    def handle(self, *, folders: list[Path], check: bool, **options: Any) -> None:
        """Format each package; its content stays, its comments go."""
        written, has_problems = 0, False
        for folder in folders or shipped_packages():
            try:
                unformed = unformed_files(folder.resolve())
            except PackageErrors as error:
                has_problems = True
                for problem in error.problems:
                    self.stderr.write(f"{folder}/{problem}")
                self.stderr.write(f"{folder.name}: left as it was; mend the lines above.")
                continue
            written += len(unformed)
            for name, text in unformed.items():
                self.stdout.write(f"{folder}/{name}")
                if not check:
                    (folder / name).write_text(text, encoding="utf-8", newline="")
        summary = f"{written} files would change" if check else f"{written} files changed"
        if has_problems or (check and written):
            raise CommandError(summary)
        self.stdout.write(summary)
