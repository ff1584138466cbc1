"""What is wrong in a package: collected while it is read, so that all of it is said at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.markers import Mention


@dataclass(frozen=True)
class PackageProblem:
    """One thing to mend. `file` is below the package's folder; no line: it is about the file."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class PackageErrors(Exception):
    """A package cannot be used; `problems` are all that were found, by file and line."""

    def __init__(self, problems: Iterable[PackageProblem]) -> None:
        self.problems = sorted(
            set(problems), key=lambda one: (one.file, one.line or 0, one.message)
        )
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Place:
    """Where something stands in a package."""

    file: str
    line: int | None


@dataclass
class Findings:
    """What reading a package brings to light beside its content."""

    problems: list[PackageProblem] = field(default_factory=list)
    named: list[tuple[Mention, Place]] = field(default_factory=list)
    """Every source and term that is named, and where."""

    def add(self, file: str, line: int | None, message: str) -> None:
        self.problems.append(PackageProblem(file, line, message))
