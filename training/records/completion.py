"""Completion: the moment a course is done, recorded once and frozen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.models import Release
from quizzes.models import Attempt
from training.people.models import Organisation
from training.records.certificates import issue_certificate
from training.records.models import Completion, Enrolment, StepProgress
from training.records.progress import states_of
from training.records.rules import date_in_zone, is_course_complete


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
