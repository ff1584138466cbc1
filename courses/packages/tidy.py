"""YAML written in one form: the same values give the same bytes. strict.py reads it back.

Plain text stands on one line, never wrapped, in quotes only where YAML asks for them. Rich text
is Markdown under `|`. A list of keys stands on one line, any other list has a line for each entry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

from courses.documents import fields_of, inside_of, notes_of
from courses.markdown import to_markdown

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_FENCE = re.compile(r"^(\s*):::", re.M)
_INDICATOR = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=<~]")
_MEANS_SOMETHING = re.compile(r":(?:\s|\Z)|\s#")
# What YAML 1.1 takes for true, false or nothing; other programs still do.
_OLD_WORDS = {"y", "n", "yes", "no", "on", "off", "null", "true", "false"}
_RESOLVER = VersionedResolver()

Value = Any
Entry = tuple[str, Value, inspect.Type]


def entries_of(part: msgspec.Struct, *, without: Collection[str] = ()) -> list[Entry]:
    """Return what is written of a struct: name, value and type, in the order of its fields.

    Left out is what has its default, and what `without` names.
    """
    return [
        (field.name, getattr(part, field.name), field.type)
        for field in fields_of(type(part))
        if field.name not in without
        and (field.required or getattr(part, field.name) != _default(field))
    ]


def _default(field: inspect.Field) -> Any:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def mapping(entries: Iterable[Entry]) -> list[str]:
    """Return the lines of a mapping."""
    return [line for entry in entries for line in _entry(*entry)]


def listed(values: Iterable[Iterable[str]], *, is_spaced: bool = False) -> list[str]:
    """Return the lines of a list whose entries have these lines; spaced: blank lines between."""
    lines: list[str] = []
    for entry in values:
        first, *rest = entry
        if lines and is_spaced:
            lines.append("")
        lines += [f"- {first}", *_indented(rest)]
    return lines


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _entry(name: str, value: Value, kind: inspect.Type) -> Iterator[str]:
    if notes_of(kind).get("form") == "rich":
        yield f"{name}: |"
        yield from _indented(markdown_lines(value))
    elif isinstance(value, list) and notes_of(inside_of(kind)).get("form") == "key":
        yield f"{name}: [{', '.join(scalar(each) for each in value)}]"
    elif isinstance(value, msgspec.Struct):
        yield f"{name}:"
        yield from _indented(mapping(entries_of(value)))
    elif isinstance(value, list):
        yield f"{name}:"
        yield from _indented(listed(_lines_of(each) for each in value))
    else:
        yield f"{name}: {scalar(value, notes_of(kind).get('form', 'plain'))}"


def _lines_of(value: Value) -> list[str]:
    return mapping(entries_of(value)) if isinstance(value, msgspec.Struct) else [scalar(value)]


def markdown_lines(html: str) -> list[str]:
    """Return rich text as the lines of a file, none of which opens or closes a block."""
    text = _FENCE.sub(r"\1\\:::", to_markdown(html))
    return _UNPRINTABLE.sub(lambda found: f"&#{ord(found[0])};", text).split("\n")


def scalar(value: Value, form: str = "plain") -> str:
    """Return a value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value.normalize():f}"
    text = str(value)
    return text if form == "date" or _is_plain(text) else _quoted(text)


def _is_plain(text: str) -> bool:
    """Say whether YAML reads a text as it stands, without quotes, as that text."""
    return not (
        _INDICATOR.match(text)
        or _MEANS_SOMETHING.search(text)
        or _UNPRINTABLE.search(text)
        or text != text.strip()
        or text.casefold() in _OLD_WORDS
        or _RESOLVER.resolve(ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str"
    )


def _quoted(text: str) -> str:
    if '"' in text and "'" not in text and not _UNPRINTABLE.search(text):
        return f"'{text}'"
    escaped = re.sub(r'[\\"]', r"\\\g<0>", text)
    return '"' + _UNPRINTABLE.sub(lambda found: rf"\u{ord(found[0]):04x}", escaped) + '"'
