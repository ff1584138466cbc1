"""The form in which one item is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.types.base import ItemBody, Response, ResponseProblem

MESSAGES = {
    "choose-one": _("Choose one answer."),
    "choose-some": _("Choose at least one answer."),
    "not-a-choice": _("Choose from the answers shown. What was sent is not one of them."),
}


@dataclass(frozen=True)
class Option:
    """A choice as the form shows it; the first has an id, for an error to lead to."""

    key: str
    text: str
    id: str
    is_chosen: bool


class AnswerField(forms.Field):
    """What was posted for an item, read by the item's own type."""

    widget = forms.SelectMultiple

    def __init__(self, body: ItemBody, **options: Any) -> None:
        super().__init__(required=False, **options)
        self._body = body

    def clean(self, value: Sequence[str] | None) -> Response:
        try:
            return self._body.read(value or ())
        except ResponseProblem as problem:
            raise forms.ValidationError(MESSAGES[problem.code], code=problem.code) from problem


class AnswerForm(forms.Form):
    """Answer one item; render it with its own `template`.

    The body stays out of reach of templates, so that its key cannot come near a browser. The field
    is named "choice"; `prefix` tells the ids of several forms on one page apart, and where they are
    sent together (`are_sent_together`) their names too.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        body: ItemBody,
        order: Sequence[str],
        response: Response | None = None,
        prefix: str | None = None,
        are_sent_together: bool = False,
    ) -> None:
        if are_sent_together:
            super().__init__(data, prefix=prefix, auto_id="%s")
        else:
            super().__init__(data, auto_id=f"{prefix}-%s" if prefix else "id_%s")
        self._body, self._order = body, order
        self.fields["choice"] = AnswerField(body, label=body.stem, initial=response)

    @property
    def template(self) -> str:
        return self._body.template

    @property
    def stem(self) -> str:
        return self._body.stem

    @property
    def takes_many(self) -> bool:
        return self._body.takes_many

    @property
    def options(self) -> list[Option]:
        """Return the choices in order; the first has the field's id."""
        field = self["choice"]
        chosen = field.value() or ()
        return [
            Option(
                key=choice.key,
                text=choice.text,
                id=field.auto_id if number == 0 else "",
                is_chosen=choice.key in chosen,
            )
            for number, choice in enumerate(self._body.shown(self._order))
        ]

    @property
    def response(self) -> Response:
        """Return the response of a valid form."""
        response: Response = self.cleaned_data["choice"]
        return response
