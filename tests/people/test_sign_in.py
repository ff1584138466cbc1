"""Signing in, the limits on it, and passwords."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import PASSWORD
from training.people.models import User

pytestmark = pytest.mark.django_db

SIGN_IN = "/sign-in/"


def sign_in(client, email, password=PASSWORD):
    return client.post(SIGN_IN, {"login": email, "password": password})


def test_a_person_signs_in_with_address_and_password(client, cast):
    response = sign_in(client, cast.lena.email)
    assert response.status_code == 302
    assert client.get("/my-learning/").status_code == 200


@pytest.mark.parametrize("typed", [" {} ", "{}"])
def test_capitals_and_spaces_in_an_address_do_not_matter(client, cast, typed):
    assert sign_in(client, typed.format(cast.lena.email.upper())).status_code == 302


def test_an_address_with_accents_has_one_spelling(client, organisation):
    User.objects.create_user("Élodie@elderbrook.example", PASSWORD, name="Élodie")
    assert sign_in(client, "ÉLODIE@elderbrook.example").status_code in (200, 302)
    with pytest.raises(User.DoesNotExist):
        User.objects.get(email="Élodie@elderbrook.example")
    assert User.objects.get_by_natural_key("ÉLODIE@ELDERBROOK.EXAMPLE")


def test_a_wrong_password_says_so_without_saying_which_is_wrong(client, cast):
    known = sign_in(client, cast.lena.email, "wrong").content.decode()
    unknown = sign_in(client, "nobody@elderbrook.example", "wrong").content.decode()
    for text in (known, unknown):
        assert "do not go together" in text


def test_many_wrong_passwords_lock_the_account_but_not_the_building(client, cast):
    for _ in range(9):
        sign_in(client, cast.lena.email, "wrong")
    assert "too many failed tries" in sign_in(client, cast.lena.email).content.decode()
    assert sign_in(client, cast.bo.email).status_code == 302


def test_whoever_has_left_cannot_sign_in(client, cast):
    cast.lena.is_active = False
    cast.lena.save()
    sign_in(client, cast.lena.email)
    assert client.get("/my-learning/").status_code == 302


def test_there_is_no_sign_up(client, cast):
    response = client.post(reverse("account_signup"), {"email": "new@elderbrook.example"})
    assert response.status_code in (200, 405)
    assert not User.objects.filter(email="new@elderbrook.example").exists()


def test_signing_out_ends_it(client_for, cast):
    client = client_for(cast.lena)
    assert client.get("/sign-out/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/my-learning/").status_code == 302


def test_a_forgotten_password_is_set_anew_through_the_mail(client, cast):
    client.post("/password/reset/", {"email": cast.lena.email})
    (message,) = mail.outbox
    assert message.to == [cast.lena.email]
    link = re.search(r"http://\S+(/password/reset/key/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    new = "nine patient otters drift"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client, cast.lena.email, new).status_code == 302


def test_a_person_made_without_a_password_sets_one_through_the_mail(client, organisation):
    new = "nine patient otters drift"
    person = User.objects.create_user("new@elderbrook.example", name="New Person")
    client.post("/password/reset/", {"email": person.email})
    link = re.search(r"http://\S+(/password/reset/key/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client, person.email, new).status_code == 302


def test_opening_the_link_of_the_mail_changes_nothing(client, cast):
    client.post("/password/reset/", {"email": cast.lena.email})
    link = re.search(r"http://\S+(/password/reset/key/\S+)", mail.outbox[0].body)[1]
    for _ in range(2):
        client.get(link, follow=True)
    assert sign_in(client, cast.lena.email).status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, cast):
    known = client.post("/password/reset/", {"email": cast.lena.email})
    unknown = client.post("/password/reset/", {"email": "nobody@elderbrook.example"})
    assert known.url == unknown.url
    assert len(mail.outbox) == 1


def test_the_mail_says_nothing_on_a_locked_phone(client, cast):
    client.post("/password/reset/", {"email": cast.lena.email})
    assert "traffick" not in mail.outbox[0].subject.lower()
    assert "sex" not in mail.outbox[0].subject.lower()


def test_a_short_or_common_password_is_refused_with_a_reason(client_for, cast):
    response = client_for(cast.lena).post(
        "/password/", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    assert response.status_code == 200
    assert "too short" in response.content.decode()
