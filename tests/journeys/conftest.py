"""The browser: pages at a width, in a colour scheme, with or without JavaScript, and axe."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    Route,
    sync_playwright,
)

from courses.models import Lesson
from tests.tools import chromium
from training.administration.roles import TRAINERS, ensure_roles
from training.people.models import User

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Where scripts are off a page has no timers, and axe, which we bring in, waits for one for ever.
TIMER_WITHOUT_SCRIPT = """
window.setTimeout = (call, delay, ...rest) => {
    if (typeof call === "function") Promise.resolve().then(() => call(...rest));
};
"""
PHONE = 390
DESKTOP = 1280


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's own loop runs in this thread, and Django would refuse the database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        yield browser
        with suppress(Error):
            browser.close()


class Watch:
    """What went wrong in a page: script errors, refused content, files missing, other hosts."""

    def __init__(self, own_host: str) -> None:
        self.own_host = own_host
        self.problems: list[str] = []
        self.without_script: set[BrowserContext] = set()

    def over(self, context: BrowserContext) -> None:
        # As a pattern, so that Python is not asked about each file of the site's own.
        context.route(re.compile(f"^https?://(?!{re.escape(self.own_host)}/)"), self.keep_at_home)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("response", self.look_at)

    def keep_at_home(self, route: Route) -> None:
        self.problems.append(f"asks another host: {route.request.url}")
        route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        # A refused page (403, 404, 409) is told as an error too; the test looks at that itself.
        told = message.text
        if message.type in {"error", "warning"} and not told.startswith("Failed to load resource"):
            self.problems.append(f"console {message.type}: {told}")

    def look_at(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture
def watch(live_server) -> Iterator[Watch]:
    """Fail the test in the end when the browser complained of something."""
    watch = Watch(urlsplit(live_server.url).netloc)
    yield watch
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def page_at(browser, live_server, client_for, watch) -> Iterator[Callable[..., Page]]:
    """Give pages: `page_at(390, scheme="dark", javascript=False, person=lena)`.

    Paths such as `page.goto("/")` are the site's. Whatever the browser complains of fails the
    test: an error in a script, something that the Content-Security-Policy refused, a missing
    file, a request to another host.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        width: int = DESKTOP,
        *,
        scheme: str = "light",
        javascript: bool = True,
        person: User | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale="en-CA",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        watch.over(context)
        if not javascript:
            watch.without_script.add(context)
        if person is not None:
            session = client_for(person).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": session.key, "value": session.value, "url": live_server.url}]
            )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def axe(watch) -> Callable[[Page], None]:
    """Give `axe(page)`, which fails when the page breaks a rule of WCAG 2.2 at level A or AA."""

    def look(page: Page) -> None:
        page.wait_for_load_state()  # or it is not styled yet
        has_script = page.context not in watch.without_script
        if not has_script:
            page.evaluate(TIMER_WITHOUT_SCRIPT)
        page.evaluate(AXE.read_text())
        options = {
            "runOnly": {"type": "tag", "values": AXE_TAGS},
            "resultTypes": ["violations"],
            "preload": False,  # only asks for style sheets, which rules of these levels do not need
        }
        found = page.evaluate("options => axe.run(document, options)", options)
        problems = [
            f"{rule['id']}: {rule['help']}\n    {node['html']}\n    {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        assert not problems, f"{page.url}\n" + "\n".join(problems)

    return look


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Give `fits(page)`, which fails when the page has to be scrolled sideways."""

    def measure(page: Page) -> None:
        wide, shown = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown, f"{page.url} is {wide} px wide in a window of {shown} px"

    return measure


@pytest.fixture
def trainer(small_course, cast) -> User:
    """Give Ada what trainers may do."""
    ensure_roles()
    cast.ada.groups.add(Group.objects.get(name=TRAINERS))
    return cast.ada


@pytest.fixture
def lesson(small_course) -> Lesson:
    return Lesson.objects.get(key="what-goes-where")
