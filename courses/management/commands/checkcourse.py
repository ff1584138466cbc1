"""Check a course: what is to be mended in a folder of course files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.checking import check_package
from courses.checks import Finding, Report
from courses.packages import Package, PackageErrors, read_package

ERRORS, WARNINGS = 1, 2


class Command(BaseCommand):
    help = (
        "Check a folder of course files: errors stop publishing (exit code 1), warnings ask"
        " (exit code 2)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of a course")

    def handle(self, *, folder: Path, **options: Any) -> None:
        """Print one line for each finding, the weightiest first."""
        try:
            package = read_package(folder.resolve())
        except PackageErrors as error:
            for problem in error.problems:
                self.stdout.write(f"{folder}/{problem}")
            raise CommandError("The files cannot be read yet.", returncode=ERRORS) from error
        report = check_package(package)
        for finding in report.findings:
            self.stdout.write(f"{place_of(finding, package)}: {finding.severity}, {finding.check}")
            self.stdout.write(f"    {finding.message}")
        for allowed in report.unused:
            place = "/".join(filter(None, [allowed.step, allowed.block])) or "course"
            self.stdout.write(f"waivers.yaml: nothing asks for {allowed.check} at {place} any more")
        self.finish(report)

    def finish(self, report: Report) -> None:
        """Say how much was found; leave with the exit code that says so too."""
        summary = (
            f"{len(report.errors)} errors, {len(report.warnings)} warnings, "
            f"{len(report.waived)} allowed with a reason"
        )
        if report.errors:
            raise CommandError(summary, returncode=ERRORS)
        if report.warnings:
            raise CommandError(summary, returncode=WARNINGS)
        self.stdout.write(summary)


def place_of(finding: Finding, package: Package) -> str:
    """Return the file in which something is to be mended, its line if it is known, its block."""
    found = package.place_of(finding)
    line = f":{found.line}" if found.line and found.line > 1 else ""
    block = f" [{finding.block}]" if finding.block else ""
    return f"{found.file}{line}{block}"
