"""What publishing and sending to reviewers share: the draft as it is, and what is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.admin.findings import ShownFinding, few_of, given_reasons
from courses.allowing import allow
from courses.checking import ChecksFailed, check_draft
from courses.checks import Report
from courses.drafts import CannotFreezeDraft, draft_document
from courses.models import Course, Release
from courses.publishing import (
    ContentWasRedacted,
    Decision,
    DraftHasChanged,
    StepChange,
    changed_steps,
)
from quizzes.documents import digest_of, encode

Frozen = TypeVar("Frozen")
MAY_PUBLISH = "courses.publish_course"
MAY_PUBLISH_EARLY = "courses.publish_without_review"


@dataclass(frozen=True)
class Prepared:
    """A draft as it could be frozen now. With `problems`, it cannot be: they say why."""

    current: Release | None
    problems: list[str]
    digest: str
    report: Report
    asked: list[ShownFinding]
    changes: list[StepChange]

    @property
    def is_ready(self) -> bool:
        return not (self.problems or self.report.errors)

    def is_as_in(self, release: Release | None) -> bool:
        """Say whether the draft is word for word what a release holds."""
        return release is not None and release.document_id == self.digest


def prepare(course: Course) -> Prepared:
    """Look at a draft and at what the checks find in it."""
    current = Release.objects.current().filter(course=course).first()
    try:
        document = draft_document(course)
    except CannotFreezeDraft as error:
        return Prepared(current, error.problems, "", Report([], [], []), [], [])
    report = check_draft(course)
    return Prepared(
        current=current,
        problems=[],
        digest=digest_of(encode(document)),
        report=report,
        asked=few_of(course, report),
        changes=changed_steps(course, document),
    )


class ReleaseForm(forms.Form):
    """What a trainer decides about a release; `draft` is the digest of what they looked at."""

    notes = forms.CharField(
        label=_("Release notes"),
        help_text=_("What is new, in a sentence or two. Shown on the evidence page."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        error_messages={"required": _("Say what is new in this release.")},
    )
    is_material = forms.TypedChoiceField(
        label=_("Who takes it"),
        choices=[
            ("", _("People who start from now on. Whoever has completed the course is done.")),
            ("yes", _("Also everyone who has completed an earlier release: the change matters.")),
        ],
        coerce=bool,
        empty_value="",
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    small_changes = forms.MultipleChoiceField(
        label=_("Small changes"),
        help_text=_(
            "Tick a step whose change is small, such as a spelling mended. Whoever has done it"
            " before does not do it again."
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    leave_open = forms.BooleanField(
        label=_("Go on although something is still open"),
        help_text=_("What you neither mend nor give a reason for is asked again next time."),
        required=False,
    )
    draft = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, prepared: Prepared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: Sequence[ShownFinding] = prepared.asked
        self.open_count = len(prepared.report.warnings)
        self.fields["draft"].initial = prepared.digest
        old = [(change.key, change.title) for change in prepared.changes if not change.is_new]
        if old:
            self.fields["small_changes"].choices = old  # type: ignore[attr-defined]
        else:
            del self.fields["small_changes"]
        if not self.open_count:
            del self.fields["leave_open"]

    def reasons(self) -> list[tuple[ShownFinding, str]]:
        """Return the findings that are allowed, each with its reason."""
        return given_reasons(self.data, self.asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        left = self.open_count - len(self.reasons())
        if left > 0 and not cleaned.get("leave_open"):
            said = ngettext(
                "%(left)s thing is still open. Mend it, say why it may stay, or tick this box.",
                "%(left)s things are still open. Mend them, say why they may stay, or tick this"
                " box.",
                left,
            )
            self.add_error("leave_open", said % {"left": left})
        return cleaned

    def decision(self) -> Decision:
        """Return what was decided."""
        decided = self.cleaned_data
        return Decision(
            notes=decided["notes"],
            published_without_review_reason=decided.get("published_without_review_reason", ""),
            is_material=bool(decided["is_material"]),
            small_changes=decided.get("small_changes", ()),
            draft_seen=decided["draft"],
        )

    def carry_out(
        self, course: Course, freeze: Callable[[Decision], Frozen], *, by: Any, at: datetime
    ) -> Frozen | None:
        """Keep the reasons that were given and freeze the draft as decided.

        Returns what `freeze` returns; None when that could not be, which the form then says.
        """
        try:
            with transaction.atomic():
                for shown, reason in self.reasons():
                    allow(course, shown.finding, reason=reason, by=by, at=at)
                return freeze(self.decision())
        except DraftHasChanged:
            said = _("Somebody changed the draft since you opened this page. Look at it again.")
            self.add_error(None, said)
        except CannotFreezeDraft as error:
            self.add_error(None, forms.ValidationError(error.problems))
        except ChecksFailed as error:
            self.add_error(None, forms.ValidationError([one.message for one in error.findings]))
        except ContentWasRedacted:
            said = _("The draft is word for word what was taken out of a release. Change it.")
            self.add_error(None, said)
        return None
