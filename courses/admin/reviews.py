"""Candidates with their reviewers: how far each is, what is noted of it, and the answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from courses import reviewing
from courses.admin.inviting import Asked, named, show_links
from courses.admin.pages import Admin, page_context
from courses.admin.releasing import MAY_PUBLISH
from courses.admin.said import ByBlock, Place, Quoted, shown_said
from courses.models import Course, Lesson, Review, ReviewComment, Step
from courses.publishing import ReleaseAlreadyPublished
from courses.reviewing import candidate_of


@dataclass(frozen=True)
class ShownReview:
    """A review as trainers see it: how far it is, never who it is."""

    review: Review
    name: str
    state: str


def course_reviews(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidates with their reviewers, and take what is done about them."""
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_view_permission(request, course):
        raise PermissionDenied
    if request.method == "POST":
        return _done(model_admin, request, course)
    return _reviews_page(model_admin, request, course)


def _reviews_page(
    model_admin: Admin, request: HttpRequest, course: Course, asked: Asked | None = None
) -> HttpResponse:
    candidate = candidate_of(course)
    reviews = Review.objects.filter(release__course=course).select_related("release")
    shown = [ShownReview(each, named(each), _state(each)) for each in reviews.order_by("-pk")]
    comments = ReviewComment.objects.of_course(course).select_related(
        "review__release", "answered_by"
    )
    kept = getattr(request, "kept_form", None)
    said = shown_said(course, comments, _place_of, field="comment", kept=kept)
    may_send = request.user.has_perm(MAY_PUBLISH)
    if asked is None and candidate is not None and may_send:
        asked = Asked(request, course, seen=candidate.reviews.count())
    context = page_context(model_admin, request, course) | {
        "title": gettext("Reviews"),
        "candidate": candidate,
        "now": [row for row in shown if row.review.release_id == getattr(candidate, "pk", None)],
        "before": [row for row in shown if row.review.release_id != getattr(candidate, "pk", None)],
        "payments": Review.Payment.choices,
        "waiting": [row for row in said if not row.row.answered_at],
        "answered": [row for row in reversed(said) if row.row.answered_at],
        "may_send": may_send,
        "may_answer": model_admin.has_change_permission(request, course),
        **(asked.context() if asked else {}),
    }
    return render(request, "admin/courses/course/reviews.html", context)


def _state(review: Review) -> str:
    """Return how far a review is, in words."""
    if review.withdrawn_at:
        return gettext("taken back")
    if review.decided_at:
        return str(review.get_verdict_display())
    if review.is_expired(at=timezone.now()):
        return gettext("not decided in time")
    return gettext("reading") if review.opened_at else gettext("not opened yet")


def _place_of(comment: ReviewComment) -> Place:
    return Place(comment.step_key, comment.block_key)


def _done(model_admin: Admin, request: HttpRequest, course: Course) -> HttpResponse:
    """Do what one of the buttons of the page of reviews says."""
    for name, do in _DOING.items():
        if name in request.POST:
            return do(model_admin, request, course)
    return redirect("admin:courses_course_reviews", course.pk)


def _invite_more(model_admin: Admin, request: HttpRequest, course: Course) -> HttpResponse:
    _must_send(request)
    candidate = candidate_of(course)
    if candidate is None:
        messages.error(request, gettext("No candidate is with reviewers now. Send the draft."))
        return redirect("admin:courses_course_reviews", course.pk)
    asked = Asked(request, course, seen=candidate.reviews.count())
    if not asked.is_valid():
        return _reviews_page(model_admin, request, course, asked)
    person: Any = request.user
    due_on, at = asked.due.cleaned_data["due_on"], timezone.now()
    try:
        with transaction.atomic():
            invited = [
                reviewing.invite(candidate, each, due_on=due_on, by=person, at=at)
                for each in asked.rows.invitations()
            ]
    except ReleaseAlreadyPublished:
        messages.error(request, gettext("The candidate was published meanwhile."))
        return redirect("admin:courses_course_reviews", course.pk)
    said = ngettext(
        "Invited %(count)s more reviewer.", "Invited %(count)s more reviewers.", len(invited)
    )
    return show_links(model_admin, request, course, invited, said % {"count": len(invited)})


