"""Rich text as Markdown: the way back from richtext.from_markdown.

For text in normal form, `from_markdown(to_markdown(text)) == text`, but for what Markdown cannot
say: see `to_markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from courses.markers import MARKER

_MARKS = {"strong": "**", "em": "*"}
_BLOCKS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "tbody", "tr", "th", "td"}
# What begins or ends a mark of Markdown wherever it stands in a line.
_SPECIAL = re.compile(r"[\\`*_<\[\]]|&(?=#?\w+;)|!(?=\[)")
_LINE_START = re.compile(r"^(?:([#>+=-]|~(?=~~))|(\d{1,9})([.)])(?=\s|$))")


@dataclass
class _Node:
    tag: str
    start: str = ""
    children: list[_Node] = field(default_factory=list)
    text: str = ""


class _Parser(HTMLParser):
    """Build the tree of blocks; what stands in a paragraph becomes Markdown at once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Node("")]
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            node = _Node(tag, values.get("start", ""))
            self.open[-1].children.append(node)
            self.open.append(node)
        elif tag == "br":
            self.open[-1].text += "\\\n"
        elif tag == "a":
            self.links.append(values.get("href", ""))
            self.open[-1].text += "["
        else:
            self.open[-1].text += _MARKS[tag]

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.open.pop()
        elif tag == "a":
            self.open[-1].text += f"]({_address(self.links.pop())})"
        elif tag in _MARKS:
            self.open[-1].text += _MARKS[tag]

    def handle_data(self, data: str) -> None:
        self.open[-1].text += _escaped(data)


def to_markdown(html: str) -> str:
    """Return rich text in normal form as Markdown, paragraphs on one line each.

    Markdown has no empty paragraph, no line break or list inside a table cell and no table without
    a heading row; such text comes near, and loses no word.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return "\n\n".join(_blocks(parser.open[0].children))


def _blocks(nodes: Iterable[_Node]) -> Iterator[str]:
    before = ""
    marker = "-"
    for node in nodes:
        # Two lists in a row would be read as one, were their markers the same.
        is_next_list = node.tag == before and node.tag in {"ul", "ol"}
        marker = _OTHER[marker] if is_next_list else "-"
        yield _block(node, marker)
        before = node.tag


_OTHER = {"-": "+", "+": "-"}


def _block(node: _Node, marker: str) -> str:
    match node.tag:
        case "h2" | "h3":
            return "#" * int(node.tag[1]) + " " + re.sub(r"(#+)$", r"\\\1", node.text)
        case "ul" | "ol":
            return _list(node, marker)
        case "blockquote":
            inner = "\n\n".join(_blocks(node.children))
            return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
        case "table":
            return _table(node)
    return _at_line_starts(node.text)


def _list(node: _Node, marker: str) -> str:
    first = int(node.start or 1)
    written = []
    is_loose = False
    for number, item in enumerate(node.children, first):
        sign = marker if node.tag == "ul" else f"{number}{'.' if marker == '-' else ')'}"
        inner = list(_blocks(item.children))
        # A list right below the first line needs no blank line, anything else does.
        tags = [child.tag for child in item.children]
        is_tight = len(tags) < 2 or (len(tags) == 2 and tags[1] in {"ul", "ol"})
        is_loose = is_loose or not is_tight
        lines = ("\n" if is_tight else "\n\n").join(inner).split("\n")
        indent = " " * (len(sign) + 1)
        rest = [f"{indent}{line}" if line else "" for line in lines[1:]]
        written.append("\n".join([f"{sign} {lines[0]}".rstrip(), *rest]))
    return ("\n\n" if is_loose else "\n").join(written)


def _table(node: _Node) -> str:
    rows = [row.children for body in node.children for row in body.children]
    width = max(len(row) for row in rows)
    lines = []
    for number, row in enumerate(rows):
        cells = [_cell(cell) for cell in row] + [""] * (width - len(row))
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("|" + "---|" * width)
    return "\n".join(lines)


def _cell(cell: _Node) -> str:
    texts = [child.text.replace("\\\n", " ") for child in _paragraphs(cell)]
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text for text in texts if text))


def _paragraphs(node: _Node) -> Iterator[_Node]:
    for child in node.children:
        if child.tag == "p":
            yield child
        yield from _paragraphs(child)


def _escaped(text: str) -> str:
    """Return text in which nothing means anything to Markdown but our own marks."""
    out = []
    at = 0
    for mark in MARKER.finditer(text):
        out += [_SPECIAL.sub(r"\\\g<0>", text[at : mark.start()]), mark[0]]
        at = mark.end()
    return "".join([*out, _SPECIAL.sub(r"\\\g<0>", text[at:])])


def _at_line_starts(text: str) -> str:
    """Return lines that begin nothing but a paragraph."""

    def escape(found: re.Match[str]) -> str:
        return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"

    return "\n".join(_LINE_START.sub(escape, line) for line in text.split("\n"))


def _address(address: str) -> str:
    escaped = re.sub(r"[\\<>]", r"\\\g<0>", address)
    return f"<{escaped}>" if re.search(r"[\s()]", address) or not address else escaped
