"""What of a course's files a person may see."""

from __future__ import annotations

from django.http import Http404

from courses.models import Media, Release
from courses.reading import media_of_release
from training.people.models import User
from training.records.models import Enrolment

MAY_EDIT = "courses.view_course"


def visible_media_or_404(person: User, sha256: str) -> Media:
    """Return a file that a lesson shows which the person may read, or any for trainers; or 404."""
    media = Media.objects.filter(sha256=sha256).first()
    if media is None or not may_see(person, sha256):
        raise Http404(f"no file {sha256}")
    return media


def may_see(person: User, sha256: str) -> bool:
    """Say whether a release that the person may read shows this file.

    They may look up whatever is offered now, and read every release that they have taken.
    """
    if person.is_staff and person.has_perm(MAY_EDIT):
        return True
    taken = Enrolment.objects.filter(person=person, release__is_redacted=False)
    documents = [
        *taken.values_list("release__document", flat=True).distinct(),
        *Release.objects.current().values_list("document", flat=True),
    ]
    return any(sha256 in media_of_release(digest) for digest in documents)
