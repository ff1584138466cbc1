"""The worksheet of six questions as somebody fills it in, and as a person keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from training.pages.models import SavedWorksheet
from training.pages.toolbox import ShownQuestion, ShownWorksheet
from training.people.models import User

Verdict = Literal["", "yes", "partly", "no"]

VERDICTS = {"yes": _("Answered"), "partly": _("Answered in part"), "no": _("Not answered")}
LONGEST_NOTES = 3000
LONGEST_SUBJECT = 200


class Answer(msgspec.Struct, frozen=True):
    """What somebody found: the question as it was asked then, the verdict, the notes."""

    key: str
    question: str
    verdict: Verdict
    notes: str


class Filled(msgspec.Struct, frozen=True):
    """A worksheet filled in. What is kept of it can be read without the questions of today."""

    subject: str
    answers: list[Answer]


class WorksheetForm(forms.Form):
    """The questions, each with a verdict and notes; something of it must be filled in."""

    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=LONGEST_SUBJECT,
        required=False,
        help_text=_("The title, the occasion and the day. Leave out who it concerns."),
    )

    def __init__(self, posted: Mapping[str, Any] | None, *, worksheet: ShownWorksheet) -> None:
        super().__init__(posted)
        self.worksheet = worksheet
        for question in worksheet.questions:
            self.fields[f"{question.key}-verdict"] = forms.ChoiceField(
                label=_("Does it answer this?"),
                choices=list(VERDICTS.items()),
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"{question.key}-notes"] = forms.CharField(
                label=_("Notes"),
                max_length=LONGEST_NOTES,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "maxlength": None}),
                error_messages={
                    "max_length": _(
                        "Keep each note to %(limit_value)d characters; this one has %(show_value)d."
                    )
                },
            )

    @property
    def rows(self) -> list[tuple[ShownQuestion, BoundField, BoundField]]:
        """Return each question with its two fields."""
        return [
            (question, self[f"{question.key}-verdict"], self[f"{question.key}-notes"])
            for question in self.worksheet.questions
        ]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError(_t("Answer at least one question, or write a note."))
        return self.cleaned_data

    @property
    def filled(self) -> Filled:
        """Return what was filled in; for a form that is valid."""
        answers = [
            Answer(
                question.key,
                question.question,
                self.cleaned_data[f"{question.key}-verdict"],
                self.cleaned_data[f"{question.key}-notes"],
            )
            for question in self.worksheet.questions
        ]
        return Filled(self.cleaned_data["subject"], answers)


@dataclass(frozen=True)
class SummaryRow:
    """One question in a summary; `ask_next` only where an answer is missing."""

    answer: Answer
    verdict: str
    ask_next: list[str]


@dataclass(frozen=True)
class Summary:
    subject: str
    rows: list[SummaryRow]
    answered_count: int
    fields: list[tuple[str, str]]
    """The fields of the form with these answers in them."""


def summary_of(filled: Filled, worksheet: ShownWorksheet) -> Summary:
    """Return what a filled worksheet comes to: what was answered, and what to ask next."""
    ask_next = {question.key: question.ask_next for question in worksheet.questions}
    rows = [
        SummaryRow(
            answer=answer,
            verdict=str(VERDICTS[answer.verdict]) if answer.verdict else "",
            ask_next=ask_next.get(answer.key, []) if answer.verdict in {"partly", "no"} else [],
        )
        for answer in filled.answers
    ]
    answered_count = sum(answer.verdict == "yes" for answer in filled.answers)
    return Summary(filled.subject, rows, answered_count, _fields(filled))


def _fields(filled: Filled) -> list[tuple[str, str]]:
    fields = [("subject", filled.subject)]
    for answer in filled.answers:
        fields.append((f"{answer.key}-verdict", answer.verdict))
        fields.append((f"{answer.key}-notes", answer.notes))
    return [(name, value) for name, value in fields if value]


def save_worksheet(filled: Filled, *, by: User, at: datetime) -> SavedWorksheet:
    """Keep a worksheet in a person's own record; the same one is kept once."""
    encoded = msgspec.json.encode(filled)
    saved, _was_made = SavedWorksheet.objects.get_or_create(
        person=by,
        digest=hashlib.sha256(encoded).hexdigest(),
        defaults={"subject": filled.subject, "filled": encoded, "saved_at": at},
    )
    return saved


def read_worksheet(saved: SavedWorksheet) -> Filled:
    """Return what a person kept."""
    return msgspec.json.decode(bytes(saved.filled), type=Filled)
