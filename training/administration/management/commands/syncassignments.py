"""Bring assignments and material releases down to people; a job for every night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.people.organisation import current_organisation
from training.records.assigning import sync
from training.records.completion import move_off, sync_cycles


class Command(BaseCommand):
    help = (
        "Give everybody the courses assigned to them, with due dates, and open those again that "
        "a material release changed; safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        opened = sync_cycles(at=timezone.now())
        moved = move_off(organisation=current_organisation(), at=timezone.now())
        synced = sync(at=timezone.now())
        self.stdout.write(
            f"{synced.made} courses assigned, {synced.dated} due dates written, "
            f"{synced.removed} assigned courses taken back, {opened} courses opened again, "
            f"{moved} people moved off a withdrawn release."
        )
