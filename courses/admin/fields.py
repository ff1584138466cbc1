"""Fields of drafts: rich text in its normal form, lists with one text on a line, rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import AdminProseEditorWidget

from courses.markers import mentions_in, strays_in
from courses.models import Source, Term
from courses.richtext import normal_form, words

# Exactly what the normal form keeps; History is undo and redo.
_EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Link": {"enableTarget": False},  # the normal form says which schemes stay
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "NoSpellCheck": False,
}
_MISSING: dict[str, tuple[type[Model], Any]] = {
    "source": (Source, _("There is no source “%(key)s”. Add it under Sources, or mend the key.")),
    "term": (Term, _("There is no term “%(key)s”. Add it under Terms, or mend the key.")),
}


# The script of the editor lets people pick sources and terms where this stands.
WITH_MARKS = {"data-marks": ""}


def check_marks(text: str) -> None:
    """Raise ValidationError for marks in a text that cannot be read or name nothing."""
    problems = [
        ValidationError(
            _("“%(mark)s” is no citation and no term. Write [@source] or [[term]]."),
            params={"mark": stray},
        )
        for stray in strays_in(text)
    ]
    for mention in dict.fromkeys(mentions_in(text)):
        model, message = _MISSING[mention.kind]
        if not model._default_manager.filter(key=mention.key).exists():
            problems.append(ValidationError(message, params={"key": mention.key}))
    if problems:
        raise ValidationError(problems)


class RichField(forms.CharField):
    """Rich text, written in the editor and kept in its normal form."""

    def __init__(self, *, has_headings: bool = True, **options: Any) -> None:
        levels = {"Heading": {"levels": [2, 3]}} if has_headings else {}
        widget = AdminProseEditorWidget(
            config={"extensions": _EXTENSIONS | levels}, preset="configurable"
        )
        super().__init__(**({"widget": widget} | options))

    def clean(self, value: Any) -> str:
        text = normal_form(super().clean(value))
        if self.required and not words(text):
            raise ValidationError(self.error_messages["required"], code="required")
        check_marks(text)
        return text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return normal_form(initial or "") != normal_form(data or "")


class CitedField(forms.CharField):
    """Plain text in which sources may be cited and terms marked."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | WITH_MARKS

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        check_marks(text)
        return text


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


class CitedLinesField(LinesField):
    """Such a list in which sources may be cited and terms marked."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | WITH_MARKS

    def clean(self, value: Any) -> Any:
        lines = super().clean(value)
        check_marks("\n".join(lines))
        return lines


Row = Mapping[str, Any]


def is_blank(row: Row) -> bool:
    """Say whether nothing is written in a row."""
    return not any(words(str(value or "")) for name, value in row.items() if name != "key")


class RowsWidget(forms.Widget):
    """Rows of fields. Those of one column share a name, so rows are in the order of the page."""

    template_name = "courses/admin/rows.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, forms.Field], row_name: Any, at_least: int) -> None:
        super().__init__()
        self.columns, self.row_name, self.at_least = columns, row_name, at_least

    @property
    def media(self) -> forms.Media:
        found = forms.Media()
        for field in self.columns.values():
            found += field.widget.media
        return found

    def id_for_label(self, id_: str) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        values = {column: data.getlist(f"{name}-{column}") for column in self.columns}
        count = max(map(len, values.values()))
        return [
            {column: given[at] if at < len(given) else "" for column, given in values.items()}
            for at in range(count)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{column}" in data for column in self.columns)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = [row for row in value or [] if not is_blank(row)]
        base = (attrs or {}).get("id", name)
        context["rows"] = [
            [self._cell(name, column, f"{base}-{number}", row) for column in self.columns]
            for number, row in enumerate([*given, *self._blank_after(given)])
        ]
        context["row_name"] = self.row_name
        return context

    def _blank_after(self, given: list[Row]) -> list[Row]:
        """Return empty rows: as many as there have to be, and one more to write in at least."""
        return [{}] * max(1, self.at_least - len(given))

    def _cell(self, name: str, column: str, base: str, row: Row) -> dict[str, Any]:
        field = self.columns[column]
        value = field.prepare_value(row.get(column, ""))
        attrs = {"id": f"{base}-{column}", "aria-label": str(field.label)}
        widget = field.widget
        return {
            "label": field.label,
            "hint": field.help_text,
            "is_hidden": widget.is_hidden,
            "html": widget.render(f"{name}-{column}", value, {**widget.attrs, **attrs}),
        }


class RowsField(forms.Field):
    """A list of rows with the same fields; a row with nothing in it is no row."""

    def __init__(
        self, columns: Mapping[str, forms.Field], *, row_name: Any, at_least: int, **options: Any
    ) -> None:
        self.columns, self.at_least = columns, at_least
        super().__init__(widget=RowsWidget(columns, row_name, at_least), **options)
        self.row_name = row_name

    def clean(self, value: list[Row]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        problems: list[str] = []
        for row in value:
            if not is_blank(row):
                rows.append(self._cleaned(row, len(rows) + 1, problems))
        if len(rows) < self.at_least:
            problems.append(gettext("Fill in at least %(count)s.") % {"count": self.at_least})
        if problems:
            raise ValidationError(problems)
        return rows

    def _cleaned(self, row: Row, number: int, problems: list[str]) -> dict[str, Any]:
        cleaned = {}
        for name, field in self.columns.items():
            try:
                cleaned[name] = field.clean(row[name])
            except ValidationError as error:
                place = {"row": self.row_name, "number": number, "label": field.label}
                for message in error.messages:
                    problem = gettext("%(row)s %(number)s, %(label)s: %(message)s")
                    problems.append(problem % {**place, "message": message})
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = initial or [], [row for row in data or [] if not is_blank(row)]
        return len(before) != len(after) or any(
            field.has_changed(old.get(name), new.get(name))
            for old, new in zip(before, after, strict=True)
            for name, field in self.columns.items()
        )
