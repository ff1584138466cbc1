"""A person's own page about the mail to them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from training.notices.models import Notice, NoticePreference
from training.notices.preferences import prefer, wants_reminders
from training.people.access import current_person, signed_in

SHOWN = 10


class PreferenceForm(forms.Form):
    """The one thing to choose."""

    wants_reminders = forms.BooleanField(
        label=_("Remind me by mail when a course is due"),
        help_text=_("A week and a day before, and a day and a week after."),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Show where mail goes to and what was sent; let reminders be switched off."""
    person = current_person(request)
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        initial={"wants_reminders": wants_reminders(person)},
    )
    if form.is_valid():
        kept = prefer(person, wants_reminders=form.cleaned_data["wants_reminders"])
        messages.success(request, said_of(kept))
        return redirect("notices:preferences")
    sent = Notice.objects.filter(person=person, sent_at__isnull=False).order_by("-sent_at")
    context = {"form": form, "sent": sent.defer("text", "html")[:SHOWN]}
    return render(request, "notices/preferences.html", context)


def said_of(preference: NoticePreference) -> str:
    if preference.wants_reminders:
        return gettext("You get reminders.")
    return gettext("You get no reminders any more.")
