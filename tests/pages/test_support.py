"""The support page and the lines on it."""

from datetime import date

import pytest

from training.pages.models import SupportLine
from training.pages.support import load_support_lines
from training.people.organisation import save_organisation


@pytest.fixture
def lines(organisation):
    return load_support_lines()


def test_the_lines_that_ship_are_loaded_once(lines):
    assert len(lines) > 10
    assert load_support_lines() == []
    assert SupportLine.objects.count() == len(lines)


def test_a_list_that_somebody_made_is_left_alone(organisation):
    SupportLine.objects.create(name="Ours", number="555-0100", description="Here")
    assert load_support_lines() == []
    assert SupportLine.objects.count() == 1


def test_no_line_ships_as_confirmed(lines):
    assert not SupportLine.objects.exclude(confirmed_on=None).exists()


def test_peer_groups_come_before_the_hotline(client, lines):
    page = client.get("/support/").text
    assert page.index("Peers Victoria") < page.index("VictimLinkBC")
    assert page.index("SWAN Vancouver") < page.index("Canadian Human Trafficking Hotline")


def test_the_hotline_is_given_with_its_limits(client, lines):
    page = client.get("/support/").text
    assert "It can pass reports to the police" in page


def test_a_number_can_be_called_from_the_page(client, lines):
    page = client.get("/support/").text
    assert 'href="tel:18006639122"' in page
    assert 'href="tel:911"' in page


def test_an_address_is_not_a_telephone_number():
    assert SupportLine(number="1-800-663-9122").telephone == "18006639122"
    assert SupportLine(number="+1 (604) 555-0100").telephone == "+16045550100"
    assert SupportLine(number="Room 12, Town Hall").telephone == ""
    assert SupportLine(number="").telephone == ""


def test_a_line_says_when_it_was_checked_and_when_it_was_not(client, organisation):
    SupportLine.objects.create(
        name="Ours", number="555-0100", description="Here", confirmed_on=date(2026, 11, 2)
    )
    SupportLine.objects.create(name="Theirs", number="555-0199", description="There")
    page = client.get("/support/").text
    assert "Checked on 2 November 2026." in page
    assert page.count("Not yet confirmed by your organisation") == 1


def test_what_the_organisation_offers_comes_first(client, organisation, lines):
    organisation.support_text = "Talk to Dana in room 12."
    save_organisation(organisation)
    page = client.get("/support/").text
    assert page.index("Talk to Dana in room 12.") < page.index("Peers Victoria")


def test_an_empty_list_says_who_fills_it(client, organisation):
    assert "No support lines are listed yet" in client.get("/support/").text


def test_more_lines_take_no_more_queries(client, organisation, django_assert_num_queries):
    client.get("/support/")  # the organisation is kept from here on
    with django_assert_num_queries(1):
        client.get("/support/")
    load_support_lines()
    with django_assert_num_queries(1):
        client.get("/support/")
