"""A page of a draft in parts, so that it can be told which of them changed since it was opened.

A part is a field of the form, or a row of an inline such as a block of a lesson. Two sides are
compared: what is saved now, and what somebody posted. What they had opened is known by a short
digest of each part, which the page carries.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.admin.fields import LinesField, RichField, RowsField, is_blank
from courses.richtext import normal_form
from quizzes.versioned import VersionedModel

_TOKEN = re.compile(r"<[^>]*>|[^<\s]+|\s+")
_PLACE = {"region", "ordering", "DELETE"}


@dataclass(frozen=True)
class Part:
    """A field of the form, or a row of an inline with its `index` in the formset."""

    id: str
    name: str
    fields: list[forms.BoundField]
    prefix: str = ""
    index: int = 0
    ordering: int | None = None
    is_new: bool = False
    is_removed: bool = False

    @property
    def is_block(self) -> bool:
        return self.ordering is not None

    @cached_property
    def digest(self) -> str:
        values = {bound.name: settled(bound.field, bound.value()) for bound in self.fields}
        text = json.dumps(values, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return what a person reads of the part: a label and safe HTML of each field."""
        return [
            (str(bound.label), shown(bound.field, bound.value()))
            for bound in self.fields
            if not bound.is_hidden
        ]


@dataclass(frozen=True)
class Side:
    """One side of a comparison; its blocks stand in their order."""

    parts: dict[str, Part]

    @property
    def order(self) -> list[str]:
        """Return the blocks that stay, in order."""
        return [part.id for part in self.parts.values() if part.is_block and not part.is_removed]

    @property
    def digests(self) -> dict[str, str]:
        return {part.id: part.digest for part in self.parts.values()}


def side_of(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    draft: VersionedModel,
    *,
    posted: QueryDict | None = None,
) -> Side:
    """Return what is saved of a draft, or what was posted for it."""
    form = model_admin.get_form(request, draft, change=True)(posted, instance=draft)
    parts = [Part(name, str(form[name].label), [form[name]]) for name in form.fields]
    parts = [part for part in parts if not isinstance(part.fields[0].field, forms.FileField)]
    rows: list[Part] = []
    for kind, inline in model_admin.get_formsets_with_inlines(request, draft):
        formset = kind(
            posted,
            instance=draft,
            prefix=kind.get_default_prefix(),
            queryset=inline.get_queryset(request),
        )
        rows += _rows(formset)
    rows.sort(key=lambda part: (part.ordering or 0, part.is_new))
    return Side({part.id: part for part in [*parts, *rows]})


def _rows(formset: Any) -> Iterator[Part]:
    if formset.is_bound and not formset.management_form.is_valid():
        return
    model, key = formset.model._meta, formset.model._meta.pk.name
    for index, form in enumerate(formset.forms):
        pk = form[key].value() if key in form.fields else None
        if not pk and not form.has_changed():
            continue
        left_out = {key, formset.fk.name} | _PLACE
        yield Part(
            id=f"{model.label_lower}:{pk or f'new-{index}'}",
            name=f"{model.verbose_name}: {form.instance}"
            if form.instance.pk
            else str(model.verbose_name),
            fields=[
                form[name]
                for name, field in form.fields.items()
                if name not in left_out and not isinstance(field, forms.FileField)
            ],
            prefix=formset.prefix,
            index=index,
            ordering=_number(form["ordering"].value()) if "ordering" in form.fields else None,
            is_new=not pk,
            is_removed="DELETE" in form.fields and bool(form["DELETE"].value()),
        )


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def settled(field: forms.Field, value: Any) -> Any:
    """Return a value of a field, saved or posted, in one form for both."""
    if isinstance(field, RowsField):
        rows = [row for row in value or [] if not is_blank(row)]
        return [
            {name: settled(column, row.get(name)) for name, column in field.columns.items()}
            for row in rows
        ]
    if isinstance(field, RichField):
        return normal_form(value or "")
    if isinstance(field, LinesField):
        return field.to_python(value)
    if isinstance(value, list | tuple | set):
        return sorted(str(each) for each in value)
    if value is None or value is False:
        return ""
    return "\n".join(str(field.prepare_value(value)).splitlines()).strip()


def shown(field: forms.Field, value: Any) -> str:
    """Return safe HTML of a value, to be read."""
    if isinstance(field, RowsField):
        rows = (
            format_html_join(
                "",
                "<dt>{}</dt><dd>{}</dd>",
                (
                    (column.label, shown(column, row.get(name)))
                    for name, column in field.columns.items()
                    if not column.widget.is_hidden
                ),
            )
            for row in value or []
            if not is_blank(row)
        )
        items = format_html_join("", "<li><dl>{}</dl></li>", ((row,) for row in rows))
        return format_html("<ol>{}</ol>", items)
    if isinstance(field, RichField):
        return mark_safe(normal_form(value or ""))  # noqa: S308 (cleaned by normal_form)
    if isinstance(field, forms.ChoiceField):
        return _chosen(field, value)
    text = value if isinstance(value, list) else str(settled(field, value)).split("\n")
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in text if line))


def marked(html: str, other: str) -> SafeString:
    """Return safe HTML with the words marked that the other does not have there."""
    ours, theirs = _TOKEN.findall(html), _TOKEN.findall(other)
    found = []
    for kind, start, end, _s, _e in SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        for token in ours[start:end]:
            is_word = kind != "equal" and not token.isspace() and not token.startswith("<")
            found.append(f"<mark>{token}</mark>" if is_word else token)
    return mark_safe("".join(found))  # noqa: S308 (both were safe, and only words are wrapped)


def _chosen(field: forms.ChoiceField, value: Any) -> str:
    values = value if isinstance(value, list | tuple) else [value]
    chosen = {"" if each is None else str(each) for each in values}
    choices = cast(Iterable[tuple[Any, Any]], field.choices)
    labels = [str(label) for key, label in choices if str(key) in chosen]
    return format_html_join(", ", "{}", ((label,) for label in labels)) or _("nothing")


def opened_digests(text: str) -> Mapping[str, str]:
    """Return the digests that a page carried; none when they cannot be read."""
    try:
        digests = json.loads(text)
    except ValueError:
        return {}
    return digests if isinstance(digests, dict) else {}
