"""Start-up checks: what would go wrong later and can be told now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tzdata
from django.conf import settings
from django.core import checks

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph"})
MOUNTS = Path("/proc/mounts")


def zone_table_is_fresh(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Warn when the zone table is two years old: zones change by law, at short notice."""
    year = int(tzdata.IANA_VERSION[:4])
    if year >= datetime.now(UTC).year - 1:
        return []
    return [
        checks.Warning(
            f"The time zone table is of {tzdata.IANA_VERSION}.",
            hint="Upgrade the tzdata package: dates that people see depend on it.",
            id="groundwork.W001",
        )
    ]


def sqlite_is_on_this_machine(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Refuse an SQLite database on a network file system, whose locks cannot be relied on."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3" or not MOUNTS.exists():
        return []
    kind = file_system_of(Path(database["NAME"]), MOUNTS.read_text())
    if kind not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        checks.Error(
            f"The SQLite database lies on a network file system ({kind}).",
            hint="Move it to a disk of this machine, or use PostgreSQL: set DATABASE_URL.",
            id="groundwork.E001",
        )
    ]


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of file system that `path` lies on, by a table like /proc/mounts."""
    where = path.resolve()
    found = ""
    longest = -1
    for line in mounts.splitlines():
        _device, point, kind, *_rest = line.split(" ")
        if where.is_relative_to(point) and len(point) > longest:
            found, longest = kind, len(point)
    return found


def mail_reaches_people(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Warn, before a site is opened, of mail that goes nowhere and of links that lead nowhere."""
    found: list[checks.CheckMessage] = []
    if not settings.IS_LOCAL and not settings.MAIL_LEAVES:
        found.append(
            checks.Warning(
                "Mail is only written to files on this machine: nobody gets it.",
                hint="Set EMAIL_URL to your mail server.",
                id="groundwork.W002",
            )
        )
    if "*" in settings.SITE_URL:
        found.append(
            checks.Warning(
                f"Links in mails would begin with {settings.SITE_URL}.",
                hint="Set SITE_URL to the address at which people reach the site.",
                id="groundwork.W003",
            )
        )
    return found
