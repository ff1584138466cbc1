"""The browser tests themselves: a page that breaks a rule is noticed."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from playwright.sync_api import Error

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>Page</title></head>
<body><main><h1>Page</h1>%s</main></body></html>"""
BODIES = {
    "plain": "<p>Nothing is wrong here.</p>",
    "inline-script": "<script>window.broken = true</script>",
    "inline-style": '<p style="color: red">Red.</p>',
    "missing-file": '<img src="/absent" alt="Nothing">',
    "other-host": '<img src="https://elsewhere.example/a.png" alt="Nothing">',
    "unnamed-button": "<button></button>",
    "wide": "<p>" + "wide" * 1000 + "</p>",
}


def show(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(PAGE % BODIES[name])


def absent(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


urlpatterns = [path("absent", absent), path("<slug:name>/", show)]


@pytest.fixture
def open_page(page_at, watch, settings):
    settings.ROOT_URLCONF = __name__

    def visit(name, **how):
        page = page_at(**how)
        page.goto(f"/{name}/")
        return page

    return visit


@pytest.mark.parametrize("javascript", [True, False])
def test_a_page_without_faults_passes(open_page, axe, fits, watch, javascript):
    page = open_page("plain", width=390, javascript=javascript)
    axe(page)
    fits(page)
    assert not watch.problems


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("inline-script", "Content Security Policy"),
        ("inline-style", "Content Security Policy"),
        ("missing-file", "404"),
        ("other-host", "Content Security Policy"),
    ],
)
def test_what_the_browser_complains_of_is_noticed(open_page, watch, name, told):
    open_page(name)
    assert any(told in problem for problem in watch.problems), watch.problems
    watch.problems.clear()


def test_a_request_that_leaves_this_machine_is_stopped_and_noticed(open_page, watch):
    page = open_page("plain")
    with pytest.raises(Error):
        page.goto("https://elsewhere.example/")
    assert watch.problems == ["asks another host: https://elsewhere.example/"]
    watch.problems.clear()


@pytest.mark.parametrize("javascript", [True, False])
def test_axe_notices_a_button_without_a_name(open_page, axe, javascript):
    with pytest.raises(AssertionError, match="button-name"):
        axe(open_page("unnamed-button", javascript=javascript))


def test_a_page_too_wide_for_a_phone_is_noticed(open_page, fits):
    with pytest.raises(AssertionError, match="px wide"):
        fits(open_page("wide", width=390))
