"""Write docs/sources.md from the shipped course files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.management.commands.loadcourses import shipped_packages
from courses.packages import PackageErrors, read_package
from courses.source_list import source_list

PAGE = Path(__file__).resolve().parents[3] / "docs/sources.md"


class Command(BaseCommand):
    help = "Write docs/sources.md from the shipped course files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="say whether the page is current; write nothing"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        """Write the page if it is not current; with --check, fail then."""
        try:
            text = source_list(read_package(folder) for folder in shipped_packages())
        except PackageErrors as error:
            raise CommandError(f"The page was left as it was; mend this first:\n{error}") from error
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            self.stdout.write("docs/sources.md is current.")
        elif check:
            raise CommandError("docs/sources.md is not current; run manage.py writesources.")
        else:
            PAGE.write_text(text, encoding="utf-8", newline="")
            self.stdout.write("docs/sources.md written.")
