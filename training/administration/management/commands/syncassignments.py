"""Bring assignments down to people; a job for every night, soon after midnight."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.records.assigning import sync


class Command(BaseCommand):
    help = "Give everybody the courses assigned to them, with due dates; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        synced = sync(at=timezone.now())
        self.stdout.write(
            f"{synced.made} courses assigned, {synced.dated} due dates written, "
            f"{synced.removed} assigned courses taken back."
        )
