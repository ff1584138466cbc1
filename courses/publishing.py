"""From draft to release: freeze it, publish it, withdraw it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from courses.allowing import ReasonMissing
from courses.checking import ChecksFailed, check_draft
from courses.documents import SCHEMA_VERSION, CourseDocument, LessonStep, step_digest
from courses.drafts import CannotFreezeDraft, draft_digest, draft_document
from courses.models import Check, Course, Release, ReleaseDocument, ReleaseStep
from courses.reading import ReleaseRedacted
from quizzes.documents import digest_of, encode
from quizzes.freezing import freeze_item, freeze_quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

__all__ = [
    "ApprovalsMissing",
    "CannotFreezeDraft",
    "ChecksFailed",
    "ContentWasRedacted",
    "Decision",
    "DraftHasChanged",
    "ReasonMissing",
    "ReleaseAlreadyPublished",
    "ReleaseNotPublished",
    "ReleaseRedacted",
    "ReleaseWithdrawn",
    "StepChange",
    "changed_steps",
    "draft_digest",
    "draft_document",
    "freeze_candidate",
    "publish_draft",
    "publish_release",
    "redact_release",
    "withdraw_release",
]


class ApprovalsMissing(Exception):
    """Fewer peers have approved a release than its course asks for, and no reason is given."""


class ReleaseAlreadyPublished(Exception):
    """The release has been published before."""


class DraftHasChanged(Exception):
    """Somebody edited the draft after the person who publishes it looked at it."""


class ContentWasRedacted(ValueError):
    """The draft says word for word what was taken out of an earlier release."""


class ReleaseNotPublished(Exception):
    """The release is a candidate; nobody can be on it yet."""


class ReleaseWithdrawn(Exception):
    """The release has been withdrawn; a new one takes its place."""


@dataclass(frozen=True)
class StepChange:
    """A step that publishing a draft would change or add."""

    key: str
    title: str
    is_new: bool


def changed_steps(course: Course, document: CourseDocument) -> list[StepChange]:
    """Return the steps in which a draft differs from the release that people start now."""
    digests = dict(
        ReleaseStep.objects.filter(release__in=Release.objects.current().filter(course=course))
        .order_by("position")
        .values_list("key", "digest")
    )
    return [
        StepChange(step.key, step.title, is_new=step.key not in digests)
        for step in document.steps
        if digests.get(step.key) != step_digest(step)
    ]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody decides about a release.

    `small_changes` are the keys of steps whose change asks nobody to do them again; `draft_seen` is
    the digest of the draft that was looked at, if a person did.
    """

    notes: str = ""
    published_without_review_reason: str = ""
    is_material: bool = False
    small_changes: Collection[str] = ()
    draft_seen: str | None = None


NOTHING_DECIDED = Decision()


@transaction.atomic
def freeze_candidate(
    course: Course, *, by: User | None, at: datetime, decision: Decision = NOTHING_DECIDED
) -> Release:
    """Freeze the draft of a course as its next release, not yet published.

    `by` is None for a package. Raises CannotFreezeDraft with every problem of the draft, and
    DraftHasChanged when somebody edited it since the person who decides looked at it.
    """
    Course.objects.select_for_update().get(pk=course.pk)
    document = draft_document(course)
    stored = encode(document)
    digest = digest_of(stored)
    if decision.draft_seen not in {None, digest}:
        raise DraftHasChanged(course)
    kept = kept_document(digest, stored)
    last = course.releases.aggregate(last=Max("number"))["last"] or 0
    release = Release.objects.create(
        course=course,
        number=last + 1,
        document=kept,
        schema_version=SCHEMA_VERSION,
        title=document.title,
        summary=document.summary,
        hours=document.hours,
        notes=decision.notes,
        published_without_review_reason=decision.published_without_review_reason,
        is_material=decision.is_material,
        frozen_at=at,
        frozen_by=by,
    )
    course.notes = decision.notes
    course.published_without_review_reason = decision.published_without_review_reason
    course.save(update_fields=["notes", "published_without_review_reason"])
    freeze_steps(release, document, small_changes=decision.small_changes, at=at)
    return release


def kept_document(digest: str, stored: bytes) -> ReleaseDocument:
    """Return the row of a document; raises ContentWasRedacted when it was taken out before."""
    kept, _was_made = ReleaseDocument.objects.get_or_create(
        digest=digest, defaults={"body": stored}
    )
    if kept.redacted_at is not None:
        raise ContentWasRedacted(digest)
    return kept


