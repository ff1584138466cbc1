"""docs/coverage.md: what it says is taught, asked and worked through is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from courses.documents import Scenario
from courses.packages import read_package

CONTENT = Path(settings.BASE_DIR) / "courses" / "content"
PAGE = (Path(settings.BASE_DIR) / "docs" / "coverage.md").read_text()
POINTS = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
SITUATIONS = POINTS.pop("Situations worked through")
NAMED = re.compile(r"`([a-z0-9-]+)`")
EVERY_LESSON = "every lesson"


@pytest.fixture(scope="module")
def packages():
    return {
        package.course.title: package
        for package in map(read_package, (p for p in CONTENT.iterdir() if p.is_dir()))
    }


def rows_of(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| ") and not line.startswith("| course")
    ]


def test_all_courses_and_points_are_listed(packages):
    assert {row[0] for table in POINTS.values() for row in rows_of(table)} == set(packages)
    assert len(POINTS) == 36


@pytest.mark.parametrize("point", POINTS)
def test_a_point_is_taught_and_asked(point, packages):
    asked = []
    for title, lessons, items in rows_of(POINTS[point]):
        package = packages[title]
        there = {item.key for topic in package.topics.values() for item in topic.items}
        taught = NAMED.findall(lessons)
        assert lessons == EVERY_LESSON or (set(taught) <= set(package.lessons) and taught)
        assert set(NAMED.findall(items)) <= there
        asked += NAMED.findall(items)
    assert asked


def test_each_situation_is_worked_through_in_a_scenario(packages):
    rows = rows_of(SITUATIONS)
    assert len(rows) == 21
    for title, lesson, scenarios, _situation in rows:
        (key,) = NAMED.findall(lesson)
        blocks = packages[title].lessons[key].blocks
        there = {block.key for block in blocks if isinstance(block, Scenario)}
        assert NAMED.findall(scenarios) and set(NAMED.findall(scenarios)) <= there
