"""A quiz: what it asks, one question a page, checking the answers, the result."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quizzes.attempts import (
    AttemptAlreadySubmitted,
    AttemptClosed,
    ItemNotOnPaper,
    NoAttemptsLeft,
    PaperNotFinished,
    save_response,
    start_attempt,
)
from quizzes.forms import AnswerForm
from quizzes.models import Attempt, QuizVersion
from quizzes.papers import Question
from training.learning import flow
from training.learning.coursework import own_coursework_or_404, started_coursework
from training.learning.quiz_page import (
    Paper,
    Sitting,
    answer_rows,
    lessons_to_revisit,
    result_rows,
    sitting_of,
)
from training.learning.views.lessons import is_fetch
from training.people.access import current_person, signed_in
from training.people.keeping import take_kept
from training.records.access import attempt_scope


def own_sitting_or_404(request: HttpRequest, course: str, step: str) -> Sitting:
    """Return the person's own attempts at a quiz of a course they have started; 404 otherwise."""
    person = current_person(request)
    work = own_coursework_or_404(person, course)
    return sitting_of(person, work, work.quiz_or_404(step))


@require_safe
@signed_in
def quiz(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show what the quiz asks, what it takes to pass, and the attempts so far."""
    person = current_person(request)
    work = started_coursework(person, course)
    if work is None:
        return redirect("learning:course", course)
    sitting = sitting_of(person, work, work.quiz_or_404(step))
    context = {
        "nav": "learning",
        "work": work,
        "step": sitting.step,
        "sitting": sitting,
        "here": step,
        "is_open": work.is_open(step),
        "lessons_to_do": [row for row in work.rail if not row.is_quiz and not row.is_done],
    }
    return render(request, "learning/quiz.html", context)


@signed_in
def start(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Draw a paper, or go on with the open one, and open the next question."""
    if request.method != "POST":
        return redirect("learning:quiz", course, step)
    sitting = own_sitting_or_404(request, course, step)
    if not sitting.work.is_open(step):
        messages.error(request, _("The quiz opens when the lessons before it are done."))
        return redirect("learning:quiz", course, step)
    version = QuizVersion.objects.get(
        release_steps__release=sitting.work.enrolment.release_id, release_steps__key=step
    )
    try:
        attempt = start_attempt(
            version,
            by=current_person(request),
            scope=attempt_scope(sitting.work.enrolment, step),
            at=timezone.now(),
        )
    except NoAttemptsLeft:
        messages.error(request, _("You have used every attempt. Ask your trainer for another."))
        return redirect("learning:quiz", course, step)
    return redirect(Paper(sitting, attempt).place_url)


@signed_in
def question(request: HttpRequest, course: str, step: str, position: int) -> HttpResponse:
    """Show one question of the open paper, and save its answer."""
    sitting = own_sitting_or_404(request, course, step)
    if request.method == "POST":
        return save_answer(request, sitting, position)
    attempt = sitting.open_attempt
    if attempt is None:
        return redirect("learning:quiz", course, step)
    paper = Paper(sitting, attempt)
    asked = paper.at(position)
    if asked is None:
        return redirect(paper.place_url)
    return question_page(request, paper, asked)


def question_page(
    request: HttpRequest, paper: Paper, asked: Question, *, form: AnswerForm | None = None
) -> HttpResponse:
    """Return the page of one question; a kept answer stands in it as it was given."""
    address = paper.sitting.url("learning:question", asked.position)
    kept = take_kept(request, address)
    # A kept answer to another paper's question must not be ticked on this one.
    is_same = kept is not None and kept.get("item") == asked.digest
    waiting = kept.getlist("choice") if kept is not None and is_same else None
    shown = waiting or asked.response
    body = asked.item.body
    context = {
        "nav": "learning",
        "work": paper.sitting.work,
        "step": paper.sitting.step,
        "sitting": paper.sitting,
        "attempt": paper.attempt,
        "question": asked,
        "count": len(paper.questions),
        "form": form or AnswerForm(body=body, order=asked.order, response=shown),
        "action": address,
        "has_waiting_answer": bool(waiting),
        "is_from_answers": "answers" in (request.GET.get("from"), request.POST.get("from")),
        "previous_url": paper.sitting.url("learning:question", asked.position - 1)
        if asked.position > 1
        else "",
    }
    return render(request, "learning/question.html", context, status=422 if form else 200)


def save_answer(request: HttpRequest, sitting: Sitting, position: int) -> HttpResponse:
    """Save the answer that was posted for the paper it names, and go on."""
    attempt = posted_attempt_or_404(request, sitting)
    paper = Paper(sitting, attempt)
    asked = paper.only(position)
    if asked is None or not attempt.is_open or request.POST.get("item") != asked.digest:
        return answer_not_saved(request, paper)
    form = AnswerForm(request.POST, body=asked.item.body, order=asked.order)
    if not form.is_valid():
        if is_fetch(request):
            return JsonResponse({"saved": False}, status=422)
        return question_page(request, paper, asked, form=form)
    try:
        save_response(
            attempt,
            by=current_person(request),
            position=position,
            item_digest=asked.digest,
            posted=request.POST.getlist("choice"),
            at=timezone.now(),
        )
    except (AttemptAlreadySubmitted, AttemptClosed, ItemNotOnPaper):
        return answer_not_saved(request, paper)
    if is_fetch(request):
        return JsonResponse({"saved": True})
    if request.POST.get("from") == "answers" or position >= len(paper.questions):
        return redirect(sitting.url("learning:answers"))
    return redirect(sitting.url("learning:question", position + 1))


def posted_attempt_or_404(request: HttpRequest, sitting: Sitting) -> Attempt:
    """Return which of the person's own attempts a form belongs to; 404 for anybody else's."""
    posted = request.POST.get("attempt", "")
    attempt = next((row for row in sitting.attempts if str(row.pk) == posted), None)
    if attempt is None:
        raise Http404("no such attempt of this person")
    return attempt


def answer_not_saved(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Say that the page was from a paper that is no longer open, and show what was answered."""
    posted = request.POST.getlist("choice")
    asked = next((row for row in paper.questions if row.digest == request.POST.get("item")), None)
    context = {
        "nav": "learning",
        "work": paper.sitting.work,
        "step": paper.sitting.step,
        "sitting": paper.sitting,
        "attempt": paper.attempt,
        "stem": asked.item.body.stem if asked else "",
        "chosen": asked.item.body.chosen(posted) if asked else [],
    }
    if is_fetch(request):
        return JsonResponse({"saved": False}, status=409)
    return render(request, "learning/answer_not_saved.html", context, status=409)


@require_safe
@signed_in
def answers(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show every answer once more before the paper is sent."""
    sitting = own_sitting_or_404(request, course, step)
    attempt = sitting.open_attempt
    if attempt is None:
        return redirect("learning:quiz", course, step)
    paper = Paper(sitting, attempt)
    context = {
        "nav": "learning",
        "work": sitting.work,
        "step": sitting.step,
        "attempt": attempt,
        "rows": answer_rows(paper),
        "first_open": paper.first_open,
        "place_url": paper.place_url,
        "submit_url": sitting.url("learning:quiz-submit"),
    }
    return render(request, "learning/answers.html", context)


@signed_in
def submit(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Send the paper; pressed twice it shows the same result."""
    if request.method != "POST":
        return redirect("learning:answers", course, step)
    sitting = own_sitting_or_404(request, course, step)
    attempt = posted_attempt_or_404(request, sitting)
    try:
        attempt = flow.submit_quiz(
            sitting.work.enrolment,
            step,
            attempt=attempt,
            by=current_person(request),
            at=timezone.now(),
        )
    except PaperNotFinished:
        messages.error(request, _("Some questions have no answer yet. Nothing was sent."))
        return redirect("learning:answers", course, step)
    except AttemptClosed:
        messages.error(request, _("This paper is closed. Start a new one when you are ready."))
        return redirect("learning:quiz", course, step)
    return redirect("learning:result", course, step, attempt.pk)


@require_safe
@signed_in
def result(request: HttpRequest, course: str, step: str, attempt: int) -> HttpResponse:
    """Show how an attempt went: what to do next first, then each question with its why."""
    sitting = own_sitting_or_404(request, course, step)
    graded = next((row for row in sitting.submitted if row.pk == attempt), None)
    if graded is None:
        raise Http404("no such graded attempt of this person")
    rows = result_rows(graded, sitting.step, sitting.work.document)
    completion = getattr(sitting.work.enrolment, "completion", None)
    context = {
        "nav": "learning",
        "work": sitting.work,
        "step": sitting.step,
        "sitting": sitting,
        "attempt": graded,
        "rows": rows,
        "right_count": sum(row.result.is_right for row in rows),
        "missed_critical": [row for row in rows if row.result.is_missed_critical],
        "revisit": lessons_to_revisit(rows),
        # Whoever has not passed yet sees why, not which: the items may come again.
        "show_key": sitting.is_passed,
        "following": sitting.work.after(step),
        "certificate": completion and completion.valid_certificate,
    }
    return render(request, "learning/result.html", context)
