"""Fill in the support lines that ship with the software."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from training.pages.support import load_support_lines


class Command(BaseCommand):
    help = "Fill in the shipped support lines, when there are none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        count = len(load_support_lines())
        self.stdout.write(f"Added {count} support lines.")
