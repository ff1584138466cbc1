import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courses.management.commands.loadcourses import shipped_packages
from courses.models import Course, Release
from tests.courses.package_folder import PackageFolder
from tests.factories import publish_early


@pytest.fixture
def folder(tmp_path: Path) -> PackageFolder:
    """Give a copy of the small course's package, to be edited."""
    return PackageFolder.copy(tmp_path / "green-bins")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `shipped` once for each course that comes with the software."""
    if "shipped" in metafunc.fixturenames:
        folders = shipped_packages()
        metafunc.parametrize("shipped", folders, ids=[folder.name for folder in folders])


@pytest.fixture
def publish_as_person(django_user_model: Any) -> Callable[[str], Release]:
    """Give a way to publish the draft of a course as a trainer does."""

    def publish(key: str) -> Release:
        person = django_user_model.objects.create_user(email="ada@elderbrook.example", name="Ada")
        at = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
        return publish_early(Course.objects.get(key=key), by=person, at=at, notes="Ours.")

    return publish
