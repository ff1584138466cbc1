"""Rich text: HTML in one normal form, made from Markdown or from what an editor sends.

The form is the one in which Tiptap saves: a list item and a table cell hold paragraphs, marks are
nested in one order, nothing stands between blocks. So a text that an editor opened and saved
without a change has the digest it had before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.markers import MARKER

SCHEMES = {"http", "https", "mailto", "tel"}
_MARKS = {"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em"}
_MARK_ORDER = ("a", "strong", "em")
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_LISTS = {"ul", "ol"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"}
_CONTAINERS = {"p", "div", "section", "article", "pre", "dl", "dt", "dd", "figure", "figcaption"}
_TAGS = {*_MARKS, *_HEADINGS, *_LISTS, *_TABLE, *_CONTAINERS, "li", "blockquote", "br"}
_DEEPEST = 30
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[^>]*>")

_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "image"])
)
_STRICT_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").disable("reference")
_UNREAD = {
    "html_block": "HTML is not read; write Markdown",
    "html_inline": "HTML is not read; write Markdown",
    "image": "pictures are not read; leave the picture out",
    "fence": "code is not read; write it as a paragraph",
    "code_block": "a line indented by four spaces is code, which is not read; remove the indent",
    "code_inline": "code between backticks is not read; remove the backticks",
    "hr": "a rule between paragraphs is not read; use a heading",
}


_Marks = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Run:
    """Text under marks; `text` None is a line break."""

    text: str | None
    marks: _Marks = ()


class _Boundary:
    """Where one block ends and the next begins."""


@dataclass
class _Element:
    """A heading, list, quotation, table, or a part of one of them."""

    tag: str
    start: str = ""
    children: list[_Element | _Run | _Boundary] = field(default_factory=list)


def from_markdown(text: str) -> str:
    """Return Markdown as rich text; HTML in it is shown as written, pictures are not read."""
    return normal_form(_MARKDOWN.render(text))


def normal_form(html: str) -> str:
    """Return HTML cleaned and in the one form in which it is stored; a second pass changes nothing.

    Takes any text. What is not allowed goes, what it held stays; scripts and styles go whole.
    """
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return "".join(_flow(_parse(clean).children, is_top=True))


def plain_form(text: str) -> str:
    """Return plain text as stored: one paragraph, single spaces, Unicode NFC."""
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())


def words(html: str) -> int:
    """Return how many words a rich or plain text has; citations do not count."""
    text = MARKER.sub(
        lambda mark: mark["words"] or mark["term"] or "", unescape(_TAG.sub(" ", html))
    )
    return len(text.split())


def unread_markdown(text: str, *, headings: bool) -> Iterator[tuple[int, str]]:
    """Yield the line (from 0) and the reason of everything in Markdown that would not be read."""
    line = 0
    for token in _STRICT_MARKDOWN.parse(text):
        line = token.map[0] if token.map else line
        if token.type == "heading_open":
            yield from _heading_problems(token, line, headings=headings)
        if token.type in _UNREAD:
            yield line, _UNREAD[token.type]
        for offset, child in _inline_tokens(token):
            if child.type in _UNREAD:
                yield line + offset, _UNREAD[child.type]


def _heading_problems(token: Token, line: int, *, headings: bool) -> Iterator[tuple[int, str]]:
    if not headings:
        yield line, "a heading cannot stand here; headings belong to lessons"
    elif token.tag == "h1":
        yield line, "a first-level heading is the title of the page; begin with ##"
    elif token.tag not in {"h2", "h3"}:
        yield line, "headings go down to ###; use ## or ###"


def _inline_tokens(token: Token) -> Iterator[tuple[int, Token]]:
    """Yield what stands in a paragraph, with the number of lines before it."""
    offset = 0
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            offset += 1
        yield offset, child


class _Parser(HTMLParser):
    """Build a tree of what nh3 returned, which is well-formed.

    Marks become part of the text and containers become boundaries, so only what the normal form
    has is nested.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("")
        self.open: list[tuple[str, _Element, _Marks]] = [("", self.root, ())]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        _tag, parent, marks = self.open[-1]
        if tag == "br":
            parent.children.append(_Run(None))
        elif tag in _MARKS:
            self.open.append((tag, parent, _with_mark(marks, tag, values.get("href", ""))))
        elif tag in _CONTAINERS:
            parent.children.append(_Boundary())
            self.open.append((tag, parent, marks))
        else:
            element = _Element(tag, values.get("start", ""))
            parent.children.append(element)
            self.open.append((tag, element, marks))

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1][0] == tag:
            _tag, element, _marks = self.open.pop()
            if tag in _CONTAINERS:
                element.children.append(_Boundary())

    def handle_data(self, data: str) -> None:
        _tag, parent, marks = self.open[-1]
        parent.children.append(_Run(data, marks))


def _parse(html: str) -> _Element:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root


def _with_mark(marks: _Marks, tag: str, address: str) -> _Marks:
    name, value = _MARKS[tag], unicodedata.normalize("NFC", address.strip())
    if name == "a" and not value:
        return marks
    kept = dict(marks) | {name: value}
    return tuple((mark, kept[mark]) for mark in _MARK_ORDER if mark in kept)


def _flow(
    nodes: Iterable[_Element | _Run | _Boundary], *, is_top: bool = False, depth: int = 0
) -> list[str]:
    """Return the blocks that stand in `nodes`; headings and tables only at the top."""
    blocks: list[str] = []
    runs: list[_Run] = []
    for node in nodes:
        if isinstance(node, _Run):
            runs.append(node)
            continue
        blocks += _tagged("p", _inline(runs))
        runs = []
        if isinstance(node, _Element):
            blocks += _block(node, is_top=is_top, depth=depth + 1)
    return blocks + _tagged("p", _inline(runs))


