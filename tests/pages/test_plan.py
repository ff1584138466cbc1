"""The plan of action: kept in the admin, read and printed by those who lead people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW, allow
from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.pages.models import Action
from training.pages.plan import add_listed_actions
from training.pages.shipped import listed_actions

pytestmark = pytest.mark.django_db

PLAN = "/plan/"
ADMIN = "/admin/pages/action/"
OWN = "Light the lane behind the arena"


@pytest.fixture
def administrator(client_for, amin):
    ensure_roles()
    amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return client_for(amin)


@pytest.fixture
def manager(client_for, max_):
    return client_for(max_)


def fields(**given: object) -> dict[str, object]:
    return {"key": "", "title": "", "owner": "", "status": "not-started", "position": 0, **given}


def test_an_administrator_makes_a_plan_of_the_list_once(administrator):
    for _ in range(2):
        administrator.post(f"{ADMIN}add-listed/")
    assert [row.key for row in Action.objects.all()] == list(listed_actions())
    assert LogEntry.objects.count() == len(listed_actions())


def test_what_is_in_the_plan_stays_as_it_is(db):
    Action.objects.create(key="train-staff", owner="Social policy", status="done")
    added = add_listed_actions(at=NOW)
    assert len(added) == len(listed_actions()) - 1
    assert Action.objects.get(key="train-staff").owner == "Social policy"


def test_the_admin_takes_an_action_of_the_list_or_one_of_our_own(administrator, now):
    administrator.post(f"{ADMIN}add/", fields(key="fund-services", owner="Council"))
    administrator.post(f"{ADMIN}add/", fields(title=OWN))
    assert {str(row) for row in Action.objects.all()} == {
        listed_actions()["fund-services"].title,
        OWN,
    }
    assert {row.changed_at for row in Action.objects.all()} == {now}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (fields(), "one of the two"),
        (fields(key="fund-services", title=OWN), "one of the two"),
        (fields(key="train-staff"), "in the plan already"),
        (fields(key="no-such-action"), "Select a valid choice"),
    ],
)
def test_the_admin_says_plainly_what_cannot_be(administrator, given, told):
    Action.objects.create(key="train-staff")
    assert told in administrator.post(f"{ADMIN}add/", given).text
    assert Action.objects.count() == 1


def test_an_action_that_left_the_list_can_still_be_changed(administrator):
    action = Action.objects.create(key="gone-since")
    address = f"{ADMIN}{action.pk}/change/"
    assert administrator.post(address, fields(key="gone-since", owner="Us")).status_code == 302
    assert Action.objects.get().owner == "Us"


@pytest.mark.protection
def test_the_database_takes_no_action_that_is_neither_or_both_or_twice(db):
    for given in ({}, {"key": "a", "title": "b"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.create(**given)
    Action.objects.create(key="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(key="a")


def test_a_manager_reads_the_plan_with_owners_dates_and_notes(manager, clock):
    add_listed_actions(at=NOW)
    Action.objects.create(
        title=OWN,
        owner="Public works",
        status=Action.Status.UNDER_WAY,
        due_on=date(2026, 12, 1),
        note="Poles ordered.",
        position=1,
    )
    text = manager.get(PLAN).text
    assert text.index(OWN) < text.index(listed_actions()["train-staff"].title)
    for said in ("Public works", "Under way", "1 December 2026", "Poles ordered."):
        assert said in text
    assert "has endorsed nothing" in text
    assert "/admin/pages/" not in text


@pytest.mark.parametrize(
    ("days", "status", "is_late"),
    [
        (-1, "under-way", True),
        (0, "under-way", False),
        (-1, "done", False),
        (-1, "set-aside", False),
    ],
)
def test_an_action_is_overdue_from_the_day_after(manager, now, days, status, is_late):
    due = date(2026, 11, 23) + timedelta(days=days)
    Action.objects.create(title=OWN, due_on=due, status=status)
    assert ("Overdue" in manager.get(PLAN).text) is is_late


def test_an_empty_plan_says_who_makes_it(manager, administrator):
    assert "An administrator makes one" in manager.get(PLAN).text
    assert f'href="{ADMIN}"' in administrator.get(PLAN).text


def test_who_sees_the_whole_organisation_sees_the_plan(client_for, otto):
    assert client_for(otto).get(PLAN).status_code == 403
    allow(otto, "people.see_whole_organisation")
    assert client_for(otto).get(PLAN).status_code == 200


def test_only_who_may_see_the_plan_is_led_to_it(manager, client, client_for, lena):
    for place in ("/tools/", "/tools/council-actions/"):
        assert f'href="{PLAN}"' in manager.get(place).text
        assert f'href="{PLAN}"' not in client_for(lena).get(place).text
        assert f'href="{PLAN}"' not in client.get(place).text


def test_only_who_may_add_to_the_plan_adds_the_list(client_for, ada):
    allow(ada, "pages.view_action")
    client = client_for(ada)
    assert client.post(f"{ADMIN}add-listed/").status_code == 403
    assert "add-listed" not in client.get(ADMIN).text
    assert not Action.objects.exists()


def test_adding_the_list_is_no_link(administrator):
    assert administrator.get(f"{ADMIN}add-listed/").status_code == 405


def test_more_actions_take_no_more_queries(manager):
    Action.objects.create(title=OWN)
    manager.get(PLAN)
    with CaptureQueriesContext(connection) as few:
        manager.get(PLAN)
    add_listed_actions(at=NOW)
    with CaptureQueriesContext(connection) as many:
        manager.get(PLAN)
    assert len(many) == len(few)
