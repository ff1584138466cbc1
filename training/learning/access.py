"""What of a course's files a person may see."""

from __future__ import annotations

from django.http import Http404

from courses.models import Media
from courses.reading import media_of_release
from training.people.models import User
from training.records.models import Enrolment

MAY_EDIT = "courses.view_course"


def visible_media_or_404(person: User, sha256: str) -> Media:
    """Return a file that a course of the person shows, or any for trainers; 404 otherwise."""
    media = Media.objects.filter(sha256=sha256).first()
    if media is None or not may_see(person, sha256):
        raise Http404(f"no file {sha256}")
    return media


def may_see(person: User, sha256: str) -> bool:
    """Say whether a release that the person has an enrolment in shows this file."""
    if person.is_staff and person.has_perm(MAY_EDIT):
        return True
    started = Enrolment.objects.filter(person=person, release__is_redacted=False)
    documents = started.values_list("release__document", flat=True).distinct()
    return any(sha256 in media_of_release(digest) for digest in documents)
