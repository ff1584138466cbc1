from pathlib import Path

import pytest

from courses.management.commands.loadcourses import shipped_packages
from tests.courses.package_folder import PackageFolder


@pytest.fixture
def folder(tmp_path: Path) -> PackageFolder:
    """Give a copy of the small course's package, to be edited."""
    return PackageFolder.copy(tmp_path / "green-bins")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `shipped` once for each course that comes with the software."""
    if "shipped" in metafunc.fixturenames:
        folders = shipped_packages()
        metafunc.parametrize("shipped", folders, ids=[folder.name for folder in folders])
