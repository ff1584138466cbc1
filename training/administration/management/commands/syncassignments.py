"""Bring assignments and material releases down to people; a job for every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.records.nightly import sync_records


class Command(BaseCommand):
    help = (
        "Give everybody the courses assigned to them, with due dates, and open those again that "
        "a material release changed; safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sync_records(at=timezone.now())}.")
