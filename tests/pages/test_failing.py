"""What a person gets when something here has failed: never less than what they had sent."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, OperationalError, connection
from django.http import Http404
from django.test import Client, override_settings
from django.urls import include, path

from training.pages.failing import is_database_trouble


class ReadOnly(Exception):
    sqlstate = "25006"


def break_down(request):
    raise ValueError("a fault of ours")


def lose_the_database(request):
    raise OperationalError("server closed the connection unexpectedly")


def write_to_a_read_only_database(request):
    raise InternalError("cannot execute INSERT in a read-only transaction") from ReadOnly()


def refuse(request):
    raise PermissionDenied


def hide(request):
    raise Http404


urlpatterns = [
    path("", include("training.urls")),
    path("breaks/", break_down),
    path("loses-the-database/", lose_the_database),
    path("read-only/", write_to_a_read_only_database),
    path("refuses/", refuse),
    path("hides/", hide),
]
handler500 = "training.pages.views.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def browser(organisation):
    browser = Client(raise_request_exception=False)
    browser.get("/")  # the organisation is kept from here on
    return browser


def test_a_fault_of_ours_is_a_plain_page(browser):
    response = browser.get("/breaks/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "Retry-After" not in response


@pytest.mark.parametrize("address", ["/loses-the-database/", "/read-only/"])
def test_a_lost_database_says_when_to_come_back(browser, address):
    response = browser.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "Not available at the moment" in response.text


def test_what_was_posted_stands_on_the_page_to_be_sent_again(browser):
    sent = {"item": "abc", "choice": ["a", "b"], "text": "Two lines\nof <thought>"}
    page = browser.post("/loses-the-database/?from=answers", sent).text
    assert 'action="/loses-the-database/?from=answers"' in page
    assert '<input type="hidden" name="item" value="abc">' in page
    assert page.count('name="choice"') == 2
    assert '<p class="kept-text" dir="auto">Two lines\nof &lt;thought&gt;</p>' in page
    assert "Send it again" in page


def test_what_is_sent_again_passes_the_csrf_check(organisation):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    page = browser.get("/sign-in/").text
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"csrfmiddlewaretoken": token, "text": "kept as it was"}
    page = browser.post("/loses-the-database/", sent).text
    assert page.count("csrfmiddlewaretoken") == 1
    again = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    response = browser.post("/loses-the-database/", sent | {"csrfmiddlewaretoken": again})
    assert response.status_code == 503


def test_a_password_is_never_given_back(browser):
    page = browser.post(
        "/loses-the-database/", {"login": "a@b.example", "password": "s3 cret"}
    ).text
    assert "s3 cret" not in page
    assert "Send it again" not in page
    assert "Try again" in page


def test_the_page_needs_neither_database_nor_session(client_for, lena, django_assert_num_queries):
    browser = client_for(lena)
    browser.get("/support/")  # the organisation is kept from here on
    browser.raise_request_exception = False
    with django_assert_num_queries(0):
        response = browser.get("/loses-the-database/")
    assert response.status_code == 503


def test_a_database_that_is_gone_altogether_is_a_503(organisation, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("unable to open database file")

    browser = Client(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        response = browser.post("/sign-in/", {"login": "lena@elderbrook.example", "note": "a b"})
    assert response.status_code == 503
    assert "a b" in response.text


def test_one_line_in_the_log(browser, caplog):
    browser.get("/loses-the-database/")
    assert [record.getMessage() for record in caplog.records] == [
        "Service Unavailable: /loses-the-database/"
    ]


def test_a_fault_in_the_code_is_not_the_database(browser):
    assert not is_database_trouble(InternalError("current transaction is aborted"))
    assert not is_database_trouble(ValueError())
    assert not is_database_trouble(None)


def test_a_post_that_cannot_be_read_still_gets_its_page(organisation):
    browser = Client(raise_request_exception=False)
    response = browser.post(
        "/breaks/", b"no boundary", content_type="multipart/form-data; boundary=\xff"
    )
    assert response.status_code in {400, 500}


def test_a_refusal_and_a_missing_page_say_so(client_for, lena):
    browser = client_for(lena)
    refused, missing = browser.get("/refuses/"), browser.get("/hides/")
    assert refused.status_code == 403
    assert "This page is not for your account" in refused.text
    assert missing.status_code == 404
    assert "There is no such page" in missing.text


def test_a_strange_host_gets_a_page_that_names_nobody(organisation):
    with override_settings(ALLOWED_HOSTS=["training.example"]):
        response = Client().get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We could not read that" in response.text
    assert organisation.name not in response.text
