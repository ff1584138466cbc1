"""A trainer publishes in the admin, and whoever completed the course is asked at once."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.models import Lesson, Prose
from training.administration.roles import EARLY_PUBLISHERS, TRAINERS, ensure_roles
from training.records.models import Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(learner, small_course, client_for, ada, clock):
    """Give `publish(…)`, which publishes an edited lesson after Lena completed the course."""
    learner.complete()
    ensure_roles()
    ada.groups.add(*Group.objects.filter(name__in=[TRAINERS, EARLY_PUBLISHERS]))
    lesson = Lesson.objects.get(key="when-in-doubt")
    Prose.objects.filter(parent=lesson).update(text="<p>Ask the caretaker.</p>")
    trainer = client_for(ada)
    url = reverse("admin:courses_course_publish", args=[small_course.pk])

    def post(**decided):
        draft = trainer.get(url).context["form"]["draft"].value()
        page = trainer.post(
            url,
            {"draft": draft, "notes": "Shorter.", "published_without_review_reason": "Soon."}
            | decided,
            follow=True,
        )
        assert "Published release 2" in page.content.decode()
        return page.content.decode()

    return post


def test_a_material_release_opens_the_course_again_at_once(publish):
    assert "open again for 1 person" in publish(is_material="yes")
    second = Enrolment.objects.get(cycle=2)
    still_open = second.progress.filter(completed_at=None)
    assert [row.step_key for row in still_open] == ["when-in-doubt"]


@pytest.mark.parametrize(
    "decided", [{}, {"is_material": "yes", "small_changes": ["when-in-doubt"]}]
)
def test_what_is_not_material_or_small_asks_nobody(publish, decided):
    assert "open again" not in publish(**decided)
    assert Enrolment.objects.count() == 1
