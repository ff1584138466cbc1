"""docs/course-files.md is the format: what it lists is what is read."""

import re
from pathlib import Path
from typing import get_args

from courses.documents import CalloutKind, SourceKind
from courses.models import Callout, Source
from courses.packages.lessons import BLOCK_TYPES
from courses.packages.package import CourseEntry, LessonHead, QuizEntry
from courses.packages.strict import names_of
from quizzes.types import BODIES

TEXT = (Path(__file__).parents[2] / "docs/course-files.md").read_text()


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_type_of_block_is_described():
    assert set(re.findall(r"^\| `::: ([a-z-]+) ", section("Lessons"), re.M)) == set(BLOCK_TYPES)


def test_every_type_of_item_is_described():
    assert set(re.findall(r"^- `([a-z-]+)`", section("items/<topic>.yaml"), re.M)) == set(BODIES)


def test_every_kind_is_described_and_can_be_kept():
    for kind in get_args(SourceKind):
        assert f"`{kind}`" in section("sources.yaml")
    for kind in get_args(CalloutKind):
        assert f"`{kind}`" in section("Lessons")
    assert set(get_args(SourceKind)) == set(Source.Kind.values)
    assert set(get_args(CalloutKind)) == set(Callout.Kind.values)


def test_every_entry_is_described():
    for shape, title in (
        (CourseEntry, "course.yaml"),
        (LessonHead, "Lessons"),
        (QuizEntry, "quizzes/<quiz>.yaml"),
    ):
        for name in names_of(shape):
            assert f"{name}:" in section(title)
