"""The catalogue, search, and lessons to look things up in. Nothing here is recorded."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.documents import LessonStep
from courses.reading import read_release
from courses.rendering import render_lesson
from training.learning.catalogue import entries_for
from training.learning.coursework import RailStep, offered_release_or_404
from training.learning.lesson_page import LessonPart
from training.learning.search import MOST_RESULTS, find, readable_by
from training.learning.views.lessons import say_url
from training.people.access import current_person, signed_in


class SearchForm(forms.Form):
    """What somebody looks for."""

    q = forms.CharField(
        label=_("Search all lessons, words and sources"), max_length=200, required=False
    )


@require_safe
@signed_in
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show every course that is offered, with what comes first and how far the person is."""
    entries = entries_for(current_person(request))
    context = {"nav": "courses", "entries": entries, "form": SearchForm()}
    return render(request, "learning/catalogue.html", context)


@never_cache
@require_safe
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Show which passages answer a question; what was asked is kept nowhere."""
    form = SearchForm(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    found = find(question, readable_by(current_person(request))) if question else None
    context = {
        "nav": "courses",
        "form": form,
        "question": question,
        "found": found,
        "most": MOST_RESULTS,
    }
    return render(request, "learning/search.html", context)


@require_safe
@signed_in
def lesson(request: HttpRequest, course: str, step: str) -> HttpResponse:
    """Show a lesson of a course as it is offered now, to be read and not to be taken."""
    release = offered_release_or_404(course)
    document = read_release(release)
    lessons = [each for each in document.steps if isinstance(each, LessonStep)]
    keys = [each.key for each in lessons]
    if step not in keys:
        raise Http404(f"no lesson {step}")
    page = lessons[keys.index(step)]
    rendered = render_lesson(release.document_id, document, page)
    context = {
        "nav": "courses",
        "course_key": course,
        "release": release,
        "lesson": page,
        "number": keys.index(step) + 1,
        "count": len(keys),
        "rendered": rendered,
        "parts": [LessonPart(shown, is_looked_up=True) for shown in rendered.blocks],
        "say_url": say_url(course, step),
        "rail": [_rail_step(course, each) for each in lessons],
    }
    return render(request, "learning/look_up.html", context)


def _rail_step(course: str, lesson: LessonStep) -> RailStep:
    return RailStep(
        key=lesson.key,
        title=lesson.title,
        minutes=lesson.minutes,
        url=reverse("learning:look-up", args=[course, lesson.key]),
        is_quiz=False,
        is_done=False,
        is_open=True,
    )
