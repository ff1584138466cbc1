"""The demo organisation: only in an empty database, only on this machine, gone without a trace."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone

from tests.factories import make_department, make_person
from training.administration.demo import (
    PASSWORD,
    PEOPLE,
    DemoNotAllowed,
    create_demo,
    refuse_demo_in_public,
    remove_demo,
)
from training.administration.roles import ROLES, ensure_roles
from training.administration.verifying import verify_records
from training.people.models import Department, Organisation, User
from training.records.certificate_files import certificate_file
from training.records.certificates import replace_certificate
from training.records.models import Certificate, CertificateFile, Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles():
    return ensure_roles()


@pytest.fixture
def demo(roles):
    return create_demo()


def test_an_empty_database_gets_plainly_fictional_people(demo):
    assert len(demo) == len(PEOPLE) == 5
    assert all("demo" in person.name and person.is_demo for person in demo)
    assert Department.objects.count() == 2
    assert "demo" in Organisation.objects.get().name


def test_a_second_time_changes_nothing(demo):
    before = list(User.objects.values_list("pk", "password"))
    assert create_demo() == []
    assert list(User.objects.values_list("pk", "password")) == before


def test_a_database_with_people_gets_no_demo(roles, cast):
    assert create_demo() == []
    assert not User.objects.filter(is_demo=True).exists()


def test_each_demo_person_can_do_their_part(demo, client):
    assert all(person.check_password(PASSWORD) for person in demo)
    manager = User.objects.get(email="manager@demo.example")
    assert manager.managed_departments.exists()
    trainer = User.objects.get(email="trainer@demo.example")
    assert trainer.is_staff and trainer.has_perm("courses.view_course")
    assert not trainer.has_perm("people.view_user")


@pytest.mark.protection
def test_no_demo_is_made_where_others_can_reach_it(roles, settings):
    settings.IS_LOCAL = False
    with pytest.raises(DemoNotAllowed):
        create_demo()
    assert not User.objects.exists()


@pytest.mark.protection
def test_the_server_refuses_to_start_in_public_with_demo_people(demo, settings):
    refuse_demo_in_public()
    settings.IS_LOCAL = False
    with pytest.raises(DemoNotAllowed, match="removedemo"):
        refuse_demo_in_public()
    remove_demo()
    refuse_demo_in_public()


def test_removing_the_demo_leaves_nothing_of_it(demo, learner_for):
    learner_for(User.objects.get(email="learner@demo.example")).complete()
    replaced = replace_certificate(
        Certificate.objects.get(), by=demo[-1], at=timezone.now(), reason="Demo", name="Robin Demo"
    )
    certificate_file(replaced, verify_url="https://demo.example/verify/", at=timezone.now())
    counts = remove_demo()
    assert counts == {"people": 5, "enrolments": 1, "certificates": 2, "departments": 2}
    assert not User.objects.exists() and not Department.objects.exists()
    assert not Enrolment.objects.exists() and not Certificate.objects.exists()
    assert not Organisation.objects.get().is_demo


def test_removing_the_demo_spares_real_people_and_where_they_work(demo):
    department = Department.objects.get(name__startswith="Bylaw")
    real = make_person("Real Person", department=department)
    remove_demo()
    assert list(User.objects.all()) == [real]
    assert list(Department.objects.all()) == [department]
    assert not Department.objects.get().is_demo


def test_a_dry_run_only_lists(demo, capsys):
    call_command("removedemo", "--dry-run")
    assert "5 demo people would be removed" in capsys.readouterr().out
    assert User.objects.count() == 5


def test_roles_that_exist_get_what_is_new_and_keep_what_they_were_given(roles):
    trainers = Group.objects.get(name="Trainers")
    trainers.permissions.clear()
    more = Permission.objects.get(codename="view_assignment")
    trainers.permissions.add(more)
    assert ensure_roles() == []
    assert trainers.permissions.count() == len(ROLES["Trainers"]) + 1


def test_every_role_names_permissions_that_exist(roles):
    assert {group.name for group in roles} == set(ROLES)
    for group in roles:
        assert group.permissions.count() == len(ROLES[group.name])


def test_a_department_with_demo_people_below_a_real_one_is_removed(demo):
    make_department("Real")
    remove_demo()
    assert [row.name for row in Department.objects.all()] == ["Real"]


def test_verifying_reads_the_documents_of_certificates(roles, learner):
    learner.complete()
    certificate = Certificate.objects.get()
    certificate_file(certificate, verify_url="https://demo.example/verify/", at=timezone.now())
    assert verify_records().counts["certificate files"] == 1
    assert verify_records().problems == []
    QuerySet(CertificateFile).update(trouble="No font has U+10FFF")
    assert "No font has U+10FFF" in verify_records().problems[0]
    QuerySet(CertificateFile).update(body=b"something else")
    assert "not as it was made" in verify_records().problems[0]
