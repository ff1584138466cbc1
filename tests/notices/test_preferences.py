"""A person's own page about the mail to them."""

from __future__ import annotations

import pytest

from tests.conftest import NOW
from tests.notices.conftest import make_notice
from training.notices.kinds import Kind
from training.notices.models import NoticePreference
from training.notices.preferences import wants_reminders
from training.notices.sending import send_due
from training.people.keeping import owner_token

pytestmark = pytest.mark.django_db
PAGE = "/mail/"


def test_the_account_menu_leads_to_it(client_for, lena):
    page = client_for(lena).get("/my-learning/").text
    assert f'<a href="{PAGE}">Mail to you</a>' in page


def test_it_says_where_mail_goes_and_that_reminders_are_on(client_for, lena):
    page = client_for(lena).get(PAGE).text
    assert lena.email in page
    assert " checked" in page
    assert not NoticePreference.objects.exists()


def test_reminders_are_switched_off_and_on_again(client_for, lena):
    client = client_for(lena)
    page = client.post(PAGE, follow=True).text
    assert "You get no reminders any more." in page
    assert " checked" not in page
    assert not wants_reminders(lena)
    assert "You get reminders." in client.post(PAGE, {"wants_reminders": "on"}, follow=True).text
    assert wants_reminders(lena)


def test_it_lists_what_was_sent_to_this_person_alone(client_for, lena, otto):
    assert "Nothing yet." in client_for(lena).get(PAGE).text
    make_notice(lena, kind=Kind.CERTIFICATE)
    make_notice(otto, key="2", kind=Kind.OVERDUE)
    make_notice(lena, key="3", kind=Kind.ASSIGNED, not_before=NOW.replace(year=2030))
    send_due(at=NOW)
    page = client_for(lena).get(PAGE).text
    assert "Certificate</th>" in page
    assert "Overdue" not in page and "Course assigned" not in page


def test_the_page_of_somebody_else_changes_nothing(client_for, lena, otto):
    owner = owner_token(person=lena.pk, path=PAGE)
    assert client_for(otto).post(PAGE, {"owner": owner}).status_code == 409
    assert not NoticePreference.objects.exists()
