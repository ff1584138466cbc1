"""YAML read strictly: every mistake of a text with its line, in one pass.

A text becomes ruamel's nodes, which know their lines; nodes become typed structs field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec
from msgspec import inspect
from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from courses.documents import bare, fields_of, inside_of, notes_of
from courses.markers import SLUG, Mention
from courses.packages.problems import Findings, Place
from courses.packages.texts import Text, read_plain, read_rich

Shape = TypeVar("Shape", bound=msgspec.Struct)

_TAG = "tag:yaml.org,2002:"
_KEY = re.compile(rf"{SLUG}\Z")
_PATTERNS = {
    "url": (re.compile(r"https?://[^\s/]+\S*\Z"), "an address that begins with https://"),
    "doi": (re.compile(r"10\.\d{4,9}/\S+\Z"), "a DOI such as 10.1371/journal.pmed.1002680"),
    "picture": (re.compile(rf"{SLUG}\.(png|jpe?g|webp)\Z"), "a name such as town-hall.png"),
    "video": (re.compile(rf"{SLUG}\.(mp4|webm)\Z"), "a name such as town-hall.mp4"),
    "captions": (re.compile(rf"{SLUG}\.vtt\Z"), "a name such as town-hall.vtt"),
    "language": (re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?\Z"), "a language code such as en"),
}
LONGEST_KEY = 80
DEEPEST = 20


class Bad:
    """Stands for a value with a mistake, which has been noted."""


BAD = Bad()


def compose(text: Text, findings: Findings) -> Node | None:
    """Return the nodes of a YAML text; None, with the problems noted, when it cannot be read."""
    yaml = YAML(typ="rt", pure=True)
    yaml.max_depth = DEEPEST
    try:
        node = yaml.compose(text.value)
    except MaxDepthExceededError:
        findings.add(text.file, text.first_line, "this is nested far too deep; make it flat")
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = text.line_at(mark.line) if mark else text.first_line
        reason = error.problem or error.context or "it is not YAML"
        findings.add(text.file, line, f"this is not YAML: {reason}; mind colons, quotes, indents")
        return None
    except (YAMLError, ValueError, OverflowError) as error:
        reason = str(error).split("\n")[0]
        findings.add(text.file, text.first_line, f"this is not YAML: {reason}")
        return None
    if node is None:
        findings.add(text.file, text.first_line, "nothing stands here; write it or leave it out")
        return None
    nodes = list(_every_node(node))
    for each in nodes:
        if isinstance(each, ScalarNode) and each.style == ">":
            # ruamel marks with this sign, which no file may hold, where it folded two lines.
            each.value = each.value.replace("\a", "")
    anchored = [each for each in nodes if each.anchor]
    for each in anchored:
        line = text.line_at(each.start_mark.line)
        message = f"anchors and aliases (&{each.anchor}, *{each.anchor}) are not read; write it out"
        findings.add(text.file, line, message)
    return None if anchored else node


def _every_node(root: Node) -> Iterator[Node]:
    """Yield each node once; an alias may make a circle."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        yield node
        for child in _children(node):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def scalar_at(node: Node, name: str) -> ScalarNode | None:
    """Return the scalar under a key of a mapping as it was written."""
    pairs = node.value if isinstance(node, MappingNode) else []
    values = (value for key, value in pairs if isinstance(key, ScalarNode) and key.value == name)
    return next((value for value in values if isinstance(value, ScalarNode)), None)


@dataclass(frozen=True)
class Fields:
    """The entries of a mapping: the node of each value by its key."""

    line: int
    nodes: Mapping[str, Node]


