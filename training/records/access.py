"""Who may see whose records."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from quizzes.models import Attempt
from training.people.models import Department, User
from training.records.certificates import digest_of_code, normalise_code
from training.records.models import Certificate, Completion, Enrolment, StepProgress
from training.records.progress import latest_enrolment


def own_enrolment_or_404(person: User, course_key: str) -> Enrolment:
    """Return the person's own started enrolment in a course; 404 when there is none."""
    enrolment = latest_enrolment(person, course_key)
    if enrolment is None or enrolment.release_id is None:
        raise Http404("not enrolled")
    return enrolment


def own_certificate_or_404(person: User, code: str) -> Certificate:
    """Return a certificate of the person themselves; 404 for anybody else's."""
    certificate = (
        Certificate.objects.filter(
            code_digest=digest_of_code(normalise_code(code)), completion__enrolment__person=person
        )
        .select_related("completion__release", "completion__enrolment__course", "replaced_by")
        .first()
    )
    if certificate is None:
        raise Http404("no such certificate of this person")
    return certificate


def own_completion_or_404(person: User, course_key: str, number: int) -> Completion:
    """Return how the person completed this release of a course; 404 when they did not."""
    completion = (
        Completion.objects.filter(
            enrolment__person=person, enrolment__course__key=course_key, release__number=number
        )
        .select_related("release__course")
        .order_by("-enrolment__cycle")
        .first()
    )
    if completion is None:
        raise Http404(f"no completion of {course_key} in release {number}")
    return completion


def attempt_scope(enrolment: Enrolment, step_key: str) -> str:
    """Return the scope under which the attempts of a quiz step are kept."""
    return f"enrolment:{enrolment.pk}:{step_key}"


def own_attempts(person: User, enrolment: Enrolment, step_key: str) -> QuerySet[Attempt]:
    """Return the person's attempts at a quiz step, the newest first.

    With them comes the passed one that was carried over from the cycle before.
    """
    carried = StepProgress.objects.filter(
        enrolment=enrolment, step_key=step_key, carried_from__isnull=False
    )
    return (
        Attempt.objects.filter(
            Q(scope=attempt_scope(enrolment, step_key)) | Q(pk__in=carried.values("attempt")),
            person=person,
        )
        .select_related("quiz_version")
        .order_by("-pk")
    )


def departments_visible_to(manager: User) -> QuerySet[Department]:
    """Return the departments whose people a person may see: those they manage, or all."""
    if manager.has_perm("people.see_whole_organisation"):
        return Department.objects.all()
    return Department.objects.managed_by(manager)


def people_visible_to(manager: User) -> QuerySet[User]:
    """Return the people whose completions a manager may see: active, in their departments."""
    people = User.objects.active()
    if manager.has_perm("people.see_whole_organisation"):
        return people
    return people.filter(department__in=departments_visible_to(manager))