def _withdraw(model_admin: Admin, request: HttpRequest, course: Course) -> HttpResponse:
    _must_send(request)
    review = _review(request, course, "withdraw")
    person: Any = request.user
    try:
        reviewing.withdraw_invitation(review, by=person, at=timezone.now())
    except reviewing.ReviewDecided:
        messages.info(request, gettext("They have decided meanwhile. The review stands."))
        return redirect("admin:courses_course_reviews", course.pk)
    return _kept(
        model_admin, request, course, gettext("Took back the invitation of %s.") % named(review)
    )


def _pay(model_admin: Admin, request: HttpRequest, course: Course) -> HttpResponse:
    _must_send(request)
    review = _review(request, course, "pay")
    payment = request.POST.get("payment", "")
    if payment and payment not in Review.Payment.values:
        messages.error(request, gettext("Choose how the payment stands."))
        return redirect("admin:courses_course_reviews", course.pk)
    reviewing.record_payment(review, payment=payment)
    return _kept(model_admin, request, course, gettext("Noted the payment of %s.") % named(review))


def _answer(model_admin: Admin, request: HttpRequest, course: Course) -> HttpResponse:
    if not model_admin.has_change_permission(request, course):
        raise PermissionDenied
    posted = request.POST.get("comment", "")
    rows = ReviewComment.objects.of_course(course)
    asked = get_object_or_404(rows, pk=posted if posted.isdecimal() else 0)
    person: Any = request.user
    answer = request.POST.get("answer", "")
    anchor = f"#comment-{asked.pk}"
    try:
        reviewing.answer_comment(asked, answer=answer, by=person, at=timezone.now())
    except reviewing.AnswerMissing:
        messages.error(request, gettext("Write an answer first. Nothing was sent."))
        return redirect(reverse("admin:courses_course_reviews", args=[course.pk]) + anchor)
    said = gettext("Answered a comment of a reviewer.")
    return _kept(model_admin, request, course, said, anchor=anchor)


_DOING: dict[str, Callable[[Admin, HttpRequest, Course], HttpResponse]] = {
    "invite": _invite_more,
    "withdraw": _withdraw,
    "pay": _pay,
    "comment": _answer,
}


def _must_send(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_PUBLISH):
        raise PermissionDenied


def _review(request: HttpRequest, course: Course, field: str) -> Review:
    """Return the review of the course that a button names; 404 without it."""
    posted = request.POST.get(field, "")
    reviews = Review.objects.filter(release__course=course).select_related("release")
    return get_object_or_404(reviews, pk=posted if posted.isdecimal() else 0)


def _kept(
    model_admin: Admin, request: HttpRequest, course: Course, said: str, *, anchor: str = ""
) -> HttpResponse:
    model_admin.log_change(request, course, said)
    messages.success(request, said)
    return redirect(reverse("admin:courses_course_reviews", args=[course.pk]) + anchor)


def comments_at_blocks(lesson: Lesson) -> ByBlock:
    """Return the comments on a lesson that wait for an answer, by the keys of their blocks."""
    rows = (
        ReviewComment.objects.of_course(lesson.course)
        .waiting()
        .filter(step_key__in=Step.objects.filter(lesson=lesson).values("key"))
        .select_related("review__release")
    )
    url = reverse("admin:courses_course_reviews", args=[lesson.course_id])
    found: dict[str, list[Quoted]] = defaultdict(list)
    for row in rows:
        who = gettext("%s says:") % named(row.review)
        found[row.block_key].append(Quoted(who, row.text, f"{url}#comment-{row.pk}"))
    return found
