"""The front page."""

from training.people.organisation import save_organisation


def test_a_visitor_reads_what_this_is_and_may_sign_in(client, organisation):
    page = client.get("/")
    assert page.status_code == 200
    assert "human trafficking and sex work" in page.text
    assert 'href="/sign-in/"' in page.text


def test_who_is_signed_in_goes_on_to_their_learning(client_for, lena):
    response = client_for(lena).get("/")
    assert response.status_code == 302
    assert response.url == "/my-learning/"


def test_the_front_page_only_reads(client, organisation):
    assert client.post("/").status_code == 405


def test_support_stands_on_the_page_of_a_visitor(client, organisation):
    assert 'href="/support/"' in client.get("/").text


def test_a_demo_says_on_every_page_that_it_is_one(client, organisation):
    assert "made up" not in client.get("/").text
    organisation.is_demo = True
    save_organisation(organisation)
    assert "made up" in client.get("/").text
