"""Course packages: folders of text files (docs/course-files.md) read into plain data."""

from courses.packages.package import (
    CheckReference,
    LessonBlock,
    Package,
    PackageItem,
    PackageLesson,
    PackageQuiz,
    PackageTopic,
)
from courses.packages.problems import PackageErrors, PackageProblem
from courses.packages.reading import read_package

__all__ = [
    "CheckReference",
    "LessonBlock",
    "Package",
    "PackageErrors",
    "PackageItem",
    "PackageLesson",
    "PackageProblem",
    "PackageQuiz",
    "PackageTopic",
    "read_package",
]
