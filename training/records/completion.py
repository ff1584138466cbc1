"""Completion: the moment a course is done, recorded once and frozen; and when it begins anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from courses.models import Course, Release, ReleaseStep
from quizzes.models import Attempt
from training.people.models import Organisation
from training.records.certificates import issue_certificate
from training.records.models import Completion, Enrolment, Reflection, StepProgress
from training.records.progress import states_of
from training.records.rules import StepVersion, date_in_zone, is_carried, is_course_complete

BATCH = 500


class AttemptNotPassed(ValueError):
    """A quiz step was to be completed by an attempt that did not pass."""


@transaction.atomic
def complete_quiz_step(
    enrolment: Enrolment, step_key: str, *, attempt: Attempt, at: datetime
) -> StepProgress:
    """Complete a quiz step by a passed attempt of that person; raises AttemptNotPassed."""
    if not attempt.is_passed or attempt.person_id != enrolment.person_id:
        raise AttemptNotPassed(attempt.pk)
    progress = enrolment.progress.select_for_update().get(step_key=step_key)
    if progress.completed_at is None:
        progress.completed_at = at
        progress.opened_at = progress.opened_at or at
        progress.attempt = attempt
        progress.save(update_fields=["completed_at", "opened_at", "attempt"])
    return progress


@transaction.atomic
def record_completion(
    enrolment: Enrolment, *, organisation: Organisation, at: datetime
) -> Completion | None:
    """Record that a course is complete, with its certificate, if every required step is.

    Returns the completion (the earlier one when it was recorded before), or None while something
    is still to do. The date is worked out in the organisation's zone, once.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.completed_at is not None:
        return enrolment.completion
    if enrolment.release_id is None or not is_course_complete(states_of(enrolment)):
        return None
    release = Release.objects.get(pk=enrolment.release_id)
    enrolment.completed_at = at
    enrolment.save(update_fields=["completed_at"])
    completion = Completion.objects.create(
        enrolment=enrolment,
        release=release,
        completed_at=at,
        completed_on=date_in_zone(at, organisation.zone),
        time_zone=organisation.time_zone,
        hours=release.hours,
    )
    issue_certificate(completion, organisation=organisation, at=at)
    return completion


def completion_before(enrolment: Enrolment) -> Completion | None:
    """Return how the person completed the course in an earlier cycle, the last time they did."""
    earlier = Completion.objects.filter(
        enrolment__person=enrolment.person_id,
        enrolment__course=enrolment.course_id,
        enrolment__cycle__lt=enrolment.cycle,
    )
    return earlier.order_by("-enrolment__cycle").first()


# --- A material release --------------------------------------------------------------------------


@transaction.atomic
def sync_cycles(*, at: datetime) -> int:
    """Open a new cycle for whoever completed a release that a material one has followed.

    Steps that did not change, or only a little, stay complete. Where nothing required is left open,
    nothing is asked: no cycle is opened. Whoever is on an older release finishes that one first.
    Safe to repeat; returns how many cycles were opened.
    """
    material = Release.objects.published().filter(is_material=True)
    courses = Course.objects.filter(pk__in=material.values("course")).order_by("pk")
    return sum(open_cycles(course, at=at) for course in courses.select_for_update())


def open_cycles(course: Course, *, at: datetime) -> int:
    """Open the new cycles in one course, whose row is locked; returns how many."""
    published = course.releases.published()
    material = published.filter(is_material=True).aggregate(last=Max("number"))["last"]
    current = published.order_by("-number")[0]
    steps = list(current.steps.order_by("position"))
    carried = {
        release: carried_steps(release, current)
        for release in course.releases.filter(number__lt=material)
    }
    completed = last_completed(course).filter(release__number__lt=material)
    opened: list[tuple[Enrolment, Enrolment, list[StepProgress]]] = []
    for before in completed.select_related("release").prefetch_related("progress"):
        if before.release is None:
            continue
        done = done_steps(before, steps, carried[before.release])
        if all(step.key in done for step in steps if step.is_required):
            continue
        after = Enrolment(
            person_id=before.person_id,
            course=course,
            cycle=before.cycle + 1,
            reason=Enrolment.Reason.RELEASE,
            release=current,
            started_at=at,
        )
        rows = [new_progress(after, step, done.get(step.key), before.release) for step in steps]
        opened.append((before, after, rows))
    Enrolment.objects.bulk_create([after for _before, after, _rows in opened], batch_size=BATCH)
    progress = [row for _before, _after, rows in opened for row in rows]
    StepProgress.objects.bulk_create(progress, batch_size=BATCH)
    bring_reflections((before, after) for before, after, _rows in opened)
    return len(opened)


def last_completed(course: Course) -> QuerySet[Enrolment]:
    """Return what the people who work here completed in a course and have not begun anew."""
    later = Enrolment.objects.filter(
        person=OuterRef("person"), course=course, cycle__gt=OuterRef("cycle")
    )
    completed = Enrolment.objects.completed().filter(course=course, person__is_active=True)
    return completed.exclude(Exists(later)).order_by("pk")


def carried_steps(release: Release, current: Release) -> set[str]:
    """Return the keys of the steps of a release that count as complete in the current one."""
    since = Release.objects.filter(
        course=release.course_id,
        number__gt=release.number,
        number__lte=current.number,
        published_at__isnull=False,
    ).order_by("number")
    versions: dict[int, dict[str, StepVersion]] = defaultdict(dict)
    for step in ReleaseStep.objects.filter(release__in=[release, *since]):
        versions[step.release_id][step.key] = StepVersion(step.digest, step.is_small_change)
    return {
        key
        for key, done in versions[release.pk].items()
        if is_carried(done.digest, [versions[row.pk].get(key) for row in since])
    }


def done_steps(
    before: Enrolment, steps: Iterable[ReleaseStep], carried: set[str]
) -> dict[str, StepProgress]:
    """Return the progress of the steps that stay complete, a quiz only with its passed attempt."""
    progress = {row.step_key: row for row in before.progress.all() if row.completed_at}
    return {
        step.key: progress[step.key]
        for step in steps
        if step.key in carried
        and step.key in progress
        and (step.kind != ReleaseStep.Kind.QUIZ or progress[step.key].attempt_id)
    }


def new_progress(
    enrolment: Enrolment, step: ReleaseStep, done: StepProgress | None, release: Release
) -> StepProgress:
    """Return the progress row of a step in a new cycle: carried over from `done`, or open."""
    row = StepProgress(
        enrolment=enrolment,
        step_key=step.key,
        step_digest=step.digest,
        is_required=step.is_required,
    )
    if done is not None:
        row.opened_at, row.completed_at = done.opened_at, done.completed_at
        row.attempt_id = done.attempt_id
        row.carried_from = release
    return row


def bring_reflections(cycles: Iterable[tuple[Enrolment, Enrolment]]) -> None:
    """Let people keep what they wrote: it goes with them to the new cycle."""
    after = {before.pk: new for before, new in cycles}
    rows = list(Reflection.objects.filter(enrolment__in=list(after)))
    for row in rows:
        row.enrolment = after[row.enrolment_id]
    Reflection.objects.bulk_update(rows, ["enrolment"], batch_size=BATCH)
