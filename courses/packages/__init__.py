"""Course packages: folders of text files (docs/course-files.md) read into plain data."""

from courses.packages.order import in_order
from courses.packages.package import (
    CheckReference,
    FigureReference,
    LessonBlock,
    Package,
    PackageItem,
    PackageLesson,
    PackageMedia,
    PackageQuiz,
    PackageTopic,
    VideoReference,
)
from courses.packages.problems import PackageErrors, PackageProblem
from courses.packages.reading import read_package

__all__ = [
    "CheckReference",
    "FigureReference",
    "LessonBlock",
    "Package",
    "PackageErrors",
    "PackageItem",
    "PackageLesson",
    "PackageMedia",
    "PackageProblem",
    "PackageQuiz",
    "PackageTopic",
    "VideoReference",
    "in_order",
    "read_package",
]
