"""The demo organisation: plainly fictional people to try the site with, on this machine only."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction

from quizzes.models import Attempt, PaperItem
from training.administration.roles import ADMINISTRATORS, EARLY_PUBLISHERS, TRAINERS
from training.people.departments import place
from training.people.models import Department, JobRole, Organisation, User
from training.people.organisation import current_organisation, save_organisation
from training.records.models import (
    Assignment,
    AudienceClause,
    Certificate,
    CertificateFile,
    CheckAnswer,
    Completion,
    Enrolment,
    Reach,
    Reflection,
    StepProgress,
)

PASSWORD = "groundwork-demo"  # noqa: S105  shown on the console, and refused off this machine


@dataclass(frozen=True)
class DemoPerson:
    email: str
    name: str
    what: str
    department: str
    job_role: str = ""
    groups: tuple[str, ...] = ()
    manages: str = ""


BYLAW = "Bylaw Services (demo)"
POLICY = "Social Policy (demo)"
PEOPLE = (
    DemoPerson("learner@demo.example", "Robin Learner (demo)", "learner", BYLAW),
    DemoPerson(
        "officer@demo.example", "Kit Officer (demo)", "bylaw officer", BYLAW, "bylaw-officer"
    ),
    DemoPerson("manager@demo.example", "Sam Manager (demo)", "manager", BYLAW, manages=BYLAW),
    DemoPerson(
        "trainer@demo.example",
        "Ash Trainer (demo)",
        "trainer",
        POLICY,
        groups=(TRAINERS, EARLY_PUBLISHERS),
    ),
    DemoPerson(
        "admin@demo.example", "Jo Admin (demo)", "administrator", POLICY, groups=(ADMINISTRATORS,)
    ),
)


class DemoNotAllowed(ImproperlyConfigured):
    """Demo people, whose password everybody knows, on a host that others can reach."""


@transaction.atomic
def create_demo() -> list[User]:
    """Create the demo organisation in a database without people; otherwise do nothing.

    Returns who was made. Raises DemoNotAllowed unless every allowed host is this machine.
    """
    if User.objects.exists():
        return []
    if not settings.IS_LOCAL:
        raise DemoNotAllowed("ALLOWED_HOSTS names a host that others can reach.")
    if not Organisation.objects.exists():
        save_organisation(Organisation(name="Town of Example (demo)", is_demo=True))
    JobRole.objects.get_or_create(key="bylaw-officer", defaults={"name": "Bylaw officer"})
    departments = {
        name: place(Department(name=name, is_demo=True), parent=None) for name in (BYLAW, POLICY)
    }
    return [create_demo_person(demo, departments) for demo in PEOPLE]


def create_demo_person(demo: DemoPerson, departments: dict[str, Department]) -> User:
    person = User.objects.create_user(
        demo.email,
        PASSWORD,
        name=demo.name,
        department=departments[demo.department],
        is_staff=bool(demo.groups),
        is_demo=True,
    )
    if demo.job_role:
        person.job_roles.add(JobRole.objects.get(key=demo.job_role))
    person.groups.add(*Group.objects.filter(name__in=demo.groups))
    if demo.manages:
        departments[demo.manages].managers.add(person)
    return person


def demo_people() -> models.QuerySet[User]:
    """Return the demo people in the database."""
    return User.objects.filter(is_demo=True)


def refuse_demo_in_public() -> None:
    """Raise DemoNotAllowed when demo people exist and others could reach the site."""
    if not settings.IS_LOCAL and demo_people().exists():
        raise DemoNotAllowed(
            "This database holds demo people, whose password is public, and ALLOWED_HOSTS names "
            "a host that others can reach. Run: python manage.py removedemo"
        )


@transaction.atomic
def remove_demo() -> dict[str, int]:
    """Remove the demo people with all that was recorded of them, and the demo departments.

    A department that real people were put into stays, and is no longer marked as demo. Returns
    how many of each were removed. This is the one place where records are deleted: they are
    those of nobody.
    """
    people = list(demo_people())
    enrolments = Enrolment.objects.filter(person__in=people)
    certificates = Certificate.objects.filter(completion__enrolment__in=enrolments)
    counts = {
        "people": len(people),
        "enrolments": enrolments.count(),
        "certificates": certificates.count(),
    }
    certificates.update(replaced_by=None)  # which would hold on to the newer one
    erase(CertificateFile, certificate__completion__enrolment__person__in=people)
    erase(Certificate, completion__enrolment__person__in=people)
    erase(Completion, enrolment__person__in=people)
    erase(Reach, person__in=people)
    erase(AudienceClause, person__in=people)
    erase(StepProgress, enrolment__person__in=people)
    erase(CheckAnswer, enrolment__person__in=people)
    erase(Reflection, enrolment__person__in=people)
    erase(PaperItem, attempt__person__in=people)
    erase(Attempt, person__in=people)
    erase(Enrolment, person__in=people)
    erase(User, pk__in=[person.pk for person in people])
    Department.objects.filter(is_demo=True, people__isnull=False).update(is_demo=False)
    erase(AudienceClause, department__is_demo=True)
    erase(Assignment, audience__isnull=True)
    counts["departments"] = erase(Department, is_demo=True, sections__isnull=True)
    organisation = current_organisation()
    if organisation.is_demo:
        organisation.name, organisation.is_demo = "Your organisation", False
        save_organisation(organisation)
    return counts


def erase(model: type[models.Model], **which: object) -> int:
    """Delete rows past the guard of frozen models; returns how many."""
    plain: models.QuerySet[models.Model] = models.QuerySet(model=model)
    return plain.filter(**which).delete()[0]
