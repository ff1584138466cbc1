"""Write a course as a package: a zip, or a folder of text files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.drafts import CannotFreezeDraft
from courses.exporting import CannotExport, draft_package, release_package, unreadable
from courses.models import Course, Release
from courses.packages import Package
from courses.packages.form import write_folder
from courses.packages.zips import write_zip


class Command(BaseCommand):
    help = "Write a course as a package: its draft or a release, a zip or a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", metavar="key", help="the key of the course")
        parser.add_argument(
            "--release", type=int, metavar="number", help="a release; without it, the draft"
        )
        parser.add_argument(
            "--to",
            type=Path,
            metavar="path",
            help="a file that ends in .zip, or a folder that is not there yet; default <key>.zip",
        )

    def handle(self, *, course: str, release: int | None, to: Path | None, **options: Any) -> None:
        """Write the package, and say what an import elsewhere would ask to mend."""
        target = to or Path(f"{course}.zip")
        if target.exists():
            raise CommandError(f"{target} is there already; name another with --to.")
        package = _package(course, release)
        if target.suffix == ".zip":
            with target.open("xb") as file:
                write_zip(package, file)
        else:
            write_folder(package, target)
        for problem in unreadable(package):
            self.stderr.write(f"to mend before it is imported: {problem}")
        self.stdout.write(f"{target} written.")


def _package(key: str, number: int | None) -> Package:
    try:
        course = Course.objects.get(key=key)
        return (
            draft_package(course)
            if number is None
            else release_package(course.releases.get(number=number))
        )
    except Course.DoesNotExist:
        known = ", ".join(Course.objects.order_by("key").values_list("key", flat=True)) or "none"
        raise CommandError(f"There is no course “{key}”. There are: {known}.") from None
    except Release.DoesNotExist:
        raise CommandError(f"The course “{key}” has no release {number}.") from None
    except CannotFreezeDraft as error:
        problems = "\n".join(error.problems)
        raise CommandError(f"The draft is not finished; mend this first:\n{problems}") from error
    except CannotExport as error:
        raise CommandError(str(error)) from error
