"""Remove the demo people, before the site is opened to real ones."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from training.administration.demo import demo_people, remove_demo


class Command(BaseCommand):
    help = "Remove the demo people, their records and the demo departments."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say whom it would remove")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        people = list(demo_people())
        for person in people:
            self.stdout.write(f"{person.name} <{person.email}>")
        if dry_run:
            self.stdout.write(f"{len(people)} demo people would be removed. Nothing was changed.")
            return
        counts = remove_demo()
        removed = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"Removed {removed}.")
