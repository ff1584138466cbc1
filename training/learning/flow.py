"""The bridge from what is asked to what is recorded: submit, grade, complete, certify."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.documents import LessonStep
from quizzes.attempts import AttemptAlreadySubmitted, submit_attempt
from quizzes.models import Attempt
from training.people.models import User
from training.people.organisation import current_organisation
from training.records.completion import complete_quiz_step, record_completion
from training.records.models import Completion, Enrolment
from training.records.progress import complete_lesson


@transaction.atomic
def finish_lesson(enrolment: Enrolment, lesson: LessonStep, *, at: datetime) -> Completion | None:
    """Complete a lesson; returns the course's completion when it was the last thing to do."""
    complete_lesson(enrolment, lesson, at=at)
    return record_completion(enrolment, organisation=current_organisation(), at=at)


@transaction.atomic
def submit_quiz(
    enrolment: Enrolment, step_key: str, *, attempt: Attempt, by: User, at: datetime
) -> Attempt:
    """Submit and grade an attempt, complete its step if it passed, and the course if it is done.

    All of it commits together, or nothing. Pressed again it returns the attempt as it was graded
    the first time. Raises what quizzes.attempts.submit_attempt raises, but for that.
    """
    try:
        attempt = submit_attempt(attempt, by=by, at=at)
    except AttemptAlreadySubmitted:
        attempt.refresh_from_db()
        return attempt
    if attempt.is_passed:
        complete_quiz_step(enrolment, step_key, attempt=attempt, at=at)
        record_completion(enrolment, organisation=current_organisation(), at=at)
    return attempt
