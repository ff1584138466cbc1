"""Make a new or upgraded installation ready: database, roles, courses, assignments, files."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from training.administration.preparing import prepare_site


class Command(BaseCommand):
    help = "Migrate, fill in what ships with the software, load the courses, collect static files."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_site()
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            call_command("loadcourses", stdout=self.stdout, stderr=self.stderr)
        except CommandError as problem:
            # A broken course file must not keep the site from starting; the others are loaded.
            self.stderr.write(self.style.WARNING(str(problem)))
        call_command("syncassignments", stdout=self.stdout)
