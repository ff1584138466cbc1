"""What pages ask of the database does not grow with courses, lessons or people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Course, Release, ReleaseStep
from tests.factories import make_person
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
