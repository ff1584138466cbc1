"""Sign-in and passwords, as far as the pages go."""

import pytest
from django.core import mail

from tests.factories import PASSWORD


def test_the_sign_in_page_posts_to_itself_and_keeps_where_to_go(client, organisation):
    page = client.get("/sign-in/?next=/my-learning/").text
    assert '<form method="post" action="/sign-in/" novalidate>' in page
    assert 'name="next" value="/my-learning/"' in page
    assert 'autocomplete="current-password"' in page
    assert "carried" not in page


def test_what_was_carried_to_sign_in_goes_on_and_is_announced(client, organisation):
    page = client.post("/sign-in/", {"login": "", "password": "", "carried": "si:gn:ed"}).text
    assert '<input type="hidden" name="carried" value="si:gn:ed">' in page
    assert "what you wrote is kept" in page
    assert "There is a problem" in page


def test_signing_in_says_nothing_that_the_page_does_not_show(client, lena):
    sent = {"login": lena.email, "password": PASSWORD, "next": "/support/"}
    page = client.post("/sign-in/", sent, follow=True)
    assert page.wsgi_request.user == lena
    assert 'class="messages"' not in page.text


def test_accounts_are_made_by_the_organisation(client, organisation):
    page = client.get("/accounts/").text
    assert "Accounts are made by your organisation" in page
    assert "help@elderbrook.example" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


def test_signing_out_asks_first(client_for, lena):
    browser = client_for(lena)
    assert "Sign out?" in browser.get("/sign-out/").text
    assert browser.get("/support/").wsgi_request.user == lena
    browser.post("/sign-out/")
    assert not browser.get("/support/").wsgi_request.user.is_authenticated


def test_a_forgotten_password_is_set_anew_by_mail(client, lena):
    response = client.post("/password/reset/", {"email": lena.email}, follow=True)
    assert "Look in your email" in response.text
    (message,) = mail.outbox
    assert message.subject == "The link that you asked for"
    assert "password" not in message.subject.casefold()
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    assert "Choose a new password" in form.text
    new = "four grey otters swim"
    address = form.redirect_chain[-1][0]
    done = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert "Your password is changed" in done.text
    lena.refresh_from_db()
    assert lena.check_password(new)
    used = client.get(link, follow=True)
    assert "This link no longer works" in used.text


def test_an_unknown_address_learns_nothing_and_mails_nobody(client, organisation):
    response = client.post("/password/reset/", {"email": "who@elsewhere.example"}, follow=True)
    assert "Look in your email" in response.text
    assert mail.outbox == []


def test_a_password_is_changed_only_by_who_knows_it(client_for, lena):
    browser = client_for(lena)
    new = {"password1": "four grey otters swim", "password2": "four grey otters swim"}
    assert "There is a problem" in browser.post("/password/", {"oldpassword": "no"} | new).text
    done = browser.post("/password/", {"oldpassword": PASSWORD} | new, follow=True)
    assert "Your password is changed." in done.text
    lena.refresh_from_db()
    assert lena.check_password("four grey otters swim")


@pytest.mark.parametrize("address", ["/accounts/inactive/", "/password/reset/sent/"])
def test_every_account_page_has_its_own_words(client, organisation, address):
    page = client.get(address)
    assert page.status_code == 200
    assert "<h1>" in page.text
