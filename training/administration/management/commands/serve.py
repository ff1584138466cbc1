"""Prepare the site, serve it on this machine with its worker; what `make run` calls."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from training.administration.demo import PASSWORD, PEOPLE, create_demo, demo_people

HOST = "127.0.0.1"
PROCESSES = str(min(os.cpu_count() or 1, 4))
THREADS = "1"  # in a process: two only wait for each other, and hold the database's lock meanwhile


def refuse_taken_port(port: int) -> None:
    """Raise CommandError when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
            ) from problem


def start_worker() -> subprocess.Popen[bytes]:
    """Start the worker beside us; it ends when we do, or what we become."""
    worker = [sys.executable, sys.argv[0], "runworker", "--with-parent"]
    return subprocess.Popen(worker, stdin=subprocess.DEVNULL)


class Command(BaseCommand):
    help = "Prepare the database, load the courses, make the demo people and serve on localhost."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        refuse_taken_port(port)
        call_command("prepare", stdout=self.stdout, stderr=self.stderr)
        create_demo()
        self.announce(port)
        os.environ["DJANGO_SETTINGS_MODULE"] = "training.settings"
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
        start_worker()
        server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST]
        server += ["--port", str(port), "--log-level", "warning"]
        server += ["--workers", PROCESSES, "--blocking-threads", THREADS]
        server += ["training.wsgi:application"]
        os.execv(sys.executable, server)  # noqa: S606  so that stopping us stops the server

    def announce(self, port: int) -> None:
        """Print the address and, while they exist, the demo sign-ins."""
        existing = set(demo_people().values_list("email", flat=True))
        self.stdout.write(f"\n  Groundwork is at http://localhost:{port}   (stop it with Ctrl+C)\n")
        if existing:
            self.stdout.write(f"\n  Demo people, password “{PASSWORD}”:")
            for person in PEOPLE:
                if person.email in existing:
                    self.stdout.write(f"    {person.what:<15} {person.email}")
        self.stdout.write("")
        self.stdout.flush()
