"""Each type of item in its own plain form, and quizzes."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.admin.fields import RowsField
from courses.admin.forms import LINE, DraftForm
from courses.editing import new_key
from courses.models import Source
from quizzes.models import Item, Topic
from quizzes.types import BODIES
from quizzes.types.base import ItemBody

TEXT = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
FEEDBACK = _("Why, kindly. Do not name the right answer: a person who failed tries again.")


class ItemForm(DraftForm):
    """An item of one type; `body` is what was written, once the form is valid."""

    type: str
    body: ItemBody

    stem = forms.CharField(label=_("Question"), widget=TEXT)
    sources = RowsField(
        {"source": forms.ModelChoiceField(Source.objects.all(), label=_("Source"))},
        label=_("Sources"),
        row_name=_("Source"),
        at_least=1,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(self.written_initial(self.instance.body))
            rows = self.instance.item_sources.all()
            self.initial["sources"] = [{"source": row.source_id} for row in rows]

    def written_initial(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the values of the fields of this type."""
        return {name: value for name, value in body.items() if name in self.fields}

    def written(self) -> dict[str, Any]:
        """Return the body as its fields have it, without what is so by default."""
        fields = msgspec.structs.fields(BODIES[self.type])
        written = {field.name: self.cleaned_data[field.name] for field in fields}
        return {
            field.name: written[field.name]
            for field in fields
            if written[field.name] != field.default
        }

    def clean_sources(self) -> list[Source]:
        return [row["source"] for row in self.cleaned_data["sources"]]

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if not self.errors:
            self.body = msgspec.convert(self.written(), BODIES[self.type])
            for problem in self.body.problems():
                self.add_error(None, problem)
        return self.cleaned_data


class ChoicesForm(ItemForm):
    """An item with choices, one in each row."""

    choices = RowsField(
        {
            "key": forms.CharField(required=False, widget=forms.HiddenInput),
            "text": forms.CharField(label=_("Answer"), widget=LINE),
            "is_correct": forms.TypedChoiceField(
                label=_("Right or wrong"),
                choices=[("", _("Wrong")), ("True", _("Right"))],
                coerce=bool,
                required=False,
            ),
            "feedback": forms.CharField(label=_("Feedback"), help_text=FEEDBACK, widget=TEXT),
        },
        label=_("Answers"),
        row_name=_("Answer"),
        at_least=2,
    )

    def clean_choices(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["choices"]
        self.check_right([row for row in rows if row["is_correct"]], len(rows))
        return [
            row | {"key": row["key"] or new_key("choice"), "is_correct": bool(row["is_correct"])}
            for row in rows
        ]

    def check_right(self, right: list[dict[str, Any]], count: int) -> None:
        """Raise ValidationError when the wrong number of answers is right."""
        raise NotImplementedError


class SingleForm(ChoicesForm):
    type = "single"

    def check_right(self, right: list[dict[str, Any]], count: int) -> None:
        if len(right) != 1:
            raise ValidationError(_("Mark exactly one answer as right."))


class MultipleForm(ChoicesForm):
    type = "multiple"

    scoring = forms.ChoiceField(
        label=_("Scoring"),
        choices=[
            ("all-or-nothing", _("All right answers and no others, or nothing")),
            ("partial", _("A part of the mark for each right one, less for each wrong one")),
        ],
        initial="all-or-nothing",
    )

    def check_right(self, right: list[dict[str, Any]], count: int) -> None:
        if not 0 < len(right) < count:
            raise ValidationError(_("Mark one answer or more as right, and at least one wrong."))


class TrueFalseForm(ItemForm):
    type = "true-false"

    answer = forms.TypedChoiceField(
        label=_("What is right"),
        choices=[("True", _("True")), ("False", _("False"))],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    feedback_true = forms.CharField(label=_("Feedback to “True”"), help_text=FEEDBACK, widget=TEXT)
    feedback_false = forms.CharField(
        label=_("Feedback to “False”"), help_text=FEEDBACK, widget=TEXT
    )

    def written_initial(self, body: dict[str, Any]) -> dict[str, Any]:
        return super().written_initial(body) | {"answer": str(body.get("answer", ""))}


ITEM_FORMS: dict[str, type[ItemForm]] = {
    form.type: form for form in (SingleForm, MultipleForm, TrueFalseForm)
}
TYPES = {
    "single": (_("Single choice"), _("Two to six answers, one of them right.")),
    "multiple": (_("Multiple choice"), _("Three to eight answers, one or more right, not all.")),
    "true-false": (_("True or false"), _("A statement that is right or not.")),
}


class QuizForm(DraftForm):
    parts = RowsField(
        {
            "topic": forms.ModelChoiceField(
                Topic.objects.all(), label=_("Topic"), required=False, empty_label=_("Any topic")
            ),
            "count": forms.IntegerField(
                label=_("How many questions"), min_value=1, max_value=500, widget=forms.NumberInput
            ),
        },
        label=_("Drawn at random"),
        row_name=_("Part"),
        at_least=0,
        required=False,
    )
    fixed = RowsField(
        {
            "item": forms.ModelChoiceField(
                Item.objects.filter(use=Item.Use.QUIZ, retired_at=None), label=_("Question")
            )
        },
        label=_("On every paper"),
        row_name=_("Question"),
        at_least=0,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            parts, fixed = self.instance.parts.all(), self.instance.fixed.all()
            self.initial["parts"] = [
                {"topic": part.topic_id, "count": part.count} for part in parts
            ]
            self.initial["fixed"] = [{"item": row.item_id} for row in fixed]

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if not self.errors and not self.cleaned_data["parts"] and not self.cleaned_data["fixed"]:
            self.add_error(None, _("It asks nothing. Draw from a topic, or add questions."))
        return self.cleaned_data
