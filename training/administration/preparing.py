"""Making a database ready: what every installation has before the first person signs in."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from training.administration.roles import ensure_roles


def prepare_site() -> None:
    """Bring the database up to date and fill in what ships with the software; safe to repeat."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_roles()
    call_command("loadsupport", verbosity=0, stdout=StringIO())
