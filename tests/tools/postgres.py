"""Run pytest on a PostgreSQL server of its own: `python -m tests.tools.postgres [arguments]`.

The server listens on 127.0.0.1 only, on a free port, with a password made for this run. Its files
are in a temporary folder. It is stopped and removed in the end, whatever happens to the tests.
"""

from __future__ import annotations

import locale
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

from tests.tools import debian

UNAVAILABLE = 69
USER = "groundwork"
START_SECONDS = 30
STOP_SECONDS = 30
CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# Nothing in a test outlives the run, so nothing waits for the disk.
FLEETING = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
OPTIONS = ("max_connections=200",)


class NoPostgres(Exception):
    """There is no PostgreSQL server here; the message says why."""


@dataclass(frozen=True)
class Account:
    """Who runs the server. PostgreSQL refuses root, so root lends it to somebody else."""

    name: str | None
    group: int | None

    def arguments(self) -> dict[str, Any]:
        """Return what makes subprocess start a program as this account."""
        if self.name is None:
            return {}
        return {"user": self.name, "group": self.group, "extra_groups": []}


def find_binaries() -> Path | None:
    """Return the folder with initdb and postgres, the newest when there are several."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    for place in PLACES:
        folders += sorted(Path("/").glob(place.removeprefix("/")), key=_version, reverse=True)
    return next((each for each in folders if (each / "postgres").exists()), None)


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


def binaries() -> Path:
    """Return the folder with PostgreSQL's programs, installed if need be; raises NoPostgres."""
    found = find_binaries()
    if found is None and debian.can_install():
        print("Installing PostgreSQL for the tests.", flush=True)
        _forbid_main_cluster()
        debian.install("postgresql")
        found = find_binaries()
    if found is None:
        raise NoPostgres(
            "PostgreSQL was not found, and could not be installed. It is installed by itself only "
            "for root on a system with apt-get. Install PostgreSQL 14 or newer, so that initdb is "
            "in the PATH, and try again."
        )
    return found


def _forbid_main_cluster() -> None:
    """Keep Debian's package from making and starting a server of its own."""
    if not CREATECLUSTER.exists():
        CREATECLUSTER.parent.mkdir(parents=True, exist_ok=True)
        CREATECLUSTER.write_text("create_main_cluster = false\n")


def server_account() -> Account:
    """Return the account to run the server as; raises NoPostgres when root finds nobody."""
    if os.geteuid() != 0:
        return Account(None, None)
    for name in ("postgres", "nobody"):
        try:
            return Account(name, pwd.getpwnam(name).pw_gid)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL does not run as root, and there is no account “nobody” here.")


def collation() -> str:
    """Return a locale of this machine that knows the letters of every language."""
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    return "C.UTF-8"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_cluster(folder: Path, *, programs: Path, account: Account) -> str:
    """Make the server's files in `folder`; return the password. Raises NoPostgres."""
    password = secrets.token_urlsafe(24)
    password_file = folder / "password"
    password_file.write_text(password)
    if account.name is not None:
        for path in (folder, password_file):
            shutil.chown(path, account.name, account.group)
    command = [
        *(str(programs / "initdb"), "--pgdata", str(folder / "files"), "--username", USER),
        *("--encoding", "UTF8", "--locale", collation(), "--no-sync"),
        *("--auth", "scram-sha-256", "--pwfile", str(password_file)),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **account.arguments()
    )
    if done.returncode != 0:
        raise NoPostgres(f"PostgreSQL could not make its files:\n{done.stderr.strip()}")
    return password


def wait_until_ready(server: subprocess.Popen[bytes], *, url: str, log: Path) -> None:
    """Return once the server answers; raises NoPostgres when it does not."""
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(url, dbname="postgres", connect_timeout=3).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text(errors='replace').strip()}")


def stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # to PostgreSQL this is "fast": end sessions, then stop
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[str]:
    """Run a server and give its DATABASE_URL; `durable` waits for the disk. Raises NoPostgres."""
    programs, account, port = binaries(), server_account(), free_port()
    with tempfile.TemporaryDirectory(
        prefix="groundwork-postgres-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        password = make_cluster(folder, programs=programs, account=account)
        url = f"postgres://{USER}:{password}@127.0.0.1:{port}/{USER}"
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", *OPTIONS]
        settings += () if durable else FLEETING
        command = [str(programs / "postgres"), "-D", str(folder / "files"), "-p", str(port)]
        command += [part for setting in settings for part in ("-c", setting)]
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests; the server is stopped after them
                **account.arguments(),
            )
        try:
            wait_until_ready(server, url=url, log=log)
            yield url
        finally:
            stop(server)


def run_tests(arguments: list[str], *, url: str) -> int:
    """Run pytest on the database; return its exit code. Interrupted, it may still tidy up."""
    command = [sys.executable, "-m", "pytest", *arguments]
    tests = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    try:
        return tests.wait()
    except KeyboardInterrupt:  # Ctrl-C has reached the tests as well
        return tests.wait(STOP_SECONDS)
    except SystemExit:
        tests.send_signal(signal.SIGINT)
        tests.wait(STOP_SECONDS)
        raise
    finally:
        tests.kill()


def leave(signum: int, frame: FrameType | None) -> None:
    """Leave by the way that stops the server."""
    sys.exit(128 + signum)


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments` on a server of its own; return its exit code."""
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    try:
        with running_server() as url:
            return run_tests(arguments, url=url)
    except NoPostgres as problem:
        print(problem, file=sys.stderr)
        return UNAVAILABLE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
