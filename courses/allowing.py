"""Reasons for what the checks find: given by a person or brought by a package, and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.checks import Allowed, Finding
from courses.models import Course, Waiver

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User


class ReasonMissing(ValueError):
    """Something was to be allowed without saying why."""


class CannotBeAllowed(ValueError):
    """No reason makes right what a check found, such as a dead link."""


class AlreadyTakenBack(Exception):
    """The reason was taken back before."""


@transaction.atomic
def allow(course: Course, finding: Finding, *, reason: str, by: User, at: datetime) -> Waiver:
    """Let a finding stay for a reason; it is asked about again when its words change.

    Raises ReasonMissing, CannotBeAllowed.
    """
    if not finding.may_waive:
        raise CannotBeAllowed(finding)
    if not reason.strip():
        raise ReasonMissing(finding)
    return Waiver.objects.create(
        course=course,
        check_name=finding.check,
        step_key=finding.step,
        block_key=finding.block,
        text=finding.text,
        reason=reason.strip(),
        by=by,
        at=at,
    )


@transaction.atomic
def take_back(waiver: Waiver, *, by: User, at: datetime) -> Waiver:
    """Take a reason back: the check asks again. Raises AlreadyTakenBack."""
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if waiver.withdrawn_at is not None:
        raise AlreadyTakenBack(waiver)
    waiver.withdrawn_at, waiver.withdrawn_by = at, by
    waiver.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return waiver


@transaction.atomic
def bring_reasons(course: Course, wanted: Iterable[Allowed], *, at: datetime) -> None:
    """Make the reasons that came with a course's package those of its waivers.yaml.

    Reasons that people gave here stay.
    """
    standing = Waiver.objects.standing().filter(course=course, by=None)
    kept = {waiver.allowed(): waiver for waiver in standing}
    given = {waiver.allowed() for waiver in Waiver.objects.standing().filter(course=course)}
    asked = list(dict.fromkeys(wanted))
    for allowed in asked:
        if allowed not in given:
            Waiver.objects.create(
                course=course,
                check_name=allowed.check,
                step_key=allowed.step,
                block_key=allowed.block,
                text=allowed.text,
                reason=allowed.reason,
                at=at,
            )
    gone = [waiver.pk for allowed, waiver in kept.items() if allowed not in asked]
    Waiver.objects.filter(pk__in=gone).update(withdrawn_at=at)
