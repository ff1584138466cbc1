"""What a reviewer sees: a candidate as a learner would read it, to comment on and decide about.

They need no account, only their link. Opening it changes nothing: programs that look through mail
open links too. A review begins when its reader presses “Start reading”.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import reviewing
from courses.admin.comparison import shown_changes
from courses.changes import changes_between
from courses.documents import QuizStep
from courses.models import ReaderReport, Release, Review
from courses.reading import ReleaseRedacted, read_release
from courses.rendering import render_glossary, render_text
from courses.reviewing import LONGEST_COMMENT, Verdict
from courses.views import evidence_of
from training.learning.access import let_see_pictures
from training.learning.candidate import BEFORE, CandidateReading
from training.learning.views.certificates import unlisted
from training.learning.views.reading import lesson_page

View = Callable[..., HttpResponse]
MOST_WRONG_LINKS = 60
"""Within a minute, from everywhere: what people mistype, not what a program tries."""
MINUTE = 60
MOST_REPORTS = 50

TOO_MANY = _(
    "That is more than can be taken in an hour. What you wrote stands below: send it later."
)
OVER = _("The time to review is over, so this was not kept. What you wrote stands below.")


def with_link(view: View) -> View:
    """Give a view the review that the link in its address leads to; 404 without one."""

    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str, **named: str) -> HttpResponse:
        review = reviewing.find_review(token)
        if review is None:
            return _wrong_link()
        return let_see_pictures(unlisted(view(request, review, token, **named)), review)

    return found


def reading_of(review: Review, token: str) -> CandidateReading:
    """Return the candidate of a review; raises ReleaseRedacted."""
    return CandidateReading(review.release, read_release(review.release), review, token)


def _wrong_link() -> HttpResponse:
    """Refuse a link that leads nowhere; when very many are tried, for a minute without a page."""
    cache.add("wrong-review-links", 0, MINUTE)
    if cache.incr("wrong-review-links") > MOST_WRONG_LINKS:
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    raise Http404("no such review")


def while_reading(view: View, *, takes_late_posts: bool = False) -> View:
    """Let a reviewer in who has started to read and still may; the first page tells the others.

    With `takes_late_posts` the view itself says that what was posted came too late, and shows it.
    """

    @with_link
    @wraps(view)
    def guarded(request: HttpRequest, review: Review, token: str, **named: str) -> HttpResponse:
        is_shut = review.withdrawn_at is not None or review.is_expired(at=timezone.now())
        is_late_post = takes_late_posts and request.method == "POST"
        if review.opened_at is None or (is_shut and not is_late_post):
            return redirect("learning:review", token)
        return view(request, reading_of(review, token), **named)

    return guarded


while_writing = partial(while_reading, takes_late_posts=True)


# --- The first page ------------------------------------------------------------------------------


@require_safe
@with_link
def review(request: HttpRequest, review: Review, token: str) -> HttpResponse:
    """Show what is asked of a reviewer, how far they are, or what became of the review."""
    is_expired = review.is_expired(at=timezone.now())
    if review.withdrawn_at is not None or (is_expired and review.is_open):
        return render(request, "learning/review_over.html", {"review": review}, status=410)
    reading = reading_of(review, token)
    context = _context(reading) | {
        "is_expired": is_expired,
        "base": _compared_with(reading),
        "reports": _reports(reading) if review.opened_at else [],
    }
    return render(request, "learning/review.html", context)


@require_POST
@with_link
def start(request: HttpRequest, review: Review, token: str) -> HttpResponse:
    """Note that the review has begun, and open the candidate."""
    try:
        reviewing.open_review(review, at=timezone.now())
    except (reviewing.InvitationWithdrawn, reviewing.ReviewExpired):
        return redirect("learning:review", token)
    return redirect("learning:review-course", token)


def _reports(reading: CandidateReading) -> list[ReaderReport]:
    """Return what readers of the course said that nobody has answered yet, without any name."""
    waiting = ReaderReport.objects.waiting().of_course(reading.review.release.course)
    return list(waiting.order_by("-pk")[:MOST_REPORTS])


def _context(reading: CandidateReading) -> dict[str, Any]:
    return {
        "nav": "review",
        "work": reading,
        "document": reading.document,
        "review": reading.review,
    }


# --- Reading ------------------------------------------------------------------------------------


@require_safe
@while_reading
def course(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Show what the course is about, and its steps."""
    document = reading.document
    description = render_text(
        document, document.description, evidence=reading.evidence_url, glossary=reading.glossary_url
    )
    context = _context(reading) | {"description": description}
    return render(request, "learning/review_course.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@while_reading
def lesson(request: HttpRequest, reading: CandidateReading, step: str) -> HttpResponse:
    """Show a lesson; what is answered on it gets its feedback and is not kept."""
    return lesson_page(request, reading, step, template="learning/review_lesson.html")


@require_safe
@while_reading
def quiz(request: HttpRequest, reading: CandidateReading, step: str) -> HttpResponse:
    """Show every question from which a quiz draws, with its answers and what is said of each."""
    page = reading.document.step(step)
    if not isinstance(page, QuizStep):
        raise Http404(f"no quiz {step}")
    context = _context(reading) | {
        "step": page,
        "here": step,
        "items": reading.items(step),
        "following": reading.beside(step, 1),
        "previous": reading.beside(step, -1),
    }
    return render(request, "learning/review_quiz.html", context)


@require_safe
@while_reading
def before(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Show the questions that are asked before the course."""
    context = _context(reading) | {"here": BEFORE, "items": reading.items(BEFORE)}
    return render(request, "learning/review_quiz.html", context)


@require_safe
@while_reading
def evidence(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Show what the candidate rests on."""
    context = _context(reading) | evidence_of(reading.release)
    return render(request, "learning/review_evidence.html", context)


@require_safe
@while_reading
def glossary(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Show the terms of the candidate."""
    shown = render_glossary(reading.document, glossary=reading.glossary_url)
    return render(request, "learning/review_glossary.html", _context(reading) | {"glossary": shown})


@require_safe
@while_reading
def changes(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Show word by word what changed since the candidate that this reviewer read before.

    For who reads the course for the first time: since the release that staff learn from.
    """
    base = _compared_with(reading)
    if base is None:
        raise Http404("there is nothing to compare with")
    context = _context(reading) | {"base": base}
    try:
        context["changes"] = shown_changes(changes_between(base, reading.release))
    except ReleaseRedacted:
        context["is_redacted"] = True
    return render(request, "learning/review_changes.html", context)


def _compared_with(reading: CandidateReading) -> Release | None:
    if reading.review.follows is not None:
        return reading.review.follows.release
    published = Release.objects.published().filter(course=reading.release.course_id)
    return published.filter(number__lt=reading.release.number).order_by("-number").first()


# --- Saying something ---------------------------------------------------------------------------


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say what is wrong or missing, and what would be better. Name nobody."),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": _("Keep it to %(limit_value)d characters; it has %(show_value)d now."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@while_writing
def comment(request: HttpRequest, reading: CandidateReading, step: str, block: str) -> HttpResponse:
    """Take what a reviewer says about a block or a question; show what they said before."""
    passage = reading.passage_or_404(step, block)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _commented(reading, form, step, block):
        messages.success(request, gettext("Your comment is kept."))
        return redirect(passage.back_url)
    context = _context(reading) | {
        "passage": passage,
        "form": form,
        "comments": reading.comments_at.get((step, block), []),
    }
    status = 422 if form.errors else 200
    return render(request, "learning/review_comment.html", context, status=status)


def _commented(reading: CandidateReading, form: CommentForm, step: str, block: str) -> bool:
    """Keep a comment, or note on the form why it is not taken."""
    text = form.cleaned_data["text"]
    try:
        reviewing.comment(
            reading.review, step_key=step, block_key=block, text=text, at=timezone.now()
        )
    except reviewing.TooManyComments:
        form.add_error(None, TOO_MANY)
    except reviewing.ReviewDecided:
        form.add_error(None, _("You have decided already, so no comment is added."))
    except (reviewing.InvitationWithdrawn, reviewing.ReviewExpired):
        form.add_error(None, OVER)
    return not form.errors


# --- Deciding -----------------------------------------------------------------------------------


class VerdictForm(forms.Form):
    """What a reviewer decides, and how they want to be credited."""

    verdict = forms.ChoiceField(
        label=_("Your decision"),
        choices=Review.Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What has to change, or why you decline. You may leave it empty to approve."),
    )
    is_dissent_public = forms.BooleanField(
        label=_("If I do not approve: show my words on the evidence page"),
        required=False,
        help_text=_("Everybody can read them there, also if the course is published later."),
    )
    credit = forms.ChoiceField(
        label=_("How you are named on the evidence page"),
        choices=Review.Credit,
        initial=Review.Credit.ANONYMOUS,
        widget=forms.RadioSelect,
        help_text=_("You can take this back at any time, with the same link."),
    )
    credit_text = forms.CharField(
        label=_("The name to show"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Only if you want a name or an organisation to stand there."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@while_writing
def decide(request: HttpRequest, reading: CandidateReading) -> HttpResponse:
    """Take a reviewer's decision, once."""
    if reading.review.decided_at is not None:
        return redirect(reading.url)
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _decided(reading, form):
        messages.success(request, gettext("Thank you. Your decision is kept."))
        return redirect(reading.url)
    context = _context(reading) | {"form": form}
    return render(
        request, "learning/review_decide.html", context, status=422 if form.errors else 200
    )


def _decided(reading: CandidateReading, form: VerdictForm) -> bool:
    """Keep the decision, or note on the form what is missing."""
    try:
        reviewing.decide(reading.review, Verdict(**form.cleaned_data), at=timezone.now())
    except reviewing.WordsMissing:
        form.add_error("words", _("Say what has to change, here or as comments in the lessons."))
    except reviewing.CreditMissing:
        form.add_error("credit_text", _("Write the name to show, or choose another way."))
    except (reviewing.InvitationWithdrawn, reviewing.ReviewExpired, reviewing.ReviewDecided):
        form.add_error(None, OVER)
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def withdraw_credit(request: HttpRequest, review: Review, token: str) -> HttpResponse:
    """Ask once, then take a reviewer's name off the evidence page, however long ago it was."""
    if request.method == "POST":
        reviewing.withdraw_credit(review, at=timezone.now())
        messages.success(request, gettext("You are no longer named on the evidence page."))
        return redirect("learning:review", token)
    if not review.credit_line:
        return redirect("learning:review", token)
    return render(request, "learning/review_credit.html", {"review": review, "token": token})
