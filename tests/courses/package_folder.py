"""A course package on disk that a test edits: a copy of the small course."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from courses.packages import PackageErrors, read_package
from tests.factories import COURSE_FILES


@dataclass(frozen=True)
class PackageFolder:
    path: Path

    @classmethod
    def copy(cls, target: Path) -> PackageFolder:
        shutil.copytree(COURSE_FILES / "green-bins", target)
        return cls(target)

    def text(self, file: str) -> str:
        return (self.path / file).read_text()

    def write(self, file: str, text: str) -> None:
        path = self.path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def edit(self, file: str, old: str, new: str) -> int:
        """Replace the first `old`, which must be there; return the number of its line."""
        text = self.text(file)
        assert old in text
        self.write(file, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def problems(self) -> list[str]:
        """Return what reading it finds, as "file:line: message"."""
        try:
            read_package(self.path)
        except PackageErrors as errors:
            return [str(problem) for problem in errors.problems]
        return []
