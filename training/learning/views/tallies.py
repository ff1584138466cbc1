"""Five questions before a course, and the same five after it: they add to tallies, nothing more.

That somebody answered is noted in their session alone, so that they are counted once while it
lasts, and goes with it. Whoever sees the figures is not asked: somebody who signs in again and
again could make up a group of five around one other person, and read that person's answers off it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.documents import BeforeItem, CourseDocument, Source
from courses.reading import read_release
from courses.tallying import scope_of
from quizzes.documents import digest_of, encode
from quizzes.forms import AnswerForm
from quizzes.models import ItemVersion, Tally
from quizzes.tallies import tally_answers
from quizzes.types.base import ItemBody
from training.learning.access import edits_courses
from training.learning.coursework import offered_release_or_404
from training.people.access import current_person, signed_in
from training.people.keeping import take_kept
from training.people.models import User
from training.records.progress import has_started, latest_enrolment

ANSWERED = "answered-without-a-name"


@dataclass(frozen=True)
class Asked:
    """One of the five questions with its form, and its sources for when it was answered."""

    entry: BeforeItem
    form: AnswerForm
    sources: list[Source]

    @property
    def body(self) -> ItemBody:
        return self.entry.item.body

    @property
    def order(self) -> list[str]:
        return self.body.written_order()

    @property
    def version(self) -> ItemVersion:
        return ItemVersion.objects.get(digest=digest_of(encode(self.entry.item)))


def has_answered(request: HttpRequest, course: str, moment: Tally.Moment) -> bool:
    """Say whether somebody answered the five in this session."""
    return f"{moment}:{course}" in request.session.get(ANSWERED, [])


def note_answered(request: HttpRequest, course: str, moment: Tally.Moment) -> None:
    request.session[ANSWERED] = [*request.session.get(ANSWERED, []), f"{moment}:{course}"]


def is_offered_before(request: HttpRequest, document: CourseDocument) -> bool:
    """Say whether the five are asked now of the person, who never started the course.

    Whoever takes it once more would answer with what they learned the last time.
    """
    person = current_person(request)
    if not may_be_asked(person, document) or has_started(person, document.key):
        return False
    return not has_answered(request, document.key, Tally.Moment.BEFORE)


def is_offered_after(request: HttpRequest, document: CourseDocument) -> bool:
    """Say whether the five are offered again to the person, who completed the course."""
    if not may_be_asked(current_person(request), document):
        return False
    return not has_answered(request, document.key, Tally.Moment.AFTER)


def may_be_asked(person: User, document: CourseDocument) -> bool:
    """Say whether a course asks somebody at all."""
    return bool(document.before) and not edits_courses(person)


def completed_document(person: User, course: str) -> CourseDocument | None:
    """Return the course as somebody completed it; None when they are not done."""
    enrolment = latest_enrolment(person, course)
    if enrolment is None or enrolment.completed_at is None or enrolment.release is None:
        return None
    return read_release(enrolment.release)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def before(request: HttpRequest, course: str) -> HttpResponse:
    """Ask the five questions of somebody who has not started; nothing is marked."""
    document = read_release(offered_release_or_404(course))
    if not is_offered_before(request, document):
        return redirect("learning:course", course)
    asked = _asked(request, document)
    if request.method == "POST" and _counted(request, course, asked, Tally.Moment.BEFORE):
        messages.success(request, gettext("Thank you. Your answers were counted. You can start."))
        return redirect("learning:course", course)
    return _page(request, document, asked, is_before=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def after(request: HttpRequest, course: str) -> HttpResponse:
    """Ask them again of somebody who completed the course, and show why each answer is so."""
    person = current_person(request)
    document = completed_document(person, course)
    if document is None or not may_be_asked(person, document):
        return redirect("learning:course", course)
    asked = _asked(request, document)
    if request.method == "POST" and _counted(request, course, asked, Tally.Moment.AFTER):
        context = {"nav": "learning", "document": document, "asked": asked}
        return render(request, "learning/after_result.html", context)
    return _page(request, document, asked, is_before=False)


def _asked(request: HttpRequest, document: CourseDocument) -> list[Asked]:
    waiting: QueryDict | None = take_kept(request, request.path)
    posted = request.POST if request.method == "POST" else None
    return [
        Asked(
            entry,
            AnswerForm(
                posted,
                body=entry.item.body,
                order=entry.item.body.written_order(),
                response=waiting.getlist(f"{entry.item.key}-choice") if waiting else None,
                prefix=entry.item.key,
                are_sent_together=True,
            ),
            [source for source in document.sources if source.key in entry.sources],
        )
        for entry in document.before
    ]


def _counted(request: HttpRequest, course: str, asked: list[Asked], moment: Tally.Moment) -> bool:
    """Count the answers, once in a session; False while one is missing."""
    if not all([each.form.is_valid() for each in asked]):  # noqa: C419 (each shows its error)
        return False
    if not has_answered(request, course, moment):
        answers = [(each.version, each.form.response) for each in asked]
        tally_answers(scope_of(course), answers, moment=moment)
        note_answered(request, course, moment)
    return True


def _page(
    request: HttpRequest, document: CourseDocument, asked: list[Asked], *, is_before: bool
) -> HttpResponse:
    problems = any(each.form.errors for each in asked)
    context = {
        "nav": "learning",
        "document": document,
        "asked": asked,
        "is_before": is_before,
        "problems": problems,
        "address": request.path,
    }
    status = 422 if problems else 200
    return render(request, "learning/tallied.html", context, status=status)
