"""Sending a draft to reviewers: whom, by when, and their links, which are shown once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import reviewing
from courses.admin.pages import Admin, page_context
from courses.admin.releasing import MAY_PUBLISH, Prepared, ReleaseForm, prepare
from courses.models import Course, Release, Review
from courses.reviewing import Invitation, Invited, candidate_of

ROWS = 4
"""How many reviewers can be named at once; more are invited afterwards."""
WEEKS = timedelta(weeks=3)
BY_MAIL, BY_HAND = "mail", "hand"


class InvitationForm(forms.Form):
    """One reviewer; a row that says nothing of how they are reached invites nobody."""

    how = forms.ChoiceField(
        label=_("How they are reached"),
        choices=[
            ("", _("Nobody")),
            (BY_HAND, _("Make a link, to be handed over")),
            (BY_MAIL, _("Mail them a link")),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Who they are"),
        choices=[
            (Review.Kind.PEER, _("A peer, with lived experience")),
            (Review.Kind.SUBJECT, _("Somebody who knows the subject")),
        ],
    )
    contact = forms.EmailField(
        label=_("Email address"),
        required=False,
        help_text=_("Deleted as soon as they have decided."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "vTextField"}),
    )
    follows = forms.ModelChoiceField(
        label=_("Did they read an earlier candidate?"),
        queryset=Review.objects.none(),
        required=False,
        empty_label=_("No, or not known"),
        help_text=_("Then they see what changed since, and the answers to what they said."),
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = Review.objects.filter(release__course=course, followed_by=None)
        follows: Any = self.fields["follows"]
        follows.queryset = earlier.exclude(decided_at=None).select_related("release")
        follows.label_from_instance = named

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("how") == BY_MAIL and not cleaned.get("contact") and not self.errors:
            self.add_error("contact", _("Write the address, or make a link to be handed over."))
        if cleaned.get("contact") and not cleaned.get("how"):
            self.add_error("how", _("Choose “Mail them a link”, or take the address out."))
        return cleaned

    def invitation(self) -> Invitation | None:
        """Return who is invited; None for an empty row."""
        chosen = self.cleaned_data
        if not chosen["how"]:
            return None
        contact = chosen["contact"] if chosen["how"] == BY_MAIL else ""
        return Invitation(kind=chosen["kind"], contact=contact, follows=chosen["follows"])


class InvitationRows(forms.BaseFormSet):
    """Reviewers to invite; two of them cannot be the same one who read before."""

    def clean(self) -> None:
        asked = self.invitations() if self.is_bound and not any(self.errors) else []
        follows = [each.follows for each in asked if each.follows is not None]
        if len(follows) > len(set(follows)):
            said = _("Two rows name the same earlier review. One reviewer is invited once.")
            raise forms.ValidationError(said)

    def invitations(self) -> list[Invitation]:
        found = [form.invitation() for form in self.forms if hasattr(form, "cleaned_data")]
        return [each for each in found if each is not None]


Rows = forms.formset_factory(InvitationForm, formset=InvitationRows, extra=ROWS, max_num=ROWS)


def named(review: Review) -> str:
    """Return what tells one review from another: never who wrote it."""
    kind = gettext("Peer") if review.kind == Review.Kind.PEER else gettext("Subject reviewer")
    said = gettext("%(kind)s %(number)s of candidate %(candidate)s")
    names = {"kind": kind, "number": review.number, "candidate": review.release.number}
    return said % names


class DueForm(forms.Form):
    """By when; `seen` is how many there were when the page was opened, lest one is made twice."""

    due_on = forms.DateField(
        label=_("Asked for by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write a day, such as 2027-01-31."),
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today, so that it can be read."))
        return due_on


def default_due() -> date:
    return timezone.localdate() + WEEKS


def send_course(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the draft as a candidate, and show the links of its reviewers once."""
    course = get_object_or_404(Course, pk=pk)
    if not request.user.has_perm(MAY_PUBLISH):
        raise PermissionDenied
    prepared, candidate = prepare(course), candidate_of(course)
    context = page_context(model_admin, request, course) | {
        "title": gettext("Send to reviewers"),
        "prepared": prepared,
        "candidate": candidate,
        "is_candidate": prepared.is_as_in(candidate),
        "is_unchanged": prepared.is_as_in(prepared.current),
    }
    if not prepared.is_ready or context["is_unchanged"]:
        return render(request, "admin/courses/course/send.html", context)
    asked = Asked(request, course, seen=course.releases.count(), prepared=prepared)
    if asked.is_valid():
        sent = _sent(request, course, asked)
        if sent is not None:
            said = gettext("Sent candidate %(number)s to %(count)s reviewers.")
            release, invited = sent
            names = {"number": release.number, "count": len(invited)}
            return show_links(model_admin, request, course, invited, said % names)
    return render(request, "admin/courses/course/send.html", context | asked.context())


class Asked:
    """The forms of a page that invites: by when, whom, and for a new candidate what it brings."""

    def __init__(
        self, request: HttpRequest, course: Course, *, seen: int, prepared: Prepared | None = None
    ) -> None:
        posted = request.POST if request.method == "POST" else None
        self.seen = seen
        self.due = DueForm(
            posted and posted.dict(), initial={"due_on": default_due(), "seen": seen}
        )
        self.rows: Any = Rows(posted, form_kwargs={"course": course}, prefix="reviewers")
        self.release = ReleaseForm(posted, prepared=prepared) if prepared else None

    def is_valid(self) -> bool:
        forms_ = [self.due, self.rows, *([self.release] if self.release else [])]
        if not all([each.is_valid() for each in forms_]):  # noqa: C419 (each shows its errors)
            return False
        if self.due.cleaned_data["seen"] != str(self.seen):
            said = _(
                "Somebody invited reviewers since you opened this page. If you still want to,"
                " send it again."
            )
            self.due.add_error(None, said)
            self.due.data = {**self.due.data, "seen": str(self.seen)}
        if not self.rows.invitations():
            self.due.add_error(None, _("Nobody is invited yet: choose how to reach at least one."))
        return not self.due.errors

    def context(self) -> dict[str, Any]:
        return {"form": self.release, "due": self.due, "rows": self.rows}


def _sent(
    request: HttpRequest, course: Course, asked: Asked
) -> tuple[Release, list[Invited]] | None:
    person: Any = request.user
    at = timezone.now()
    form = asked.release
    assert form is not None  # noqa: S101 (the page of a new candidate has it)
    return form.carry_out(
        course,
        lambda decision: reviewing.send_to_reviewers(
            course,
            asked.rows.invitations(),
            due_on=asked.due.cleaned_data["due_on"],
            by=person,
            at=at,
            decision=decision,
        ),
        by=person,
        at=at,
    )


def show_links(
    model_admin: Admin, request: HttpRequest, course: Course, invited: list[Invited], said: str
) -> HttpResponse:
    """Show the links that are to be handed over: now or never, only their hashes are kept."""
    model_admin.log_change(request, course, said)
    by_hand = [
        (each.review, request.build_absolute_uri(reverse("learning:review", args=[each.token])))
        for each in invited
        if not each.review.contact
    ]
    if not by_hand:
        messages.success(request, said)
        return redirect("admin:courses_course_reviews", course.pk)
    context = page_context(model_admin, request, course) | {
        "title": gettext("Links to hand over"),
        "said": said,
        "links": [(named(review), url) for review, url in by_hand],
        "mailed": len(invited) - len(by_hand),
    }
    response = render(request, "admin/courses/course/invited.html", context)
    response["Cache-Control"] = "no-store"
    return response
