"""Check that every record hangs together; reads everything, changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from training.administration.verifying import verify_records


class Command(BaseCommand):
    help = "Check releases, attempts, completions and certificates against what they rest on."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_records()
        for problem in found.problems:
            self.stderr.write(problem)
        counts = ", ".join(f"{count} {name}" for name, count in found.counts.items())
        if found.problems:
            raise CommandError(f"{len(found.problems)} problems in {counts}.")
        self.stdout.write(f"Verified {counts}: all hold together.")
