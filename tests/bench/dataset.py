"""The data set of the measurements, and the requests that go over it.

Run in a process of its own, with DATABASE_URL set: `python -m tests.bench.dataset FOLDER`. Writes
one file of requests for each measured page into FOLDER, and queries.json: what each asks the
database.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.documents import LessonStep, QuizStep  # noqa: E402
from courses.models import Course, Release  # noqa: E402
from courses.reading import read_release  # noqa: E402
from quizzes.attempts import start_attempt  # noqa: E402
from quizzes.models import Attempt, PaperItem, QuizVersion  # noqa: E402
from quizzes.papers import questions  # noqa: E402
from quizzes.types.choosing import ChoosingBody  # noqa: E402
from training.learning import flow  # noqa: E402
from training.people.departments import place  # noqa: E402
from training.people.models import Department, Organisation, User  # noqa: E402
from training.people.organisation import save_organisation  # noqa: E402
from training.records.access import attempt_scope  # noqa: E402
from training.records.models import Certificate, Enrolment  # noqa: E402
from training.records.progress import start_course  # noqa: E402

SCALE = int(os.environ.get("SCALE", "1"))
PEOPLE = 2000 * SCALE
FINISHED = 1000 * SCALE
ANSWERED = 600
ANSWERING = 100
DEPARTMENTS = 20
CSRF = "c" * 32
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Setting:
    """The course everybody takes."""

    course: Course
    lessons: list[LessonStep]
    quiz: QuizStep
    version: QuizVersion


def make_people() -> tuple[User, list[User]]:
    """Make a manager and PEOPLE in departments below one that they manage."""
    save_organisation(Organisation(name="Bench"))
    top = place(Department(name="Everyone"), parent=None)
    manager = User.objects.create_user("manager@bench.example", name="Manager", department=top)
    top.managers.add(manager)
    sections = [
        place(Department(name=f"Section {number}"), parent=top) for number in range(DEPARTMENTS)
    ]
    people = User.objects.bulk_create(
        User(
            email=f"person{number}@bench.example",
            name=f"Person {number:05}",
            department=sections[number % DEPARTMENTS],
            password="!",
        )
        for number in range(PEOPLE)
    )
    return manager, people


def find_setting() -> Setting:
    release = Release.objects.current().get(course__key="foundations")
    document = read_release(release)
    quiz = next(step for step in document.steps if isinstance(step, QuizStep))
    lessons = [step for step in document.steps if isinstance(step, LessonStep)]
    version = release.steps.get(key=quiz.key).quiz_version
    if version is None:
        raise LookupError("foundations has no quiz")
    return Setting(release.course, lessons, quiz, version)


def start_answering(setting: Setting, person: User) -> tuple[Enrolment, Attempt]:
    now = timezone.now()
    enrolment = start_course(setting.course, by=person, at=now)
    for lesson in setting.lessons:
        flow.finish_lesson(enrolment, lesson, at=now)
    scope = attempt_scope(enrolment, setting.quiz.key)
    return enrolment, start_attempt(setting.version, by=person, scope=scope, at=now)


def answer_all(attempt: Attempt) -> None:
    """Answer every question rightly, past the verb: only the reading is measured here."""
    rows = list(attempt.paper.select_related("item_version"))
    for row in rows:
        body = cast(ChoosingBody, row.item_version.read().body)
        row.response = sorted(body.correct_keys())
        row.answered_at = timezone.now()
    PaperItem.objects.bulk_update(rows, ["response", "answered_at"])


def cookie_for(person: User) -> str:
    """Sign a person in and return the cookies of their browser."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}"


def line(method: str, path: str, cookie: str, **fields: object) -> str:
    body = urlencode({"csrfmiddlewaretoken": CSRF, **fields}) if fields else ""
    return f"{method}\t{path}\t{cookie}\t{body}"


def quiz_url(setting: Setting, name: str, *args: object) -> str:
    return reverse(f"learning:{name}", args=[setting.course.key, setting.quiz.key, *args])


def answer_lines(setting: Setting, attempt: Attempt, cookie: str) -> list[str]:
    return [
        line(
            "POST",
            quiz_url(setting, "question", row.position),
            cookie,
            attempt=attempt.pk,
            item=row.digest,
            choice=key,
        )
        for row in questions(attempt)
        for key in row.order[:2]
    ]


def build() -> dict[str, list[str]]:
    """Build the data set; return the request lines of each measurement."""
    manager, people = make_people()
    setting = find_setting()
    lines: dict[str, list[str]] = {"answer": [], "submit": [], "lesson": [], "my-learning": []}
    with transaction.atomic():
        for person in people[:FINISHED]:
            enrolment, attempt = start_answering(setting, person)
            answer_all(attempt)
            flow.submit_quiz(
                enrolment, setting.quiz.key, attempt=attempt, by=person, at=timezone.now()
            )
    readers = people[FINISHED - 100 : FINISHED] + people[FINISHED : FINISHED + ANSWERING]
    with transaction.atomic():
        for person in people[FINISHED : FINISHED + ANSWERING]:
            _enrolment, attempt = start_answering(setting, person)
            lines["answer"] += answer_lines(setting, attempt, cookie_for(person))
        for person in people[FINISHED + ANSWERING : FINISHED + ANSWERING + ANSWERED]:
            _enrolment, attempt = start_answering(setting, person)
            answer_all(attempt)
            path = quiz_url(setting, "quiz-submit")
            lines["submit"].append(line("POST", path, cookie_for(person), attempt=attempt.pk))
    for person in readers:
        cookie = cookie_for(person)
        lines["my-learning"].append(line("GET", reverse("learning:my-learning"), cookie))
        for lesson in setting.lessons:
            path = reverse("learning:lesson", args=[setting.course.key, lesson.key])
            lines["lesson"].append(line("GET", path, cookie))
    path = f"{reverse('reports:team')}?course={setting.course.key}"
    lines["team"] = [line("GET", path, cookie_for(manager))]
    codes = Certificate.objects.values_list("code", flat=True)[:500]
    lines["verify"] = [
        line("GET", reverse("learning:verify-code", args=[code]), "") for code in codes
    ]
    certificates = Certificate.objects.select_related("completion__enrolment__person")[:400]
    lines["certificate-pdf"] = [
        line(
            "GET",
            reverse("learning:certificate-pdf", args=[certificate.code]),
            cookie_for(certificate.completion.enrolment.person),
        )
        for certificate in certificates
    ]
    return lines


def count_queries(lines: dict[str, list[str]]) -> dict[str, int]:
    """Return what one request of each measurement asks the database, the second time."""
    counts = {}
    for name, requests in lines.items():
        # The last two are asked here; a submit and a new certificate happen once each.
        for request in requests[-2:]:
            method, path, cookie, body = request.split("\t")
            headers = {"Cookie": cookie, "X-Requested-With": "fetch"}
            client = Client(headers=headers, SERVER_NAME="localhost")
            with CaptureQueriesContext(connection) as asked:
                if method == "GET":
                    client.get(path)
                else:
                    client.generic(method, path, body, "application/x-www-form-urlencoded")
            counts[name] = len(asked)
    return counts


def main(folder: Path) -> None:
    call_command("prepare", verbosity=0)
    lines = build()
    queries = count_queries(lines)
    for name, requests in lines.items():
        (folder / name).write_text("\n".join(requests[:-2] or requests) + "\n")
    (folder / "queries.json").write_text(json.dumps(queries))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
