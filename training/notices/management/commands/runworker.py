"""The worker: it sends mail and does the daily work, in rounds, until it is stopped."""

from __future__ import annotations

import os
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from training.notices.sending import ROUND
from training.notices.working import Round, work

EVERY_SECONDS = 30.0
LOOK_SECONDS = 1.0
"""How often it looks whether it should stop."""


class Command(BaseCommand):
    help = "Send the mail that is due and do the daily work; run it beside the web server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="do what is due, then stop: for cron"
        )
        parser.add_argument(
            "--every",
            type=float,
            default=EVERY_SECONDS,
            metavar="SECONDS",
            help="how long to wait between two rounds",
        )
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="stop when the program that started it ends, as make run wants it",
        )

    def handle(
        self, *args: Any, once: bool, every: float, with_parent: bool, **options: Any
    ) -> None:
        self.stop = Event()
        self.parent = os.getppid() if with_parent else None
        self.was_held = False
        if once:
            self.work_off()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        while not self.is_to_stop():
            self.work_off(is_going_on=True)
            close_old_connections()  # one that broke is opened anew
            self.wait(every)

    def work_off(self, *, is_going_on: bool = False) -> None:
        """Do rounds until nothing is due; raises CommandError when one failed and it must end."""
        is_more = True
        while is_more and not self.is_to_stop():
            done = work(at=timezone.now())
            self.say(done)
            if done.failures and not is_going_on:
                raise CommandError("Something failed: the log says what. The rest was done.")
            is_more = done.sent.count >= ROUND and not done.sent.is_stopped and not done.failures

    def say(self, done: Round) -> None:
        """Print what was done; nothing when that was nothing."""
        if done.nightly and done.nightly.is_change:
            self.stdout.write(f"Daily work: {done.nightly}.")
        if done.queued or done.sent.count:
            self.stdout.write(
                f"Mail: {done.queued} queued, {done.sent.sent} sent, {done.sent.failed} failed, "
                f"{done.sent.dropped} not sent any more."
            )
        if done.is_held and not self.was_held:
            self.stdout.write("Mail is held: see Mail in the admin, or holdmail --release.")
        self.was_held = done.is_held
        self.stdout.flush()

    def wait(self, seconds: float) -> None:
        while seconds > 0 and not self.is_to_stop():
            self.stop.wait(min(LOOK_SECONDS, seconds))
            seconds -= LOOK_SECONDS

    def is_to_stop(self) -> bool:
        is_orphan = self.parent is not None and os.getppid() != self.parent
        return self.stop.is_set() or is_orphan
