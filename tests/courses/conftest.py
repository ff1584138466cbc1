import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Group

from courses.management.commands.loadcourses import shipped_packages
from courses.models import Course, Release
from courses.packages import strict
from tests.courses.package_folder import PackageFolder
from tests.factories import publish_early
from training.administration.roles import TRAINERS, ensure_roles


class ComposedOnce(strict.YAML):
    """Makes nodes of a text once: tests change one file of a course and read all of them."""

    _nodes: ClassVar[dict[str, Any]] = {}

    def compose(self, text: str) -> Any:
        if text not in self._nodes:
            self._nodes[text] = super().compose(text)
        return self._nodes[text]


@pytest.fixture(scope="session", autouse=True)
def compose_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict, "YAML", ComposedOnce)
        yield


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


@pytest.fixture
def trainer(small_course: Course, client_for: Any, ada: Any) -> Any:
    """Give Ada what trainers may do, and a browser in which she is signed in."""
    ensure_roles()
    ada.groups.add(Group.objects.get(name=TRAINERS))
    return client_for(ada)
