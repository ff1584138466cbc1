"""A material release: who takes the course again, what stays complete, what they are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Lesson, Prose, ReleaseStep
from courses.publishing import withdraw_release
from quizzes.models import Attempt
from tests.conftest import NOW
from tests.factories import make_assignment, publish_early
from tests.together import at_once
from training.administration.verifying import verify_records
from training.records.assigning import sync
from training.records.completion import sync_cycles
from training.records.models import Certificate, Completion, Enrolment, Reflection, StepProgress
from training.records.rules import StepVersion, is_carried

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OPENING, DOUBT, QUIZ = "what-goes-where", "when-in-doubt", "quiz"


@pytest.fixture
def done(learner, clock):
    """Lena has completed the first release."""
    learner.complete()
    return learner


@pytest.fixture
def publish(small_course, ada):
    """Give `publish("lesson-key", …)`: the next release, with these lessons changed."""

    def release(*changed, is_material=True, small=()):
        for key in changed:
            for block in Prose.objects.filter(parent__key=key):
                text = block.text + f"<p>New in release {small_course.releases.count() + 1}.</p>"
                Prose.objects.filter(pk=block.pk).update(text=text)
        made = publish_early(small_course, by=ada, at=LATER, is_material=is_material)
        steps = ReleaseStep.objects.filter(release=made, key__in=small).values_list("pk", flat=True)
        mark_small(list(steps))
        return made

    return release


def mark_small(steps):
    """Say at publishing that a change is small."""
    QuerySet(ReleaseStep).filter(pk__in=steps).update(is_small_change=True)


def cycles(learner) -> list[Enrolment]:
    return list(Enrolment.objects.filter(person=learner.person).order_by("cycle"))


def progress(enrolment) -> dict[str, StepProgress]:
    return {row.step_key: row for row in enrolment.progress.all()}


def main_of(response) -> str:
    assert response.status_code == 200
    text = response.content.decode()
    return " ".join(text.split("<main")[1].split("</main>")[0].split())


# --- The rule -----------------------------------------------------------------------------------

DIGESTS = st.sampled_from("abc")
VERSIONS = st.none() | st.builds(StepVersion, DIGESTS, st.booleans())


@given(DIGESTS, st.lists(VERSIONS))
def test_the_same_again_is_carried_and_what_is_gone_is_not(done, since):
    assert is_carried(done, [*since, StepVersion(done)])
    assert not is_carried(done, [*since, None])


def test_one_change_that_is_not_small_on_the_way_opens_the_step():
    small, large = StepVersion("c", is_small_change=True), StepVersion("b")
    assert is_carried("a", [small])
    assert is_carried("a", [StepVersion("a"), small, StepVersion("c")])
    assert not is_carried("a", [large])
    assert not is_carried("a", [large, small])
    assert not is_carried("a", [None, small])
    assert not is_carried("a", [])


# --- Who, and what stays ------------------------------------------------------------------------


def test_a_material_release_opens_the_changed_step_and_carries_the_others(done, publish):
    release = publish(OPENING)
    assert sync_cycles(at=LATER) == 1
    first, second = cycles(done)
    assert (second.cycle, second.reason, second.release) == (2, "release", release)
    assert (second.started_at, second.due_on, second.completed_at) == (LATER, None, None)
    before, after = progress(first), progress(second)
    assert after[OPENING].completed_at is None and after[OPENING].carried_from is None
    for key in {*after} - {OPENING}:
        assert after[key].completed_at == before[key].completed_at
        assert after[key].carried_from == first.release
    assert after[done.quiz.key].attempt == Attempt.objects.get()


def test_nothing_already_recorded_changes(done, publish):
    before = list(StepProgress.objects.order_by("pk").values()), list(Completion.objects.values())
    publish(OPENING)
    sync_cycles(at=LATER)
    first = cycles(done)[0]
    kept = list(first.progress.order_by("pk").values()), list(Completion.objects.values())
    assert kept == before
    assert not verify_records().problems


def test_again_and_again_opens_one_cycle(done, publish):
    publish(OPENING)
    assert [sync_cycles(at=LATER) for _ in range(3)] == [1, 0, 0]


def test_a_release_that_is_not_material_asks_nothing(done, publish):
    publish(OPENING, is_material=False)
    assert sync_cycles(at=LATER) == 0


def test_the_newest_release_is_taken_even_when_an_earlier_one_was_the_material_one(done, publish):
    publish(OPENING)
    newest = publish(DOUBT, is_material=False)
    sync_cycles(at=LATER)
    second = cycles(done)[1]
    assert second.release == newest
    after = progress(second)
    assert after[OPENING].completed_at is None and after[DOUBT].completed_at is None


def test_a_change_marked_small_stays_complete_and_alone_asks_nothing(done, publish):
    publish(OPENING, small=[OPENING])
    assert sync_cycles(at=LATER) == 0
    publish(OPENING, DOUBT, small=[OPENING])
    assert sync_cycles(at=LATER) == 1
    after = progress(cycles(done)[1])
    assert after[OPENING].carried_from.number == 1
    assert after[DOUBT].completed_at is None


def test_a_large_change_followed_by_a_small_one_is_still_open(done, publish):
    publish(OPENING)
    publish(OPENING, is_material=False, small=[OPENING])
    sync_cycles(at=LATER)
    assert progress(cycles(done)[1])[OPENING].completed_at is None


def test_a_withdrawn_material_release_asks_nothing(done, publish, ada):
    withdraw_release(publish(OPENING), reason="Wrong.", by=ada, at=LATER)
    assert sync_cycles(at=LATER) == 0


def test_learners_on_the_old_release_finish_it_and_are_asked_then(learner, publish, clock):
    learner.start()
    publish(OPENING)
    assert sync_cycles(at=LATER) == 0
    learner.do_lessons()
    learner.take_quiz()
    assert cycles(learner)[0].release.number == 1
    assert sync_cycles(at=LATER) == 1


def test_who_has_left_is_not_asked(done, publish):
    publish(OPENING)
    done.person.is_active = False
    done.person.save()
    assert sync_cycles(at=LATER) == 0


def test_an_assignment_gives_the_new_cycle_no_due_date_that_has_passed(done, publish, small_course):
    publish(OPENING)
    sync_cycles(at=LATER)
    make_assignment(small_course, due_on=date(2020, 1, 1), is_everyone=True)
    sync(at=LATER)
    assert cycles(done)[1].due_on is None


def test_the_new_cycle_is_completed_by_what_was_open_and_certified_again(done, publish, clock):
    publish(OPENING)
    sync_cycles(at=LATER)
    done.post(done.url("lesson-complete", OPENING))
    assert cycles(done)[1].is_completed
    assert Completion.objects.count() == Certificate.objects.count() == 2
    assert Attempt.objects.count() == 1
    assert not verify_records().problems
    assert sync_cycles(at=LATER) == 0


def test_what_somebody_wrote_goes_with_them(learner, publish, clock):
    learner.start()
    lesson, prompt = learner.reflection
    path = learner.url("reflection-save", lesson.key, prompt.key)
    learner.post(path, {"text": "Ospreys."})
    learner.do_lessons()
    learner.take_quiz()
    publish(OPENING)
    sync_cycles(at=LATER)
    assert Reflection.objects.get().enrolment == cycles(learner)[1]
    assert "Ospreys." in main_of(learner.client.get(learner.url("lesson", lesson.key)))


# --- What they are told -------------------------------------------------------------------------


def test_my_learning_and_the_course_page_tell_which_steps_are_open_again(done, publish):
    publish(OPENING)
    sync_cycles(at=LATER)
    title = Lesson.objects.get(key=OPENING).title
    other = Lesson.objects.get(key=DOUBT).title
    desk = main_of(done.client.get(reverse("learning:my-learning")))
    assert f"has changed since you completed it. Open again: {title}." in desk
    page = main_of(done.client.get(done.url("course")))
    told = page.split("These steps are open again")[1].split("</ul>")[0]
    assert title in told and other not in told
    assert "you completed it on 23 November 2026 stays on record" in page
    assert "Your certificate" in desk


def test_a_carried_quiz_is_shown_as_passed_with_its_result(done, publish):
    publish(OPENING)
    sync_cycles(at=LATER)
    done.post(done.url("lesson-complete", OPENING))
    page = main_of(done.client.get(done.url("quiz", done.quiz.key)))
    assert "You have passed this quiz" in page and "Start the quiz" not in page
    result = done.url("result", done.quiz.key, Attempt.objects.get().pk)
    assert done.client.get(result).status_code == 200


def test_a_manager_sees_who_takes_it_again_as_in_progress(done, publish, client_for, cast):
    publish(OPENING)
    sync_cycles(at=LATER)
    page = client_for(cast.max).get("/team/")
    lena = next(row for row in page.context["page"] if row.pk == done.person.pk)
    assert (lena.status, lena.completed_on) == ("in-progress", date(2026, 11, 23))


# --- At once, and by command --------------------------------------------------------------------


@pytest.mark.protection
@pytest.mark.django_db(transaction=True)
def test_syncs_at_once_open_one_cycle(done, publish):
    publish(OPENING)
    opened = at_once(*[lambda: sync_cycles(at=LATER)] * 4)
    assert sum(opened) == 1
    assert [row.cycle for row in cycles(done)] == [1, 2]


def test_the_command_opens_cycles_too(done, publish, capsys):
    publish(OPENING)
    call_command("syncassignments")
    assert "1 courses opened again, 0 people moved" in capsys.readouterr().out
