"""An administrator's first day: assignments and people in the admin, and what follows at once."""

import re
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, canary
from tests.factories import make_assignment, make_department, make_job_role, make_person
from training.administration.roles import ADMINISTRATORS, ensure_roles
from training.people.models import Department
from training.records.assigning import sync
from training.records.models import Assignment, Enrolment
from training.records.progress import start_course

pytestmark = pytest.mark.django_db

ADD = "/admin/records/assignment/add/"
LIST = "/admin/records/assignment/"
DUE = date(2026, 12, 31)


@pytest.fixture
def admin(client_for, cast, small_course, clock):
    ensure_roles()
    cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return client_for(cast.amin)


def fields_of(course, *lines, **more):
    """Return what the form posts; each line is a dict of one thing."""
    posted = {"course": course.pk, "due_on": "", "due_days": "", "starts_on": ""} | more
    posted |= {"audience-TOTAL_FORMS": len(lines), "audience-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        posted |= {f"audience-{number}-{name}": value for name, value in line.items()}
    return posted


def change_person(client, person, **fields):
    posted = {"name": person.name, "email": person.email, "is_active": "on"}
    posted["department"] = person.department_id or ""
    posted["job_roles"] = [role.pk for role in person.job_roles.all()]
    url = reverse("admin:people_user_change", args=[person.pk])
    response = client.post(url, posted | fields)
    assert response.status_code == 302, response.context["adminform"].form.errors


def assigned() -> set[str]:
    return {row.person.name for row in Enrolment.objects.select_related("person")}


def text_of(response) -> str:
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("<body")[1])
    return " ".join(text.split())


def test_whoever_an_assignment_reaches_has_it_as_soon_as_it_is_saved(admin, cast, small_course):
    lines = {"department": cast.bylaw.pk}, {"person": cast.otto.email}
    posted = fields_of(small_course, *lines, due_on="2026-12-31")
    page = admin.post(ADD, posted, follow=True)
    assert "reaches 2 people" in text_of(page)
    assert assigned() == {cast.bo.name, cast.otto.name}
    assert set(Enrolment.objects.values_list("due_on", flat=True)) == {DUE}
    assert LogEntry.objects.filter(user=cast.amin, object_id=Assignment.objects.get().pk).exists()


COUNT = "/admin/records/assignment/reach/"


def test_how_many_it_reaches_is_said_before_it_is_saved(admin, cast, small_course):
    lines = {"department": cast.safety.pk}, {"person": cast.otto.email}, {"person": "no one"}, {}
    answer = admin.post(
        COUNT, fields_of(small_course, *lines), headers={"X-Requested-With": "fetch"}
    )
    assert answer.content.decode() == "As it stands it reaches 4 people."
    assert "reaches 1 person" in text_of(
        admin.post(COUNT, fields_of(small_course, {"person": cast.bo.email}))
    )
    assert "Fill in whom it reaches first" in text_of(admin.post(COUNT, {"course": "x"}))
    assert not Assignment.objects.exists()


@pytest.mark.protection
def test_only_who_may_assign_counts_people(cast, client_for):
    for person in (None, cast.lena, cast.max, cast.ada):
        assert client_for(person).post(COUNT, {}).status_code in (302, 403)