@dataclass
class Reader:
    """Read the nodes of one text. `headings`: its rich texts may have headings."""

    text: Text
    findings: Findings
    headings: bool = False
    lines: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = tuple(self.text.value.split("\n"))

    def line(self, node: Node) -> int:
        return self.text.line_at(node.start_mark.line)

    def problem(self, node: Node, message: str) -> Bad:
        self.findings.add(self.text.file, self.line(node), message)
        return BAD

    def struct(self, node: Node, shape: type[Shape], **given: Any) -> Shape | Bad:
        """Return a mapping as a struct; fields that are given cannot stand in the mapping."""
        allowed = [name for name in names_of(shape) if name not in given]
        fields = self.fields(node, allowed)
        return fields if isinstance(fields, Bad) else self.build(fields, shape, **given)

    def fields(self, node: Node, allowed: Iterable[str] | None) -> Fields | Bad:
        """Return the entries of a mapping; noted: one twice, one that is not allowed."""
        if not isinstance(node, MappingNode):
            return self.problem(node, "this must be entries of the form “key: value”")
        known = None if allowed is None else list(allowed)
        nodes: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else None
            if name is None:
                self.problem(key, "a key must be one word")
            elif name in nodes:
                first = self.line(nodes[name])
                self.problem(key, f"“{name}” stands here again (first on line {first}); keep one")
            elif known is not None and name not in known:
                self.problem(key, _not_read(name, known))
            else:
                nodes[name] = value
        return Fields(self.line(node), nodes)

    def build(self, fields: Fields, shape: type[Shape], **given: Any) -> Shape | Bad:
        """Return a struct of entries; every field that is wrong or missing is noted."""
        values: dict[str, Any] = dict(given)
        for field_ in fields_of(shape):
            name = field_.name
            if name in given:
                continue
            if name in fields.nodes:
                values[name] = self.value(fields.nodes[name], field_.type, name)
            elif field_.required:
                self.findings.add(self.text.file, fields.line, f"“{name}” is missing; add it")
                values[name] = BAD
        if any(value is BAD for value in values.values()):
            return BAD
        built = shape(**values)
        problems = list(built.problems()) if hasattr(built, "problems") else []
        for problem in problems:
            self.findings.add(self.text.file, fields.line, problem)
        return BAD if problems else built

    def value(self, node: Node, kind: inspect.Type, name: str) -> Any:
        """Return the value of a node as its type describes it, or BAD."""
        notes = notes_of(kind)
        match bare(kind):
            case inspect.StructType(cls=shape):
                return self.struct(node, shape)
            case inspect.ListType():
                return self.entries(node, kind, name)
            case inspect.LiteralType(values=values):
                return self.one_of(node, [str(value) for value in values], name)
            case inspect.BoolType():
                return self.boolean(node, name)
            case inspect.StrType():
                return self.string(node, name, notes)
        is_whole = isinstance(bare(kind), inspect.IntType)
        return self.number(node, name, notes, is_whole=is_whole)

    def entries(self, node: Node, kind: inspect.Type, name: str) -> Any:
        if not isinstance(node, SequenceNode):
            return self.problem(node, f"“{name}” must be a list: one entry a line, after “- ”")
        if len(node.value) < notes_of(kind).get("at_least", 0):
            return self.problem(node, f"“{name}” is an empty list; add an entry")
        values = [self.value(each, inside_of(kind), name) for each in node.value]
        self.unique(node, values, name)
        return BAD if any(value is BAD for value in values) else values

    def unique(self, node: SequenceNode, values: Iterable[Any], name: str) -> None:
        """Note entries of a list whose key, or who themselves, stood there before."""
        seen: set[str] = set()
        for each, value in zip(node.value, values, strict=True):
            key = value if isinstance(value, str) else getattr(value, "key", None)
            if key in seen:
                self.problem(each, f"“{key[:60]}” stands twice in “{name}”; keep one")
            elif key is not None:
                seen.add(key)

    def scalar(self, node: Node, tags: Iterable[str]) -> str | None:
        """Return the written value of a scalar of one of YAML's types, or None."""
        is_fitting = isinstance(node, ScalarNode) and str(node.tag) in {_TAG + tag for tag in tags}
        return str(node.value) if is_fitting else None

    def string(self, node: Node, name: str, extra: Mapping[str, Any]) -> str | Bad:
        form = extra.get("form", "key" if name == "key" else "plain")
        kinds = ("str", "timestamp") if form == "date" else ("str",)
        if form == "key":
            kinds = ("str", "int")
        written = self.scalar(node, kinds)
        if written is None:
            advice = "put it in quotes" if isinstance(node, ScalarNode) else "write one text"
            return self.problem(node, f"“{name}” must be text; {advice}")
        value = self.formed(node, name, form, written)
        if value is None:
            return BAD
        if names := extra.get("names"):
            place = Place(self.text.file, self.line(node))
            self.findings.named.append((Mention(names, value), place))
        at_most = extra.get("at_most")
        if at_most is not None and len(value) > at_most:
            return self.problem(
                node, f"“{name}” has {len(value)} characters; shorten it to {at_most}"
            )
        return value

    def formed(self, node: Node, name: str, form: str, written: str) -> str | None:
        if form in {"rich", "plain", "cited"}:
            text = self.text_of(node)
            if form == "rich":
                return read_rich(text, self.findings, headings=self.headings)
            return read_plain(text, self.findings, may_cite=form == "cited")
        if form == "key":
            is_right = is_key(written)
            wanted = f"small letters, digits and hyphens, at most {LONGEST_KEY}"
        elif form == "date":
            is_right, wanted = _is_date(written), "a date such as 2026-11-23"
        else:
            pattern, wanted = _PATTERNS[form]
            is_right = bool(pattern.match(written))
        if not is_right:
            self.problem(node, f"“{name}” is “{written[:60]}”; write {wanted}")
        return written if is_right else None

    def text_of(self, node: Node) -> Text:
        """Return a scalar as a text that knows its lines."""
        if isinstance(node, ScalarNode) and node.style == "|":
            return Text(self.text.file, node.value, self.line(node) + 1)
        source = self.lines[node.start_mark.line : node.end_mark.line + 1]
        return Text(self.text.file, node.value, self.line(node), source, is_literal=False)

    def one_of(self, node: Node, allowed: list[str], name: str) -> str | Bad:
        written = self.scalar(node, ("str",))
        if written is not None and written in allowed:
            return written
        return self.problem(node, f"“{name}” must be one of {', '.join(allowed)}")

    def boolean(self, node: Node, name: str) -> bool | Bad:
        written = self.scalar(node, ("bool",))
        if written is None or written.lower() not in {"true", "false"}:
            return self.problem(node, f"“{name}” must be true or false")
        return written.lower() == "true"

    def number(
        self, node: Node, name: str, extra: Mapping[str, Any], *, is_whole: bool
    ) -> int | Decimal | Bad:
        written = self.scalar(node, ("int",) if is_whole else ("int", "float")) or ""
        pattern = r"\d{1,6}" if is_whole else r"\d{1,4}(\.\d{1,2})?"
        if not re.fullmatch(pattern, written, re.ASCII):
            wanted = "a whole number" if is_whole else "a number such as 0.75"
            return self.problem(node, f"“{name}” must be {wanted}")
        value = int(written) if is_whole else Decimal(written)
        least, most = extra.get("from", 0), extra.get("to", 30_000)
        if not least <= value <= most:
            return self.problem(node, f"“{name}” must be from {least} to {most}")
        return value


def names_of(shape: type[msgspec.Struct]) -> list[str]:
    return [each.name for each in fields_of(shape)]


def is_key(written: str) -> bool:
    """Say whether a word can be the key of something."""
    return bool(_KEY.match(written)) and len(written) <= LONGEST_KEY


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _not_read(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1)
    advice = f"did you mean “{close[0]}”?" if close else f"allowed are {', '.join(known)}"
    return f"“{name[:60]}” is not read here; {advice}"
