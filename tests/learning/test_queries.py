"""What pages ask of the database does not grow with courses, lessons or people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, Release, ReleaseStep
from quizzes.papers import questions
from tests.factories import make_person
from training.records.models import Certificate
from training.records.progress import start_course

pytestmark = pytest.mark.django_db


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.fixture
def more_courses(small_course):
    """Publish three more courses, with the content of the small one."""
    pattern = Release.objects.current().get(course=small_course)

    def publish() -> list[Course]:
        courses = []
        for number in range(3):
            course = Course.objects.create(
                key=f"course-{number}", title=f"Course {number}", summary="", hours=1
            )
            release = Release.objects.create(
                course=course,
                number=1,
                document=pattern.document,
                schema_version=pattern.schema_version,
                title=course.title,
                hours=1,
                frozen_at=timezone.now(),
                published_at=timezone.now(),
                channel=Release.Channel.PACKAGE,
            )
            for step in pattern.steps.all():
                ReleaseStep.objects.create(
                    release=release,
                    key=step.key,
                    position=step.position,
                    kind=step.kind,
                    title=step.title,
                    digest=step.digest,
                    quiz_version=step.quiz_version,
                )
            courses.append(course)
        return courses

    return publish


def test_my_learning_asks_the_same_of_more_courses_offered(learner, more_courses):
    before = queries_of(learner.client, "/my-learning/")
    more_courses()
    assert queries_of(learner.client, "/my-learning/") <= before


def test_my_learning_asks_the_same_of_more_courses_started_and_done(learner, more_courses):
    learner.complete()
    first, *others = more_courses()
    start_course(first, by=learner.person, at=timezone.now())
    before = queries_of(learner.client, "/my-learning/")
    for course in others:
        start_course(course, by=learner.person, at=timezone.now())
    assert queries_of(learner.client, "/my-learning/") <= before <= 14


def test_the_managers_page_asks_the_same_of_more_courses_and_people(
    cast, client_for, more_courses, learner_for
):
    manager = client_for(cast.max)
    learner_for(cast.lena).start()
    before = queries_of(manager, "/team/")
    for course in more_courses():
        start_course(course, by=cast.bo, at=timezone.now())
    for _ in range(10):
        make_person(department=cast.bylaw)
    assert queries_of(manager, "/team/") <= before


def test_a_lesson_asks_at_most_eight_with_answers_and_other_learners(
    learner, learner_for, cast, otto
):
    for person in (cast.bo, otto, cast.max):
        learner_for(person).complete()
    learner.start()
    for lesson in learner.lessons:
        assert queries_of(learner.client, learner.url("lesson", lesson.key)) <= 8


def test_saving_an_answer_asks_at_most_eleven(learner):
    learner.start()
    learner.do_lessons()
    attempt = learner.start_quiz()
    learner.answer(attempt, 1)
    asked = questions(attempt)[1]
    fields = {"attempt": attempt.pk, "item": asked.digest, "choice": sorted(asked.order[:1])}
    with CaptureQueriesContext(connection) as queries:
        told = learner.post(
            learner.question_url(2), fields, headers={"X-Requested-With": "fetch"}
        ).json()
    assert told == {"saved": True}
    assert len(queries) <= 11


def test_verifying_a_certificate_asks_once_and_drawing_it_at_most_eight(learner, client):
    learner.complete()
    code = Certificate.objects.get().code
    assert queries_of(client, reverse("learning:verify-code", args=[code])) <= 1
    with CaptureQueriesContext(connection) as queries:
        drawn = learner.client.get(reverse("learning:certificate-pdf", args=[code]))
    assert drawn.status_code == 200
    assert len(queries) <= 8
