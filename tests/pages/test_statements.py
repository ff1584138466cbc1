"""What the site says about privacy and accessibility."""

import pytest


@pytest.mark.parametrize("address", ["/privacy/", "/accessibility/", "/support/"])
def test_anyone_may_read_it(client, client_for, cast, address):
    assert client.get(address).status_code == 200
    assert client_for(cast.lena).get(address).status_code == 200


def test_privacy_says_what_a_manager_sees_and_whom_to_ask(client, organisation):
    page = client.get("/privacy/").text
    assert "Never answers, scores, the number of tries or reflections." in page
    assert "mailto:help@elderbrook.example" in page


def test_accessibility_says_what_was_not_tested(client, organisation):
    page = client.get("/accessibility/").text
    assert "Not yet tested" in page
    assert "mailto:help@elderbrook.example" in page
