"""Completion: the moment a course is done, recorded once and frozen; and when it begins anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from courses.models import Course, Release, ReleaseStep
from quizzes.attempts import close_attempt
from quizzes.models import Attempt
from training.people.models import Organisation
from training.records.access import attempt_scope
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


# --- A release that was withdrawn ----------------------------------------------------------------


@transaction.atomic
def move_off(*, organisation: Organisation, at: datetime) -> int:
    """Move whoever is in the middle of a withdrawn release to the one published now.

    Steps that are the same there, or changed only a little, stay complete. Without a published
    release everybody stays where they are. Safe to repeat; returns how many people were moved.
    """
    stranded = Enrolment.objects.filter(
        completed_at=None, closed_at=None, release__withdrawn_at__isnull=False
    )
    courses = Course.objects.filter(pk__in=stranded.values("course")).order_by("pk")
    moved = 0
    for course in courses.select_for_update():
        current = course.releases.published().order_by("-number").first()
        if current is None:
            continue
        rows = stranded.filter(course=course).select_related("release").prefetch_related("progress")
        for enrolment in rows.select_for_update(of=("self",)):
            move_to(enrolment, current, organisation=organisation, at=at)
            moved += 1
    return moved


def move_to(
    enrolment: Enrolment, release: Release, *, organisation: Organisation, at: datetime
) -> None:
    """Put an open enrolment, which is locked, on another release of its course."""
    old = enrolment.release
    if old is None:
        return
    steps = list(release.steps.order_by("position"))
    done = done_steps(enrolment, steps, steps_kept(old, release))
    before = {row.step_key: row for row in enrolment.progress.all()}
    rows = [
        kept_progress(before.get(step.key), step)
        or new_progress(enrolment, step, done.get(step.key), old)
        for step in steps
    ]
    close_papers(enrolment, changed_quizzes(before, steps), at=at)
    enrolment.progress.all().delete()
    enrolment.release = release
    enrolment.save(update_fields=["release"])
    StepProgress.objects.bulk_create(rows)
    record_completion(enrolment, organisation=organisation, at=at)


def steps_kept(old: Release, new: Release) -> set[str]:
    """Return the keys of the steps that count as complete in a newer, or an older, release."""
    if old.number < new.number:
        return carried_steps(old, new)
    same = dict(new.steps.values_list("key", "digest"))
    return {step.key for step in old.steps.all() if same.get(step.key) == step.digest}


def kept_progress(row: StepProgress | None, step: ReleaseStep) -> StepProgress | None:
    """Return how far somebody is with a step that is the same, to be written again; or None."""
    if row is None or row.step_digest != step.digest or row.completed_at is not None:
        return None
    row.pk = None
    row._state.adding = True
    return row


def changed_quizzes(before: dict[str, StepProgress], steps: Iterable[ReleaseStep]) -> list[str]:
    """Return the keys of steps whose open paper asks what the new release no longer asks."""
    digests = {step.key: step.digest for step in steps}
    return [key for key, row in before.items() if digests.get(key) != row.step_digest]


def close_papers(enrolment: Enrolment, keys: Iterable[str], *, at: datetime) -> None:
    scopes = [attempt_scope(enrolment, key) for key in keys]
    for attempt in Attempt.objects.filter(scope__in=scopes, submitted_at=None, closed_at=None):
        close_attempt(attempt, at=at)


# --- Shared by both ------------------------------------------------------------------------------


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
