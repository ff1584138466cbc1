"""Forms of drafts: texts are brought to their form on the way in, JSON is checked."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses import documents, models
from courses.drafts import structured
from courses.markers import strays_in
from courses.packages.strict import is_key
from courses.richtext import normal_form
from courses.writing import as_json

RICH = ("text", "prompt", "description", "definition")


class LinesField(forms.CharField):
    """A list of plain texts, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class DraftForm(forms.ModelForm):
    """Base of forms of drafts: keys are keys, rich text is cleaned and brought to its form."""

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not is_key(key):
            raise ValidationError(_("Use small letters, digits and hyphens."))
        return key

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        for name in RICH:
            if name in self.cleaned_data:
                self.cleaned_data[name] = self._rich(name)
        return self.cleaned_data

    def _rich(self, name: str) -> str:
        text = normal_form(self.cleaned_data[name])
        if strays := strays_in(text):
            problem = _("“%(mark)s” is no citation and no term. Write [@source] or [[term]].")
            self.add_error(name, ValidationError(problem, params={"mark": strays[0]}))
        return text


class CourseForm(DraftForm):
    objectives = LinesField(label=_("objectives"), help_text=_("One on each line."))


class LessonForm(DraftForm):
    objectives = LinesField(label=_("objectives"), help_text=_("One on each line."))


class BlockForm(DraftForm):
    """A block; one that is kept as JSON says what is wrong with it."""

    def clean_document(self) -> dict[str, Any]:
        shape = documents.Scenario if self._meta.model is models.Scenario else documents.Comparison
        try:
            return as_json(structured(shape, "key", self.cleaned_data["document"]))
        except msgspec.ValidationError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any] | None:
        self.instance.region = "main"
        return super().clean()


class SourceForm(DraftForm):
    url = forms.URLField(label=_("address"), max_length=500, required=False, assume_scheme="https")
