"""The tools: readable by anyone, each made to be printed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from training.pages import toolbox, worksheets
from training.pages.access import may_see_plan, own_worksheet_or_404
from training.pages.models import SavedWorksheet
from training.pages.shipped import INDUSTRY_COURSE
from training.pages.support import grouped_lines
from training.pages.worksheets import Filled, WorksheetForm
from training.people.access import current_person, signed_in
from training.people.keeping import take_kept
from training.people.models import User
from training.records.assigning import organisation_day

READ_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
CHANGE = "change"
"""The name of the button that goes back from a summary to the form."""


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """List the tools, and what the person kept with them."""
    context = {"saved": kept_by(request), "may_see_plan": sees_plan(request)}
    return tool_page(request, "tools", context)


@require_safe
def industries(request: HttpRequest) -> HttpResponse:
    """Show all industry cards, each with the lesson that tells more where there is one."""
    shown = toolbox.shown_cards()
    named = [(INDUSTRY_COURSE, card.lesson) for card in shown.cards]
    taught = toolbox.lessons_taught(named)
    cards = [(card, taught.get((INDUSTRY_COURSE, card.lesson))) for card in shown.cards]
    return tool_page(request, "industries", {"cards": cards, "sources": shown.sources})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms of all current courses, or of one of them."""
    releases = list(toolbox.current_releases())
    chosen = request.GET.get("course", "")
    course = next((row for row in releases if row.course.key == chosen), None)
    context = {
        "releases": releases,
        "chosen": course,
        "kind": "words" if course else "words all-words",
        "glossary": toolbox.shown_glossary(course.course.key if course else ""),
    }
    return tool_page(request, "glossary", context)


@require_safe
def who_to_call(request: HttpRequest) -> HttpResponse:
    """Show the support lines as a sheet to keep at hand."""
    return tool_page(request, "who_to_call", {"groups": grouped_lines()})


@require_safe
def council_actions(request: HttpRequest) -> HttpResponse:
    """Show what a local government can do, each action with its first steps."""
    shown = toolbox.shown_actions()
    taught = toolbox.lessons_taught(keys for action in shown.actions for keys in action.lessons)
    actions = [
        (action, [taught[keys] for keys in action.lessons if keys in taught])
        for action in shown.actions
    ]
    context = {"shown": shown, "actions": actions, "may_see_plan": sees_plan(request)}
    return tool_page(request, "council_actions", context)


@csrf_exempt  # nothing is changed, and a token that has grown old must not cost what was typed
@READ_AND_POST
def six_questions(request: HttpRequest) -> HttpResponse:
    """Show the worksheet; posted, sum it up. Nothing is stored."""
    if request.method != "POST":
        return worksheet_form(request, WorksheetForm(None, worksheet=toolbox.shown_worksheet()))
    form = WorksheetForm(request.POST, worksheet=toolbox.shown_worksheet())
    if not form.is_valid():
        return worksheet_form(request, form, status=422)
    if CHANGE in request.POST:
        return worksheet_form(request, form)
    return worksheet_summary(request, form.filled)


@READ_AND_POST
@signed_in
def save_worksheet(request: HttpRequest) -> HttpResponse:
    """Keep a worksheet in the person's own record, because they chose to.

    Opened without a form, it shows what waited here while the person signed in.
    """
    is_waiting = request.method != "POST"
    posted = take_kept(request, request.path) if is_waiting else request.POST
    if posted is None:
        return redirect("pages:six-questions")
    form = WorksheetForm(posted, worksheet=toolbox.shown_worksheet())
    if not form.is_valid():
        return worksheet_form(request, form, status=422)
    if is_waiting:
        return worksheet_summary(request, form.filled, is_waiting=True)
    saved = worksheets.save_worksheet(form.filled, by=current_person(request), at=timezone.now())
    messages.success(request, _("The worksheet is kept. Only you can see it here."))
    return redirect("pages:worksheet", saved.pk)


@never_cache
@require_safe
@signed_in
def worksheet(request: HttpRequest, number: int) -> HttpResponse:
    """Show a worksheet that the person kept."""
    saved = own_worksheet_or_404(current_person(request), number)
    return worksheet_summary(request, worksheets.read_worksheet(saved), saved=saved)


@never_cache
@READ_AND_POST
@signed_in
def delete_worksheet(request: HttpRequest, number: int) -> HttpResponse:
    """Ask once, then delete a worksheet that the person kept; nothing of it remains."""
    saved = own_worksheet_or_404(current_person(request), number)
    if request.method != "POST":
        return tool_page(request, "worksheet_delete", {"saved": saved})
    saved.delete()
    messages.success(request, _("The worksheet is deleted."))
    return redirect("pages:tools")


def worksheet_form(request: HttpRequest, form: WorksheetForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "worksheet": form.worksheet, "saved": kept_by(request)}
    return tool_page(request, "six_questions", context, status=status)


def worksheet_summary(
    request: HttpRequest,
    filled: Filled,
    *,
    saved: SavedWorksheet | None = None,
    is_waiting: bool = False,
) -> HttpResponse:
    shown = toolbox.shown_worksheet()
    context = {
        "worksheet": shown,
        "summary": worksheets.summary_of(filled, shown),
        "saved": saved,
        "is_waiting": is_waiting,
        "save_url": reverse("pages:worksheet-save"),
    }
    return tool_page(request, "worksheet_summary", context)


def kept_by(request: HttpRequest) -> list[SavedWorksheet]:
    """Return the worksheets that the person at this browser kept, the newest first."""
    if not isinstance(request.user, User):
        return []
    return list(request.user.saved_worksheets.defer("filled"))


def sees_plan(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and may_see_plan(request.user)


def tool_page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    kind = name.replace("_", "-")
    shown = {"nav": "tools", "kind": kind, "today": organisation_day(timezone.now())} | context
    return render(request, f"pages/tools/{name}.html", shown, status=status)
