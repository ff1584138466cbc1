"""My learning, and the page of a course."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.documents import LessonStep
from courses.models import ReaderReport
from courses.reading import read_release
from courses.rendering import render_text
from training.learning.coursework import (
    course_or_404,
    coursework_of,
    offered_release_or_404,
)
from training.learning.desk import desk_of, due_of
from training.learning.standing import standing_of
from training.learning.views.tallies import is_offered_after, is_offered_before
from training.people.access import current_person, signed_in
from training.records.assigning import organisation_day
from training.records.completion import completion_before
from training.records.prerequisites import PrerequisitesOpen
from training.records.progress import CourseNotOffered, latest_enrolment, start_course


@require_safe
@signed_in
def my_learning(request: HttpRequest) -> HttpResponse:
    """Show what is due, what is in progress, what can be started and what is done."""
    person = current_person(request)
    context = {
        "nav": "learning",
        "desk": desk_of(person, at=timezone.now()),
        "answer_count": ReaderReport.objects.answered().filter(person=person).count(),
    }
    return render(request, "learning/my_learning.html", context)


@require_safe
@signed_in
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show what a course is about, its steps, and where to start or go on."""
    person = current_person(request)
    enrolment = latest_enrolment(person, course)
    work = coursework_of(enrolment) if enrolment and enrolment.release_id else None
    release = work.release if work else offered_release_or_404(course)
    document = work.document if work else read_release(release)
    completion = getattr(work.enrolment, "completion", None) if work else None
    earlier = completion_before(work.enrolment) if work and work.open_again else None
    required = standing_of(person).required(release) if document.requires else []
    context = {
        "nav": "learning",
        "work": work,
        "required": required,
        "missing": [] if work else [each for each in required if not each.is_completed],
        "due": due_of(enrolment, organisation_day(timezone.now())) if enrolment else None,
        "release": release,
        "document": document,
        "description": render_text(document, document.description, release_number=release.number),
        "minutes": sum(step.minutes for step in document.steps if isinstance(step, LessonStep)),
        "completion": completion,
        "earlier": earlier,
        "certificate": completion and completion.valid_certificate,
        "asks_before": not work and is_offered_before(request, document),
        "asks_after": completion and is_offered_after(request, document),
    }
    return render(request, "learning/course.html", context)


@signed_in
def start(request: HttpRequest, course: str) -> HttpResponse:
    """Start the course, or go on with it, and open the step that comes next."""
    if request.method != "POST":
        return redirect("learning:course", course)
    draft = course_or_404(course)
    try:
        enrolment = start_course(draft, by=current_person(request), at=timezone.now())
    except CourseNotOffered:
        messages.error(request, _("This course is not open at the moment. Nothing was started."))
        return redirect("learning:my-learning")
    except PrerequisitesOpen:
        said = _("Another course comes first: it is named below. Nothing was started.")
        messages.error(request, said)
        return redirect("learning:course", course)
    return redirect(coursework_of(enrolment).continue_url)