def _block(node: _Element, *, is_top: bool, depth: int) -> list[str]:
    if depth > _DEEPEST:
        return _tagged("p", _inline(_runs_of(node)))
    if node.tag in _HEADINGS and is_top:
        return _tagged(_HEADINGS[node.tag], _inline(_runs_of(node)))
    if node.tag in _LISTS:
        return _list(node, depth=depth)
    if node.tag == "blockquote":
        return _tagged("blockquote", "".join(_flow(node.children, depth=depth)))
    if node.tag == "table" and is_top:
        return _table(node, depth=depth)
    return _flow(node.children, is_top=is_top, depth=depth)


def _tagged(tag: str, inner: str) -> list[str]:
    return [f"<{tag}>{inner}</{tag}>"] if inner else []


def _runs_of(node: _Element) -> list[_Run]:
    """Return the text in a tree, blocks apart by a space; no recursion, it may be very deep."""
    runs: list[_Run] = []
    waiting: list[_Element | _Run | _Boundary] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, _Run):
            runs.append(current)
            continue
        runs.append(_Run(" "))
        if isinstance(current, _Element):
            waiting += reversed(current.children)
    return runs


def _list(node: _Element, *, depth: int) -> list[str]:
    items = []
    for child in node.children:
        nodes = child.children if isinstance(child, _Element) and child.tag == "li" else [child]
        inner = _flow(nodes, depth=depth)
        if inner:
            first = "" if inner[0].startswith("<p>") else "<p></p>"
            items.append(f"<li>{first}{''.join(inner)}</li>")
    start = node.start[:6] if node.start[:6].isascii() and node.start[:6].isdigit() else "1"
    if not items or node.tag == "ul" or int(start) == 1:
        return _tagged(node.tag, "".join(items))
    return [f'<ol start="{int(start)}">{"".join(items)}</ol>']


def _table(node: _Element, *, depth: int) -> list[str]:
    rows, others = [], []
    for part in _rows_and_others(node):
        if part.tag != "tr":
            others += _flow([part], depth=depth)
            continue
        cells = [
            (cell.tag, "".join(_flow(cell.children, depth=depth)))
            for cell in part.children
            if isinstance(cell, _Element)
        ]
        if any(inner for _tag, inner in cells):
            row = "".join(f"<{tag}>{inner or '<p></p>'}</{tag}>" for tag, inner in cells)
            rows.append(f"<tr>{row}</tr>")
    return others + _tagged("table", "".join(_tagged("tbody", "".join(rows))))


def _rows_and_others(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table, and what else stands in it, such as its caption."""
    for child in table.children:
        if not isinstance(child, _Element):
            continue
        if child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child.children if isinstance(row, _Element))
        else:
            yield child


def _inline(runs: Iterable[_Run]) -> str:
    """Return runs as HTML, marks opened and closed as an editor writes them."""
    out: list[str] = []
    open_marks: list[tuple[str, str]] = []
    for run in _merged(_trimmed(runs)):
        kept = _shared(open_marks, run.marks)
        out += [f"</{name}>" for name, _value in reversed(open_marks[kept:])]
        out += [_opening(mark) for mark in run.marks[kept:]]
        open_marks = list(run.marks)
        out.append("<br>" if run.text is None else _escaped(run.text))
    out += [f"</{name}>" for name, _value in reversed(open_marks)]
    return "".join(out)


def _shared(open_marks: list[tuple[str, str]], marks: _Marks) -> int:
    count = 0
    for ours, theirs in zip(open_marks, marks, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def _opening(mark: tuple[str, str]) -> str:
    name, value = mark
    return f'<a href="{escape(value)}">' if name == "a" else f"<{name}>"


def _escaped(text: str) -> str:
    """Return text for HTML. A stroke that would melt into the `>` before it is written out."""
    escaped = escape(unicodedata.normalize("NFC", text), quote=False)
    return (
        f"&#824;{escaped[1:]}"
        if escaped.startswith("\N{COMBINING LONG SOLIDUS OVERLAY}")
        else escaped
    )


def _trimmed(runs: Iterable[_Run]) -> list[_Run]:
    """Return runs with single spaces between words and none at the ends of lines."""
    kept: list[_Run] = []
    after_space = True
    for run in runs:
        if run.text is None:
            _trim_end(kept)
            if kept:
                kept.append(run)
            after_space = True
            continue
        text = _SPACE.sub(" ", run.text)
        text = text.lstrip(" ") if after_space else text
        if text:
            kept.append(_Run(text, run.marks))
            after_space = text.endswith(" ")
    _trim_end(kept)
    while kept and kept[-1].text is None:
        kept.pop()
        _trim_end(kept)
    return kept


def _trim_end(runs: list[_Run]) -> None:
    """Remove the spaces after the last word, which may stand in several runs."""
    while runs and runs[-1].text is not None:
        last = runs.pop()
        trimmed = (last.text or "").rstrip(" ")
        if trimmed:
            runs.append(_Run(trimmed, last.marks))
            return


def _merged(runs: Iterable[_Run]) -> list[_Run]:
    merged: list[_Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and last.text is not None and run.text is not None and last.marks == run.marks:
            merged[-1] = _Run(last.text + run.text, run.marks)
        else:
            merged.append(run)
    return merged
