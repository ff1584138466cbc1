"""Measure the site on SQLite and PostgreSQL: `python -m tests.bench`, best through `make bench`.

wrk (https://github.com/wg/wrk) asks the production server for each page at 1, 8 and 64 clients.
The figures are printed and put into docs/performance.md, as measured, with the machine and its
load. SECONDS and SCALE, from the environment, say how long each line takes and how many people
there are.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from tests.tools import debian
from tests.tools.postgres import NoPostgres, free_port, running_server

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "performance.md"
CLIENTS = (1, 8, 64)
SECONDS = int(os.environ.get("SECONDS", "4"))
WARM_SECONDS = 4
WORKERS = "2"
TICKS = os.sysconf("SC_CLK_TCK")
PAGES = {
    "lesson": "Lesson page",
    "my-learning": "My learning",
    "answer": "Save an answer",
    "submit": "Submit a quiz",
    "team": "Manager's page",
    "certificate-pdf": "New certificate (PDF)",
    "verify": "Verification",
}
ONCE = {"submit", "certificate-pdf"}
"""What each request does only the first time; these are shared out among the numbers of clients."""


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    engine: str
    page: str
    clients: int
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    queries: int
    cpu_ms: float
    memory_mb: int
    load: float

    def row(self) -> str:
        return (
            f"| {self.engine} | {PAGES[self.page]} | {self.clients} | {self.requests} "
            f"| {self.per_second:.0f} | {self.p50:.1f} | {self.p95:.1f} | {self.p99:.1f} "
            f"| {self.errors} | {self.queries} | {self.cpu_ms:.1f} | {self.memory_mb} "
            f"| {self.load:.1f} |"
        )


@dataclass(frozen=True)
class Aim:
    """What a figure is to be: at most `limit`, or at least it."""

    text: str
    page: str
    clients: int
    figure: str
    limit: float
    is_least: bool = False

    def result(self, figures: list[Figure], engine: str) -> str:
        """Return what was measured on an engine, and whether that is enough."""
        found = next(
            row
            for row in figures
            if (row.engine, row.page, row.clients) == (engine, self.page, self.clients)
        )
        value = getattr(found, self.figure)
        is_met = value >= self.limit if self.is_least else value <= self.limit
        return f"{value:.4g}, {'met' if is_met else 'missed'}"


AIMS = [
    Aim("lesson page: at most 5 ms of CPU, 1 client", "lesson", 1, "cpu_ms", 5),
    Aim("lesson page: at most 8 queries", "lesson", 1, "queries", 8),
    Aim("lesson page: at least 300 a second, 64 clients", "lesson", 64, "per_second", 300, True),
    Aim("saving an answer: p95 at most 40 ms, 8 clients", "answer", 8, "p95", 40),
    Aim("a new certificate: p95 at most 60 ms, 1 client", "certificate-pdf", 1, "p95", 60),
]
BEGIN = "<!-- From here on written by make bench -->"
END = "<!-- Up to here written by make bench -->"
HEAD = (
    "| database | page | clients | requests | per second | p50 ms | p95 ms | p99 ms | errors "
    "| queries | CPU ms | memory MB | load |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def processes_of(server: int) -> list[int]:
    """Return the server's own process and those below it."""
    found = [server]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(parts[1]) in found:
            found.append(int(status.parent.name))
    return found


def cpu_seconds(server: int) -> float:
    total = 0
    for process in processes_of(server):
        parts = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(parts[11]) + int(parts[12])
    return total / TICKS


def memory_mb(server: int) -> int:
    pages = sum(
        int(Path(f"/proc/{process}/statm").read_text().split()[1])
        for process in processes_of(server)
    )
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Start the production server; give its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", WORKERS, "--blocking-threads", "1"]
    command += ["--log-level", "error", "training.wsgi:application"]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_until_up(url: str) -> None:
    for _ in range(200):
        try:
            urlopen(url, timeout=2).close()  # noqa: S310  our own server
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


def share(requests: Path, *, part: int) -> Path:
    """Return a file with one part of the requests that count only once; the last is to warm up."""
    lines = requests.read_text().splitlines()
    chosen = requests.with_name(f"{requests.name}-{part}")
    chosen.write_text("\n".join(lines[part :: len(CLIENTS) + 1]) + "\n")
    return chosen


