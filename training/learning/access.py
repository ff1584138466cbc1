"""What of a course's files a person may see."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from courses.models import Media, Release
from courses.reading import media_of_release
from training.people.access import View, signed_in
from training.people.models import User
from training.records.models import Enrolment

MAY_EDIT = "courses.view_course"


def open_releases() -> QuerySet[Release]:
    """Return the releases that anyone may read without an account."""
    return Release.objects.current().filter(course__is_open_reading=True)


def open_release_or_404(course: str) -> Release:
    """Return the release of a course that anyone may read; 404 when its reading is not open."""
    release = open_releases().filter(course__key=course).select_related("course").first()
    if release is None:
        raise Http404(f"{course} is not open to read")
    return release


def is_open_media(sha256: str) -> bool:
    """Say whether a course that anyone may read shows this file."""
    documents = open_releases().values_list("document", flat=True)
    return any(sha256 in media_of_release(digest) for digest in documents)


def of_open_courses_or_signed_in(view: View) -> View:
    """Let anyone have a file of a course that is open to read; the rest needs signing in."""

    @wraps(view)
    def guarded(request: HttpRequest, sha256: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        guarded_view = view if is_open_media(sha256) else signed_in(view)
        return guarded_view(request, sha256, *args, **kwargs)

    return guarded


def visible_media_or_404(person: User | AnonymousUser, sha256: str) -> Media:
    """Return a file that a lesson shows which the person may read, or any for trainers; or 404.

    What a course shows that is open to read is for anyone.
    """
    media = Media.objects.filter(sha256=sha256).first()
    if media is None or not (is_open_media(sha256) or may_see(person, sha256)):
        raise Http404(f"no file {sha256}")
    return media


def may_see(person: User | AnonymousUser, sha256: str) -> bool:
    """Say whether a release that the person may read shows this file.

    They may look up whatever is offered now, and read every release that they have taken.
    """
    if isinstance(person, AnonymousUser):
        return False
    if person.is_staff and person.has_perm(MAY_EDIT):
        return True
    taken = Enrolment.objects.filter(person=person, release__is_redacted=False)
    documents = [
        *taken.values_list("release__document", flat=True).distinct(),
        *Release.objects.current().values_list("document", flat=True),
    ]
    return any(sha256 in media_of_release(digest) for digest in documents)