def freeze_steps(
    release: Release, document: CourseDocument, *, small_changes: Collection[str], at: datetime
) -> None:
    """Write the index of a release, and freeze the items that its steps show."""
    steps = {step.key: step for step in document.steps}
    course = release.course
    for position, row in enumerate(course.steps.select_related("quiz"), 1):
        step = steps[row.key]
        ReleaseStep.objects.create(
            release=release,
            key=step.key,
            position=position,
            kind="lesson" if isinstance(step, LessonStep) else "quiz",
            title=step.title,
            minutes=step.minutes if isinstance(step, LessonStep) else None,
            digest=step_digest(step),
            is_required=row.is_required,
            is_small_change=step.key in small_changes,
            quiz_version=freeze_quiz(row.quiz, at=at) if row.quiz else None,
        )
    for check in Check.objects.filter(parent__course=course).select_related("item__topic"):
        freeze_item(check.item, at=at)
    for entry in course.before.select_related("item__topic"):
        freeze_item(entry.item, at=at)


@transaction.atomic
def publish_release(release: Release, *, by: User | None, at: datetime) -> Release:
    """Let people start a candidate. `by` is None for a package that comes with the software.

    A release that too few peers approved needs a reason, which stands in public. Raises
    ApprovalsMissing, ReleaseAlreadyPublished, ReleaseWithdrawn.
    """
    release = (
        Release.objects.select_for_update(of=("self",)).select_related("course").get(pk=release.pk)
    )
    if release.withdrawn_at is not None:
        raise ReleaseWithdrawn(release)
    if release.published_at is not None:
        raise ReleaseAlreadyPublished(release)
    if not release.published_without_review_reason and release.approvals_missing:
        raise ApprovalsMissing(release)
    release.published_at, release.published_by = at, by
    release.channel = Release.Channel.PACKAGE if by is None else Release.Channel.PERSON
    release.save(update_fields=["published_at", "published_by", "channel"])
    return release


@transaction.atomic
def publish_draft(
    course: Course, *, by: User | None, at: datetime, decision: Decision = NOTHING_DECIDED
) -> Release:
    """Freeze the draft of a course and publish it at once, before anybody could review it.

    Raises CannotFreezeDraft, DraftHasChanged, ChecksFailed with the errors of the checks, and
    ApprovalsMissing when the decision gives no reason.
    """
    release = freeze_candidate(course, by=by, at=at, decision=decision)
    if errors := check_draft(course).errors:
        raise ChecksFailed(errors)
    return publish_release(release, by=by, at=at)


@transaction.atomic
def withdraw_release(release: Release, *, reason: str, by: User, at: datetime) -> Release:
    """Take a published release back: nobody can start it any more, its records stay.

    Raises ReasonMissing, ReleaseNotPublished, ReleaseWithdrawn.
    """
    if not reason.strip():
        raise ReasonMissing(release)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.published_at is None:
        raise ReleaseNotPublished(release)
    if release.withdrawn_at is not None:
        raise ReleaseWithdrawn(release)
    return _withdrawn(release, reason=reason.strip(), by=by, at=at)


def _withdrawn(release: Release, *, reason: str, by: User, at: datetime) -> Release:
    release.withdrawn_at, release.withdrawn_by = at, by
    release.withdrawn_reason = reason
    release.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return release


@transaction.atomic
def redact_release(release: Release, *, reason: str, by: User, at: datetime) -> list[Release]:
    """Take the content of a release out for good; its digest, the reason and the date stay.

    Releases with the same content lose it too; those that were published are withdrawn. Returns
    all of them. Raises ReasonMissing, ReleaseRedacted.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(release)
    document = ReleaseDocument.objects.select_for_update().get(pk=release.document_id)
    if document.redacted_at is not None:
        raise ReleaseRedacted(release)
    document.body, document.redacted_at, document.redacted_by = None, at, by
    document.redacted_reason = reason
    document.save(update_fields=["body", "redacted_at", "redacted_by", "redacted_reason"])
    shared = list(document.releases.select_for_update().order_by("number"))
    for each in shared:
        if each.published_at is not None and each.withdrawn_at is None:
            _withdrawn(each, reason=reason, by=by, at=at)
        each.is_redacted = True
        each.save(update_fields=["is_redacted"])
    return shared
