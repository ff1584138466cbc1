"""An administrator's first day, in a real browser: from the admin to the learner's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from tests.conftest import canary
from tests.factories import make_assignment
from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.records.assigning import organisation_day, sync
from training.records.models import Assignment, Enrolment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/admin/",
    "/admin/people/user/",
    "/admin/people/user/add/",
    "/admin/people/department/",
    "/admin/people/department/add/",
    "/admin/people/jobrole/",
    "/admin/people/jobrole/add/",
    "/admin/people/organisation/1/change/",
    "/admin/pages/supportline/",
    "/admin/pages/supportline/add/",
    "/admin/records/assignment/",
    "/admin/records/assignment/add/",
    "/admin/records/certificate/",
)


@pytest.fixture
def amin(cast):
    ensure_roles()
    cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return cast.amin


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_from_an_assignment_to_who_is_overdue(
    page_at, axe, fits, amin, cast, small_course, width, scheme
):
    today = organisation_day(timezone.now())
    admin = page_at(width, scheme=scheme, person=amin)
    admin.goto("/admin/records/assignment/add/")
    axe(admin)
    admin.get_by_label("Course").select_option(label=small_course.title)
    admin.get_by_label("Due on").fill((today - timedelta(days=1)).isoformat())
    lines = admin.locator(".inline-group")
    lines.get_by_label("Department, with its sections").first.select_option(str(cast.safety.pk))
    admin.locator(".add-row a").click()
    lines.get_by_label("Person, by email address").nth(1).fill(cast.otto.email)
    admin.get_by_role("button", name="Save", exact=True).click()
    admin.get_by_text("This assignment reaches").wait_for()
    axe(admin)
    admin.get_by_role("link", name="4 people").first.click()
    admin.get_by_role("link", name=cast.bo.name).wait_for()
    assert Enrolment.objects.count() == 4

    learner = page_at(width, scheme=scheme, person=cast.bo)
    learner.goto("/my-learning/")
    learner.get_by_role("heading", name="Due", exact=True).wait_for()
    learner.get_by_text("Overdue").wait_for()
    axe(learner)
    fits(learner)
    learner.get_by_role("link", name="Open the course").click()
    learner.get_by_text("It was due on").wait_for()
    axe(learner)
    fits(learner)

    manager = page_at(width, scheme=scheme, person=cast.max)
    manager.goto("/team/")
    manager.get_by_label("Status").select_option("overdue")
    manager.get_by_role("button", name="Show").click()
    manager.locator("main").get_by_text(canary(cast.bo)).wait_for()
    assert canary(cast.otto) not in manager.content()
    axe(manager)
    fits(manager)


@pytest.mark.parametrize(
    ("width", "scheme"), [pytest.param(390, "dark", marks=pytest.mark.slow), (1280, "light")]
)
def test_the_pages_of_an_administrator_are_accessible(
    page_at, axe, amin, cast, learner_for, small_course, width, scheme
):
    learner_for(cast.lena).complete()
    make_assignment(small_course, due_days=30, department=cast.bylaw)
    sync(at=timezone.now())
    page = page_at(width, scheme=scheme, person=amin)
    changes = (
        f"/admin/people/user/{cast.bo.pk}/change/",
        f"/admin/people/department/{cast.bylaw.pk}/change/",
        f"/admin/records/assignment/{Assignment.objects.get().pk}/change/",
    )
    for path in (*PAGES, *changes):
        page.goto(path)
        page.locator("#content").wait_for()
        axe(page)
