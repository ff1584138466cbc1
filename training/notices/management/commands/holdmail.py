"""Hold all mail, or let it go out again; the first thing to do with a restored backup."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.notices.outbox import hold_mail, release_mail


class Command(BaseCommand):
    help = "Hold all mail; with --release let it go out again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", default="", help="shown to administrators")
        parser.add_argument("--release", action="store_true", help="let mail go out again")
        parser.add_argument(
            "--drop-waiting",
            action="store_true",
            help="with --release: send nothing of what waits, tell nothing that happened before",
        )

    def handle(
        self, *args: Any, reason: str, release: bool, drop_waiting: bool, **options: Any
    ) -> None:
        now = timezone.now()
        if drop_waiting and not release:
            raise CommandError("--drop-waiting goes with --release.")
        if not release:
            row = hold_mail(reason=reason or "manage.py holdmail", at=now)
            self.stdout.write(f"Mail is held ({row.held_reason}).")
            return
        count = release_mail(at=now, is_dropping=drop_waiting)
        what = "dropped" if drop_waiting else "wait to be sent"
        self.stdout.write(f"Mail goes out again; {count} {what}.")
