"""Forms of drafts. What is written is brought to its form and checked on the way in."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses import documents, models
from courses.admin.fields import CitedLinesField, LinesField, RichField, RowsField
from courses.drafts import structured
from courses.editing import new_key
from courses.packages.strict import is_key
from courses.writing import as_json, numbered, put_entries

LINE = forms.TextInput(attrs={"class": "vTextField"})
MARKS = _("[@source-key] cites a source, [[term-key]] marks a term of the glossary.")


class DraftForm(forms.ModelForm):
    """Base of forms of drafts: keys are keys."""

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not is_key(key):
            raise ValidationError(_("Use small letters, digits and hyphens."))
        return key


class CourseForm(DraftForm):
    description = RichField(label=_("Description"), help_text=MARKS, has_headings=False)
    objectives = LinesField(label=_("Objectives"), help_text=_("One on each line."))


class LessonForm(DraftForm):
    class Meta:
        widgets = {"covers": forms.CheckboxSelectMultiple}

    objectives = LinesField(label=_("Objectives"), help_text=_("One on each line."))


class StepForm(forms.ModelForm):
    """A step; it takes the key of its lesson or quiz once, when it is made."""

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        lesson = self.cleaned_data.get("lesson")
        if lesson and lesson.course_id != self.instance.course_id:
            self.add_error("lesson", _("This lesson belongs to another course."))
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        shown = self.instance.lesson or self.instance.quiz
        if shown and not self.instance.key:
            self.instance.key = shown.key


class SourceForm(DraftForm):
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")


class TermForm(DraftForm):
    definition = RichField(label=_("Definition"), help_text=MARKS, has_headings=False)


class BlockForm(forms.ModelForm):
    """A block of a lesson; its key is made once, when it is first saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "region" in self.fields:
            self.fields["region"].required = False

    def clean_region(self) -> str:
        return "main"

    def save(self, commit: bool = True) -> Any:
        if not self.instance.key:
            self.instance.key = new_key(self._meta.model._meta.model_name or "block")
        return super().save(commit)


class ProseForm(BlockForm):
    text = RichField(label=_("Text"), help_text=MARKS)


class CalloutForm(BlockForm):
    text = RichField(label=_("Text"), help_text=MARKS)


class ReflectionForm(BlockForm):
    prompt = RichField(
        label=_("Prompt"),
        help_text=_("What a learner writes is theirs alone. Do not ask for facts about others."),
    )


class EntriesForm(BlockForm):
    """A block whose rows are kept in a table of their own: `points_at` in each, and a note."""

    manager = ""
    points_at = ""
    has_notes = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            rows = getattr(self.instance, self.manager).all()
            self.initial["entries"] = [
                {self.points_at: getattr(row, f"{self.points_at}_id")}
                | ({"note": row.note} if self.has_notes else {})
                for row in rows
            ]

    def save(self, commit: bool = True) -> Any:
        block = super().save(commit)
        if commit:
            wanted = [
                {f"{self.points_at}_id": row[self.points_at].pk}
                | ({"note": row["note"]} if self.has_notes else {})
                for row in self.cleaned_data["entries"]
            ]
            put_entries(getattr(block, self.manager), numbered(wanted))
        return block


class TermCardsForm(EntriesForm):
    manager, points_at = "cards", "term"
    entries = RowsField(
        {"term": forms.ModelChoiceField(models.Term.objects.all(), label=_("Term"))},
        label=_("Terms"),
        row_name=_("Card"),
        at_least=1,
    )


class FurtherForm(EntriesForm):
    manager, points_at, has_notes = "entries", "source", True
    entries = RowsField(
        {
            "source": forms.ModelChoiceField(models.Source.objects.all(), label=_("Source")),
            "note": forms.CharField(
                label=_("Why read it"), required=False, max_length=500, widget=LINE
            ),
        },
        label=_("Sources"),
        row_name=_("Source"),
        at_least=1,
    )


class StructuredForm(BlockForm):
    """A block that is kept as one document; its fields are those of the document."""

    shape: type[documents.Comparison] | type[documents.Scenario]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance.document, dict):
            self.initial.update(self.instance.document)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        names = {kind.name for kind in documents.fields_of(self.shape)} - {"key"}
        written = {name: self.cleaned_data.get(name) for name in names}
        if not self.errors:
            try:
                self.instance.document = as_json(structured(self.shape, "key", written))
            except msgspec.ValidationError as error:
                self.add_error(None, str(error))
        return self.cleaned_data


class ComparisonForm(StructuredForm):
    shape = documents.Comparison
    title = forms.CharField(label=_("Title"), max_length=200, widget=LINE)
    columns = RowsField(
        {
            "heading": forms.CharField(label=_("Heading"), max_length=200, widget=LINE),
            "points": CitedLinesField(
                label=_("Points"),
                help_text=_("One on each line."),
                widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
            ),
        },
        label=_("Columns"),
        row_name=_("Column"),
        at_least=2,
    )


class ScenarioForm(StructuredForm):
    shape = documents.Scenario
    title = forms.CharField(label=_("Title"), max_length=200, widget=LINE)
    situation = RichField(label=_("Situation"), help_text=MARKS)
    question = forms.CharField(label=_("Question"), max_length=500, widget=LINE)
    choices = RowsField(
        {
            "key": forms.CharField(required=False, widget=forms.HiddenInput),
            "label": forms.CharField(label=_("Choice"), max_length=500, widget=LINE),
            "outcome": RichField(label=_("What follows")),
            "is_better": forms.TypedChoiceField(
                label=_("Response"),
                choices=[("", _("One to think about")), ("True", _("The better response"))],
                coerce=bool,
                required=False,
            ),
        },
        label=_("Choices"),
        row_name=_("Choice"),
        at_least=2,
    )
    why = RichField(label=_("Why the better response is better"))

    def clean_choices(self) -> list[dict[str, Any]]:
        choices: list[dict[str, Any]] = self.cleaned_data["choices"]
        if sum(bool(choice["is_better"]) for choice in choices) != 1:
            raise ValidationError(_("Mark exactly one choice as the better response."))
        return [
            choice
            | {"key": choice["key"] or new_key("choice"), "is_better": bool(choice["is_better"])}
            for choice in choices
        ]


FORMS: dict[type[models.Block], type[BlockForm]] = {
    models.Prose: ProseForm,
    models.Callout: CalloutForm,
    models.TermCards: TermCardsForm,
    models.Comparison: ComparisonForm,
    models.Scenario: ScenarioForm,
    models.Check: BlockForm,
    models.Reflection: ReflectionForm,
    models.Further: FurtherForm,
}