def test_the_message_leads_to_the_list_of_these_people(admin, cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    url = f"/admin/people/user/?assignment={Assignment.objects.get().pk}"
    assert url in admin.get(LIST).content.decode()
    listed = admin.get(url).context["cl"].queryset
    assert set(listed) == {cast.lena, cast.bo, cast.max}


@pytest.mark.parametrize(
    ("lines", "more", "said"),
    [
        ([], {"due_days": "30"}, "fill in at least one line"),
        ([{}], {"due_days": "30"}, "Choose one thing"),
        ([{"is_everyone": "on", "person": "otto"}], {"due_days": "30"}, "Choose one thing"),
        ([{"is_everyone": "on"}], {}, "either the day or the number"),
        ([{"is_everyone": "on"}], {"due_days": "1", "due_on": "2026-12-31"}, "either the day"),
        ([{"is_everyone": "on"}], {"due_days": "99999"}, "at most ten years"),
        (
            [{"is_everyone": "on"}],
            {"due_on": "2026-12-31", "starts_on": "2027-01-01"},
            "before the one on which it starts",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(admin, cast, small_course, lines, more, said):
    lines = [
        {key: cast.otto.email if value == "otto" else value for key, value in line.items()}
        for line in lines
    ]
    page = admin.post(ADD, fields_of(small_course, *lines, **more))
    assert said in text_of(page)
    assert not Assignment.objects.exists() and not Enrolment.objects.exists()


def test_only_courses_that_people_can_start_are_offered(admin, small_course, cast):
    release = small_course.releases.get()
    type(release).objects.filter(pk=release.pk).update(withdrawn_at=NOW, withdrawn_by=cast.amin)
    page = admin.post(ADD, fields_of(small_course, {"is_everyone": "on"}, due_days="3"))
    assert "valid choice" in text_of(page)


def test_the_course_of_an_assignment_stays(admin, cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, is_everyone=True)
    page = admin.get(f"{LIST}{assignment.pk}/change/")
    assert 'name="course"' not in page.content.decode()
    assert "Running" in text_of(page)


def test_changing_whom_it_reaches_takes_back_and_gives(admin, cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, department=cast.safety)
    sync(at=NOW)
    clause = assignment.audience.get()
    posted = fields_of(
        small_course,
        {"id": clause.pk, "assignment": assignment.pk, "department": cast.parks.pk},
        due_on="2027-01-31",
    )
    posted["audience-INITIAL_FORMS"] = 1
    page = admin.post(f"{LIST}{assignment.pk}/change/", posted, follow=True)
    assert "reaches 3 people" in text_of(page)
    assert assigned() == {cast.otto.name, cast.ada.name, cast.amin.name}
    assert Enrolment.objects.filter(due_on=date(2027, 1, 31)).count() == 3


def test_ending_takes_back_what_nobody_started_and_is_logged(admin, cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, department=cast.safety)
    sync(at=NOW)
    start_course(small_course, by=cast.lena, at=NOW)
    posted = {"action": "end", "_selected_action": [assignment.pk]}
    assert "taken back from 2 people" in text_of(admin.post(LIST, posted, follow=True))
    assert assigned() == {cast.lena.name}
    assert LogEntry.objects.get(object_id=assignment.pk).change_message == "Ended."
    ended = admin.get(f"{LIST}{assignment.pk}/change/")
    assert "Nobody any more" in text_of(ended)
    assert admin.post(f"{LIST}{assignment.pk}/change/", {}).status_code == 403


def test_an_assignment_is_never_deleted(admin, cast, small_course):
    assignment = make_assignment(small_course, due_on=DUE, is_everyone=True)
    assert admin.get(f"{LIST}{assignment.pk}/delete/").status_code == 403
    posted = {"action": "delete_selected", "_selected_action": [assignment.pk], "post": "yes"}
    admin.post(LIST, posted)
    assert Assignment.objects.exists()


def test_the_list_says_to_whom_by_when_and_how_it_stands(admin, cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.bylaw)
    make_assignment(small_course, due_days=1, is_everyone=True, starts_on=date(2027, 1, 1))
    sync(at=NOW)
    text = text_of(admin.get(LIST))
    for said in ("Bylaw Services", "Everyone", "after 1 day", "Running", "Not begun", "7 people"):
        assert said in text
    assert "Everyone" not in text_of(admin.get(LIST, {"q": "Bylaw"}))
    assert "0 assignments" in text_of(admin.get(LIST, {"state": "ended"}))


def test_moving_a_person_moves_what_is_assigned_to_them(admin, cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    sync(at=NOW)
    change_person(admin, cast.lena, department=cast.parks.pk)
    assert cast.lena.name not in assigned()
    change_person(admin, cast.otto, department=cast.bylaw.pk)
    assert cast.otto.name in assigned()


def test_a_new_person_has_what_is_assigned_to_them_at_once(admin, cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    posted = {"name": "Jo Juniper", "email": "jo@elderbrook.example"}
    posted |= {"department": cast.bylaw.pk, "usable_password": "false"}
    assert admin.post("/admin/people/user/add/", posted).status_code == 302
    assert "Jo Juniper" in assigned()


def test_a_job_role_given_or_deleted_counts_at_once(admin, cast, small_course):
    role = make_job_role("night", "Night watch")
    make_assignment(small_course, due_on=DUE, job_role=role)
    change_person(admin, cast.otto, job_roles=[role.pk])
    assert assigned() == {cast.otto.name}
    change_person(admin, cast.otto, job_roles=[])
    assert not assigned()


def test_moving_a_department_moves_what_is_assigned_to_its_people(admin, cast, small_course):
    make_assignment(small_course, due_on=DUE, department=cast.safety)
    url = reverse("admin:people_department_change", args=[cast.parks.pk])
    posted = {"name": "Parks", "parent": cast.safety.pk, "managers": cast.max.email}
    assert admin.post(url, posted).status_code == 302
    assert cast.otto.name in assigned()


def test_a_department_cannot_be_put_below_its_own_section(admin, cast):
    url = reverse("admin:people_department_change", args=[cast.safety.pk])
    posted = {"name": "Community Safety", "parent": cast.bylaw.pk, "managers": ""}
    assert "cannot be part of itself" in text_of(admin.post(url, posted))
    assert Department.objects.get(pk=cast.safety.pk).parent is None


def test_managers_are_named_by_their_addresses(admin, cast):
    url = reverse("admin:people_department_change", args=[cast.parks.pk])
    posted = {"name": "Parks", "parent": "", "managers": f" {cast.lena.email.upper()}\r\n"}
    assert admin.post(url, posted).status_code == 302
    assert list(cast.parks.managers.all()) == [cast.lena]
    assert cast.lena.email in admin.get(url).content.decode()
    page = admin.post(url, posted | {"managers": "nobody@elderbrook.example"})
    assert "Nobody is registered with the address" in text_of(page)
    assert list(cast.parks.managers.all()) == [cast.lena]


@pytest.mark.parametrize("url", [ADD, "/admin/people/user/add/", "/admin/people/department/add/"])
def test_a_department_is_chosen_out_of_the_tree(admin, cast, url):
    make_department("Archives")
    options = re.findall(r"<option[^>]*>([^<]*)<", admin.get(url).content.decode())
    names = [
        name for name in options if name.strip("\xa0") in ("Archives", "Bylaw Services", "Parks")
    ]
    assert names[:3] == ["Archives", "\xa0" * 4 + "Bylaw Services", "Parks"]


def test_an_address_that_nobody_has_is_said(admin, small_course):
    line = {"person": "nobody@elderbrook.example"}
    page = admin.post(ADD, fields_of(small_course, line, due_days="3"))
    assert "Nobody is registered with the address" in text_of(page)


def test_departments_are_listed_as_a_tree(admin, cast):
    make_department("Animal Control", parent=cast.bylaw)
    make_department("Archives")
    page = admin.get("/admin/people/department/")
    names = [row.name for row in page.context["cl"].result_list]
    assert names == ["Archives", "Community Safety", "Bylaw Services", "Animal Control", "Parks"]
    assert 'class="tree-2">Animal Control' in page.content.decode()


def test_departments_without_a_manager_are_found(admin, cast):
    text = text_of(admin.get("/admin/people/department/", {"managers": "no"}))
    assert "Parks" in text and canary(cast.max) not in text
    assert canary(cast.max) in text_of(admin.get("/admin/people/department/", {"managers": "yes"}))


@pytest.mark.parametrize("value", ["x", "0", "99999999999999999999", "-1", "²"])
def test_a_filter_that_is_not_offered_is_no_error(admin, value):
    assert admin.get("/admin/people/user/", {"assignment": value}, follow=True).status_code == 200


@pytest.mark.parametrize("name", ["people_user", "people_department", "people_jobrole"])
def test_more_rows_cost_no_more_queries(admin, cast, name):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(reverse(f"admin:{name}_changelist")).status_code == 200
        return len(queries)

    count()
    before = count()
    for number in range(6):
        section = make_department(parent=cast.bylaw, managers=(make_person(),))
        make_person(department=section, role=f"role-{number}")
    assert count() <= before


def test_more_assignments_cost_no_more_queries(admin, cast, small_course):
    def count():
        sync(at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(LIST).status_code == 200
        return len(queries)

    for audience in ({"person": cast.bo}, {"department": cast.bylaw}):
        make_assignment(small_course, due_on=DUE, **audience)
    before = count()
    for person in cast.everyone():
        make_assignment(small_course, due_on=DUE, person=person)
        make_assignment(small_course, due_days=5, department=cast.bylaw)
    assert count() <= before
