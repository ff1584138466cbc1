"""The courses that come with the software, read from their files once in a process."""

from functools import cache
from pathlib import Path

from courses.packages import Package, read_package


@cache
def read_shipped(folder: Path) -> Package:
    """Return a shipped course as it is read from its folder; it is not to be changed."""
    return read_package(folder)
