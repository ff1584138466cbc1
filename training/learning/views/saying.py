"""Readers answer back: what is wrong, unclear or hurtful, and the answers to those who gave a name.

What is written carries no name unless its writer chose so; nothing else about them is stored.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import ReaderReport
from courses.reporting import LONGEST_REPORT, send_report, take_name_away
from training.learning.spots import ShownSpot, own_spot_or_404
from training.people.access import current_person, signed_in
from training.people.keeping import take_kept
from training.people.models import User
from training.records.assigning import organisation_day

MOST_AN_HOUR = 30
"""Reports by one person; counted in memory, and forgotten after the hour."""
HOUR = 60 * 60
TOO_MANY = _("That was a lot in a short time. What you wrote stands below: send it later.")


class ReportForm(forms.Form):
    """What a reader says, and whether with their name."""

    text = forms.CharField(
        label=_("What is wrong, unclear or hurtful?"),
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Describe no one so that they could be recognised. Do not tell your own story."
        ),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": _("Keep it to %(limit_value)d characters; it has %(show_value)d now."),
        },
    )
    is_named = forms.BooleanField(
        label=_("Put my name to it"),
        required=False,
        help_text=_(
            "Without a name, nobody can tell who wrote this. With it, whoever writes the course"
            " sees your name, and you find their answer on My learning."
        ),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def say(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Take what a person says about a block, or about a question whose result they saw."""
    person = current_person(request)
    shown = own_spot_or_404(person, course, step, block)
    if request.method != "POST":
        kept = take_kept(request, request.path)
        return say_page(request, shown, ReportForm(initial=kept.dict() if kept else None))
    form = ReportForm(request.POST)
    if form.is_valid() and _may_say_more(person):
        by = person if form.cleaned_data["is_named"] else None
        text = form.cleaned_data["text"]
        send_report(shown.spot, text=text, by=by, on=organisation_day(timezone.now()))
        return redirect("learning:say-thanks", course, step, block)
    if form.is_valid():
        form.add_error(None, TOO_MANY)
    return say_page(request, shown, form)


def _may_say_more(person: User) -> bool:
    """Count what a person says within an hour; nobody else's counts, whatever the address."""
    key = f"reports:{person.pk}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) <= MOST_AN_HOUR


def say_page(request: HttpRequest, shown: ShownSpot, form: ReportForm, **more: Any) -> HttpResponse:
    context = {"nav": "learning", "shown": shown, "form": form, "address": request.path} | more
    return render(request, "learning/say.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def thanks(request: HttpRequest, course: str, step: str, block: str) -> HttpResponse:
    """Say what happens with what was written."""
    shown = own_spot_or_404(current_person(request), course, step, block)
    return render(request, "learning/say_thanks.html", {"nav": "learning", "shown": shown})


@never_cache
@require_safe
@signed_in
def my_reports(request: HttpRequest) -> HttpResponse:
    """Show a person what they said with their name, and the answers."""
    reports = own_reports(current_person(request)).select_related("release")
    return render(request, "learning/my_reports.html", {"nav": "learning", "reports": reports})


@signed_in
def take_my_name_away(request: HttpRequest, report: int) -> HttpResponse:
    """Let a report stand without its writer's name."""
    if request.method == "POST":
        take_name_away(get_object_or_404(own_reports(current_person(request)), pk=report))
    return redirect("learning:my-reports")


def own_reports(person: User) -> Any:
    """Return what a person said with their name, the newest first."""
    return ReaderReport.objects.filter(person=person).order_by("-pk")
