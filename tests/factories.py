"""Builders of rows, small enough to read at the place of use; each returns what it made."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone

from courses import reviewing
from courses.loading import load_package
from courses.models import Course, Release, ReleaseDocument, Waiver
from courses.packages import read_package
from courses.publishing import Decision, publish_draft
from courses.reading import read_release
from courses.reviewing import Invitation, Invited
from quizzes.documents import digest_of, encode
from tests import kept
from training.people.departments import place
from training.people.models import Department, JobRole, Organisation, User
from training.people.organisation import save_organisation
from training.records.models import Assignment

COURSE_FILES = Path(__file__).parent / "course_files"
AUDIENCE = ("department", "job_role", "person", "is_everyone")
PASSWORD = "seven quiet herons wade"
_numbers = count(1)


def make_organisation(**fields: Any) -> Organisation:
    """Make the one organisation, in Vancouver's time."""
    fields = {"name": "Town of Elderbrook", "contact_email": "help@elderbrook.example"} | fields
    return save_organisation(Organisation(**fields))


def make_department(
    name: str = "", *, parent: Department | None = None, managers: tuple[User, ...] = ()
) -> Department:
    """Make a department below `parent`, or at the top."""
    department = place(Department(name=name or f"Department {next(_numbers)}"), parent=parent)
    department.managers.set(managers)
    return department


def publish_early(course: Course, *, by: User, at: datetime, **decided: Any) -> Release:
    """Publish a draft before any peer approved it, with the reason which that takes."""
    decided = {"published_without_review_reason": "Tried out first."} | decided
    return publish_draft(course, by=by, at=at, decision=Decision(**decided))


def make_review(
    course: Course, invitation: Invitation | None = None, *, by: User, at: datetime
) -> Invited:
    """Send a draft as a candidate to one reviewer, who starts to read it at once."""
    _release, invited = reviewing.send_to_reviewers(
        course,
        [invitation or Invitation()],
        due_on=timezone.localdate(at) + timedelta(days=14),
        by=by,
        at=at,
        decision=Decision(notes="Who to ask."),
    )
    reviewing.open_review(invited[0].review, at=at)
    return invited[0]


def make_job_role(key: str, name: str = "") -> JobRole:
    role, _ = JobRole.objects.get_or_create(key=key, defaults={"name": name or key})
    return role


def make_person(
    name: str = "", *, department: Department | None = None, role: str = "", **fields: Any
) -> User:
    """Make a person with an address made of their name, and PASSWORD."""
    name = name or f"Person {next(_numbers)}"
    fields.setdefault("email", f"{name.casefold().replace(' ', '.')}@elderbrook.example")
    fields.setdefault("password", PASSWORD)
    person = User.objects.create_user(name=name, department=department, **fields)
    if role:
        person.job_roles.add(make_job_role(role))
    return person


def load_small_course(*, at: datetime) -> Course:
    """Load and publish tests/course_files/green-bins: two lessons, a quiz of 3 out of 6 items."""
    kept.put(("green-bins", at), lambda: _load_small_course(at=at))
    return Course.objects.get(key="green-bins")


def _load_small_course(*, at: datetime) -> None:
    loaded = load_package(read_package(COURSE_FILES / "green-bins"), at=at)
    reason = "The course of the tests is small on purpose."
    Waiver.objects.create(
        course=Course.objects.get(key=loaded.course_key),
        check_name="too-few-items",
        step_key="green-bins",
        reason=reason,
        at=at,
    )


def make_course_after(first: Course, *, key: str, title: str, at: datetime) -> Course:
    """Publish a copy of a course, which asks for that one first."""
    pattern = Release.objects.current().get(course=first)
    course = Course.objects.create(key=key, title=title, summary="", hours=pattern.hours)
    course.prerequisites.add(first)
    document = msgspec.structs.replace(
        read_release(pattern), key=key, title=title, requires=[first.key]
    )
    stored = encode(document)
    kept = ReleaseDocument.objects.create(digest=digest_of(stored), body=stored)
    release = Release.objects.create(
        course=course,
        number=1,
        document=kept,
        schema_version=pattern.schema_version,
        title=title,
        hours=pattern.hours,
        frozen_at=at,
        published_at=at,
        channel=Release.Channel.PACKAGE,
    )
    for step in pattern.steps.all():
        step.pk, step._state.adding, step.release = None, True, release
        step.save()
    return course


def make_assignment(course: Course, *, due_on: date | None = None, **fields: Any) -> Assignment:
    """Make an assignment; `department=`, `job_role=`, `person=`, `is_everyone=` say to whom."""
    clause = {name: fields.pop(name) for name in AUDIENCE if name in fields}
    assignment = Assignment.objects.create(course=course, due_on=due_on, **fields)
    if clause:
        assignment.audience.create(**clause)
    return assignment
