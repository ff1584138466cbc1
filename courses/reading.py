"""Reading a release: its document, checked against its digest, and kept in the process."""

from __future__ import annotations

from functools import lru_cache

from courses.documents import CourseDocument, media_files
from courses.models import Release, ReleaseDocument
from courses.searching import Index, index_of
from quizzes.documents import decode


class ReleaseRedacted(Exception):
    """The content of a release was taken out for good; `release` says of which."""

    def __init__(self, release: Release) -> None:
        super().__init__(release)
        self.release = release


def read_release(release: Release) -> CourseDocument:
    """Return the document of a release.

    Raises DigestMismatch when its bytes were tampered with, ReleaseRedacted when they are gone.
    What was read stays in the process: a document never changes under its digest. Then no query is
    needed.
    """
    if release.is_redacted:
        raise ReleaseRedacted(release)
    return read_document(release.document_id)


@lru_cache(maxsize=256)
def media_of_release(digest: str) -> frozenset[str]:
    """Return the digests of the files that the release document with this digest shows."""
    return frozenset(file.sha256 for file in media_files(read_document(digest)))


@lru_cache(maxsize=256)
def required_by_release(digest: str) -> tuple[str, ...]:
    """Return the keys of the courses to complete before the release document with this digest."""
    return tuple(read_document(digest).requires)


@lru_cache(maxsize=64)
def index_of_release(digest: str) -> Index:
    """Return the index for searching the release document with this digest."""
    return index_of(read_document(digest))


@lru_cache(maxsize=32)
def read_document(digest: str) -> CourseDocument:
    """Return the document with a digest; raises DigestMismatch, ReleaseDocument.DoesNotExist."""
    # A redacted document has no bytes: decoding them fails as if they had been tampered with.
    stored = ReleaseDocument.objects.values_list("body", flat=True).get(digest=digest) or b""
    return decode(bytes(stored), CourseDocument, digest=digest)
