"""What every test has: a fixed cast, a clock that can be held, and nothing left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client

from courses.models import Course, Release
from courses.reading import read_release
from tests import factories
from tests.learner import Learner
from tests.tools import chromium
from training.people.models import Department, Organisation, User

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Monday, 23 November 2026, 11 in the morning in Vancouver."""

# Two cores are shared by browsers and databases: how long an example takes says nothing here.
hypothesis.settings.register_profile("groundwork", deadline=None)
hypothesis.settings.load_profile("groundwork")


# --- What may be skipped ------------------------------------------------------------------------

_BROWSER_SKIP = f"Browser test: {chromium.MISSING}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and chromium.find() is None:
        pytest.skip(_BROWSER_SKIP)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let a protection test that was skipped fail: an untested promise is a broken one."""
    report = yield
    if report.skipped and item.get_closest_marker("protection"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a protection test may not be skipped nor xfail."
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if _BROWSER_SKIP in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("browser tests")
        terminalreporter.line(f"{len(skipped)} browser tests were skipped: {chromium.MISSING}.")


# --- The clock, and what processes keep ---------------------------------------------------------


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Hold the clock at NOW; `clock.move_to(…)` and `clock.shift(…)` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def now(clock: time_machine.Coordinates) -> datetime:
    """Hold the clock, and return the instant at which it stands."""
    return NOW


# --- The cast -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cast:
    """Who plays in the tests. Each family name is a word that stands nowhere else (a canary)."""

    safety: Department
    bylaw: Department
    parks: Department
    lena: User
    """Learns; in Community Safety."""
    bo: User
    """Bylaw officer; in a section of Community Safety."""
    max: User
    """Manages Community Safety, and with it the bylaw section."""
    ada: User
    """Writes the courses."""
    pia: User
    """Reviews them as a peer."""
    otto: User
    """Learns; in Parks, which Max does not manage."""
    amin: User
    """Looks after people and the site."""

    def everyone(self) -> list[User]:
        return [self.lena, self.bo, self.max, self.ada, self.pia, self.otto, self.amin]


def canary(person: User) -> str:
    """Return the word that only this person's own pages, and those of who may see them, show."""
    return person.name.split()[-1]


def allow(person: User, *permissions: str) -> User:
    """Give a person permissions, named as "people.see_whole_organisation"."""
    for permission in permissions:
        app, codename = permission.split(".")
        person.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return person


@pytest.fixture
def organisation(db: None) -> Organisation:
    return factories.make_organisation()


@pytest.fixture
def cast(organisation: Organisation) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    safety = factories.make_department("Community Safety")
    bylaw = factories.make_department("Bylaw Services", parent=safety)
    parks = factories.make_department("Parks")
    max_ = factories.make_person("Max Mossgrove", department=safety)
    safety.managers.add(max_)
    return Cast(
        safety=safety,
        bylaw=bylaw,
        parks=parks,
        lena=factories.make_person("Lena Larkspur", department=safety),
        bo=factories.make_person("Bo Brackenfern", department=bylaw, role="bylaw-officer"),
        max=max_,
        ada=factories.make_person("Ada Alderwood", department=parks, is_staff=True),
        pia=factories.make_person("Pia Pinecrest"),
        otto=factories.make_person("Otto Oxbow", department=parks),
        amin=factories.make_person("Amin Amberleaf", department=parks, is_staff=True),
    )


@pytest.fixture
def lena(cast: Cast) -> User:
    return cast.lena


@pytest.fixture
def bo(cast: Cast) -> User:
    return cast.bo


@pytest.fixture
def max_(cast: Cast) -> User:
    return cast.max


@pytest.fixture
def ada(cast: Cast) -> User:
    return cast.ada


@pytest.fixture
def pia(cast: Cast) -> User:
    return cast.pia


@pytest.fixture
def otto(cast: Cast) -> User:
    return cast.otto


@pytest.fixture
def amin(cast: Cast) -> User:
    return cast.amin


# --- What they learn, and where -----------------------------------------------------------------


@pytest.fixture
def small_course(db: None) -> Course:
    """Publish a made-up course: two lessons and a quiz that draws 3 out of 6 items."""
    return factories.load_small_course(at=NOW - timedelta(days=30))


def sign_in(person: User | None, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """Give a browser in which a person is signed in; None: nobody is."""
    return sign_in


@pytest.fixture
def learner_for(small_course: Course) -> Callable[[User], Learner]:
    """Give a person at work in the small course, signed in, with nothing started."""
    return learners_of(small_course)


def learners_of(course: Course) -> Callable[[User], Learner]:
    document = read_release(Release.objects.current().get(course=course))

    def enter(person: User) -> Learner:
        return Learner(person, sign_in(person), course, document)

    return enter


@pytest.fixture
def learner(learner_for: Callable[..., Learner], cast: Cast) -> Learner:
    """Lena at work in the small course."""
    return learner_for(cast.lena)
