"""Whether the records hang together; read by anyone at any time, and after a restore."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.documents import CourseDocument
from courses.media import stored_path
from courses.models import Media, Release
from quizzes.attempts import regrade
from quizzes.documents import DigestMismatch, decode
from quizzes.models import Attempt
from training.records.models import Certificate, CertificateFile, Completion, Enrolment
from training.records.progress import states_of
from training.records.rules import is_course_complete

CHUNK = 200


@dataclass
class Verification:
    """How much was read, and what does not hold, one sentence each."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def verify_records() -> Verification:
    """Read every release, attempt, completion and certificate; nothing is changed."""
    found = Verification()
    checks = {
        "releases": release_problems,
        "attempts": attempt_problems,
        "completions": completion_problems,
        "certificates": certificate_problems,
        "certificate files": file_problems,
        "media files": media_problems,
    }
    for name, check in checks.items():
        results = list(check())
        found.counts[name] = len(results)
        found.problems += [problem for problem in results if problem]
    return found


def release_problems() -> Iterator[str]:
    for release in Release.objects.select_related("document").iterator(CHUNK):
        stored = release.document
        if stored.redacted_at is not None and release.is_redacted:
            yield ""
            continue
        try:
            decode(bytes(stored.body or b""), CourseDocument, digest=stored.digest)
        except DigestMismatch:
            yield f"Release {release.pk} ({release}) is not as it was frozen."
        else:
            yield ""


def attempt_problems() -> Iterator[str]:
    for attempt in Attempt.objects.submitted().select_related("quiz_version").iterator(CHUNK):
        grade = regrade(attempt)
        is_same = (grade.percent, grade.is_passed) == (attempt.percent, attempt.is_passed)
        yield "" if is_same else f"Attempt {attempt.pk} grades to {grade.percent} % now."


def completion_problems() -> Iterator[str]:
    completed = Enrolment.objects.completed().select_related("completion").iterator(CHUNK)
    for enrolment in completed:
        if not Completion.objects.filter(enrolment=enrolment).exists():
            yield f"Enrolment {enrolment.pk} is complete without a completion."
        elif not is_course_complete(states_of(enrolment)):
            yield f"Enrolment {enrolment.pk} is complete with a required step open."
        elif enrolment.progress.filter(attempt__is_passed=False).exists():
            yield f"Enrolment {enrolment.pk} rests on an attempt that did not pass."
        else:
            yield ""


def certificate_problems() -> Iterator[str]:
    for certificate in Certificate.objects.select_related("completion__enrolment").iterator(CHUNK):
        enrolment = certificate.completion.enrolment
        yield "" if enrolment.completed_at else f"Certificate {certificate.pk} has no completion."


def media_problems() -> Iterator[str]:
    for media in Media.objects.iterator(CHUNK):
        path = stored_path(media.sha256)
        if not path.exists():
            yield f"The file {media} is missing from MEDIA_ROOT."
            continue
        with path.open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == media.sha256
        yield "" if is_same else f"The file {media} is not as it was brought."


def file_problems() -> Iterator[str]:
    for file in CertificateFile.objects.select_related("certificate").iterator(CHUNK):
        if file.certificate.erased_at:
            yield f"The file of certificate {file.certificate_id} was not erased." * bool(file.body)
        elif hashlib.sha256(bytes(file.body)).hexdigest() != file.digest:
            yield f"The file of certificate {file.certificate_id} is not as it was made."
        elif file.trouble:
            yield f"Certificate {file.certificate_id} came out with trouble: {file.trouble}"
        else:
            yield ""
