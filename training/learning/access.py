"""What of a course's files a person may see."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from courses.models import Media, Release, Review
from courses.reading import media_of_release
from training.people.access import View, signed_in
from training.people.models import User
from training.records.models import Enrolment

MAY_EDIT = "courses.view_course"


def edits_courses(person: User) -> bool:
    """Say whether somebody writes courses in the admin, and sees there how groups answer."""
    return person.is_staff and person.has_perm(MAY_EDIT)


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


MEDIA_PATH = "/media/"
REVIEW_COOKIE = "review"
"""Names, signed, the review whose candidate a browser reads; sent with pictures alone."""


def let_see_pictures(response: HttpResponse, review: Review) -> HttpResponse:
    """Let the browser that opened a reviewer's link have the pictures of the candidate."""
    response.set_signed_cookie(
        REVIEW_COOKIE,
        str(review.pk),
        path=MEDIA_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def is_reviewed_media(request: HttpRequest, sha256: str) -> bool:
    """Say whether a candidate shows this file that is being reviewed in this browser."""
    named = request.get_signed_cookie(REVIEW_COOKIE, default="") or ""
    if not named.isdecimal():
        return False
    review = Review.objects.standing().select_related("release").filter(pk=named).first()
    if review is None or review.is_expired(at=timezone.now()) or review.release.is_redacted:
        return False
    return sha256 in media_of_release(review.release.document_id)


def is_for_anyone(request: HttpRequest, sha256: str) -> bool:
    """Say whether whoever asks may have this file, signed in or not."""
    return is_open_media(sha256) or is_reviewed_media(request, sha256)


def of_open_courses_or_signed_in(view: View) -> View:
    """Let anyone have a file that is open to read, or theirs to review; others sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, sha256: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        guarded_view = view if is_for_anyone(request, sha256) else signed_in(view)
        return guarded_view(request, sha256, *args, **kwargs)

    return guarded


def visible_media_or_404(request: HttpRequest, sha256: str) -> Media:
    """Return a file that a lesson shows which the person may read, or any for trainers; or 404.

    What a course shows that is open to read is for anyone, what a candidate shows for its reviewer.
    """
    media = Media.objects.filter(sha256=sha256).first()
    if media is None or not (is_for_anyone(request, sha256) or may_see(request.user, sha256)):
        raise Http404(f"no file {sha256}")
    return media


def may_see(person: User | AnonymousUser, sha256: str) -> bool:
    """Say whether a release that the person may read shows this file.

    They may look up whatever is offered now, and read every release that they have taken.
    """
    if isinstance(person, AnonymousUser):
        return False
    if edits_courses(person):
        return True
    taken = Enrolment.objects.filter(person=person, release__is_redacted=False)
    documents = [
        *taken.values_list("release__document", flat=True).distinct(),
        *Release.objects.current().values_list("document", flat=True),
    ]
    return any(sha256 in media_of_release(digest) for digest in documents)