def warm_up(page: str, *, folder: Path, port: int) -> None:
    """Let each process load what a page needs the first time; that is not what is measured."""
    requests = share(folder / page, part=len(CLIENTS)) if page in ONCE else folder / page
    command = [*load_command(clients=8, seconds=WARM_SECONDS), f"http://127.0.0.1:{port}"]
    subprocess.run(
        command, env=load_environment(page, requests, port), check=True, capture_output=True
    )


def load_command(*, clients: int, seconds: int) -> list[str]:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s"]
    return [*command, "-s", str(HERE / "load.lua")]


def load_environment(page: str, requests: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "BENCH_REQUESTS": str(requests),
        "BENCH_HOST": f"localhost:{port}",
        "BENCH_ONCE": "1" if page in ONCE else "0",
    }


def measure(
    engine: str, page: str, clients: int, *, folder: Path, port: int, server: int, queries: int
) -> Figure:
    part = CLIENTS.index(clients)
    requests = share(folder / page, part=part) if page in ONCE else folder / page
    if part == 0:
        warm_up(page, folder=folder, port=port)
    environment = load_environment(page, requests, port)
    command = [*load_command(clients=clients, seconds=SECONDS), f"http://127.0.0.1:{port}"]
    before = cpu_seconds(server)
    output = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout
    used = cpu_seconds(server) - before
    measured = json.loads(next(row for row in output.splitlines() if row.startswith("BENCH"))[6:])
    count = measured["requests"]
    if not count:
        raise SystemExit(f"{page} at {clients} clients: nothing was answered.\n{output}")
    figure = Figure(
        engine=engine,
        page=page,
        clients=clients,
        requests=count,
        per_second=count / measured["seconds"],
        p50=measured["p50"],
        p95=measured["p95"],
        p99=measured["p99"],
        errors=measured["errors"],
        queries=queries,
        cpu_ms=1000 * used / count,
        memory_mb=memory_mb(server),
        load=os.getloadavg()[0],
    )
    print(figure.row(), flush=True)
    return figure


def measure_engine(engine: str, url: str) -> list[Figure]:
    """Build the data set on a database, and measure every page over it."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "training.settings",
        "LOG_LEVEL": "ERROR",
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"Building the data set on {engine}.", flush=True)
        build = [sys.executable, "-m", "tests.bench.dataset", name]
        subprocess.run(build, env=environment, check=True)
        queries = json.loads((folder / "queries.json").read_text())
        with serving(environment) as (port, server):
            return [
                measure(
                    engine,
                    page,
                    clients,
                    folder=folder,
                    port=port,
                    server=server,
                    queries=queries[page],
                )
                for page in PAGES
                for clients in CLIENTS
            ]


def measure_sqlite() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return measure_engine("SQLite", f"sqlite:///{folder}/bench.sqlite3")


def measure_postgres() -> list[Figure]:
    with running_server(durable=True) as url:
        server, _slash, database = url.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return measure_engine("PostgreSQL", url)


def write_report(figures: list[Figure]) -> None:
    """Put the figures between the marks of docs/performance.md; the rest of it is written by us."""
    before, _begin, rest = REPORT.read_text().partition(BEGIN)
    _measured, _end, after = rest.partition(END)
    rows = "\n".join(figure.row() for figure in figures)
    parts = [before + BEGIN, conditions(), aims_table(figures), f"{HEAD}\n{rows}", END + after]
    REPORT.write_text("\n\n".join(parts))


def conditions() -> str:
    """Say when, where and over how much was measured."""
    when = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    scale = os.environ.get("SCALE", "1")
    return (
        f"Measured on {when}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SCALE={scale}, {WORKERS} processes of one thread, {SECONDS} seconds for each line."
    )


def aims_table(figures: list[Figure]) -> str:
    """Say of each aim what was measured on each database, and whether it was met."""
    engines = list(dict.fromkeys(figure.engine for figure in figures))
    rows = [f"| aim | {' | '.join(engines)} |", "|---|" + "---|" * len(engines)]
    rows += [
        f"| {aim.text} | {' | '.join(aim.result(figures, engine) for engine in engines)} |"
        for aim in AIMS
    ]
    return "\n".join(rows)


def main() -> None:
    if shutil.which("wrk") is None and not (debian.can_install() and debian.install("wrk")):
        raise SystemExit("make bench needs wrk, a load generator. Install it and try again.")
    print(HEAD)
    figures = measure_sqlite()
    try:
        figures += measure_postgres()
    except NoPostgres as problem:
        print(f"PostgreSQL was not measured: {problem}")
    write_report(figures)


if __name__ == "__main__":
    main()
