"""Reading a release: its document, checked against its digest, and kept in the process."""

from __future__ import annotations

from functools import lru_cache

from courses.documents import CourseDocument, media_files
from courses.models import Release, ReleaseDocument
from quizzes.documents import decode


def read_release(release: Release) -> CourseDocument:
    """Return the document of a release; raises DigestMismatch when its bytes were tampered with.

    What was read stays in the process: a document never changes under its digest. Then no query is
    needed.
    """
    return read_document(release.document_id)


@lru_cache(maxsize=256)
def media_of_release(digest: str) -> frozenset[str]:
    """Return the digests of the files that the release document with this digest shows."""
    return frozenset(file.sha256 for file in media_files(read_document(digest)))


@lru_cache(maxsize=32)
def read_document(digest: str) -> CourseDocument:
    """Return the document with a digest; raises DigestMismatch, ReleaseDocument.DoesNotExist."""
    stored = ReleaseDocument.objects.values_list("body", flat=True).get(digest=digest)
    return decode(bytes(stored), CourseDocument, digest=digest)
