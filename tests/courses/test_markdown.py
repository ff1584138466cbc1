"""Rich text as Markdown and back: nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from courses.markdown import to_markdown
from courses.packages.lessons import _sections
from courses.packages.problems import Findings
from courses.richtext import from_markdown, normal_form
from tests.factories import COURSE_FILES

PLAIN = ["bin", "green", "é", "!", "|", "[@bin-bylaw]", "[[compost]]", "[[compost|good soil]]"]
SIGNS = ["1.", "2)", "- a", "# b", "+ c", "> d", "*e*", "_f_", "<g>", "[h]", "`i`", "~~~"]
WORDS = st.sampled_from([*PLAIN, *SIGNS, "\\", "&amp;"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


PARAGRAPHS = TEXTS.map(lambda text: f"<p>{escaped(text)}</p>")
MARKED = st.tuples(TEXTS, st.sampled_from(["strong", "em"]), TEXTS).map(
    lambda parts: f"<p>a {escaped(parts[0])} <{parts[1]}>x{escaped(parts[2])}x</{parts[1]}> b</p>"
)
LINKS = TEXTS.map(lambda text: f'<p><a href="https://a.example/b?c=1">{escaped(text)}</a></p>')
HEADINGS = st.tuples(st.sampled_from(["h2", "h3"]), TEXTS).map(
    lambda parts: f"<{parts[0]}>{escaped(parts[1])}</{parts[0]}>"
)
ITEMS = st.lists(PARAGRAPHS, min_size=1, max_size=3)
LISTS = st.tuples(st.sampled_from(["ul", "ol"]), ITEMS).map(
    lambda parts: f"<{parts[0]}>{''.join(f'<li>{p}</li>' for p in parts[1])}</{parts[0]}>"
)
NESTED = st.tuples(PARAGRAPHS, LISTS).map(lambda parts: f"<ul><li>{''.join(parts)}</li></ul>")
QUOTES = st.lists(PARAGRAPHS, min_size=1, max_size=2).map(
    lambda parts: f"<blockquote>{''.join(parts)}</blockquote>"
)
TABLES = st.lists(st.tuples(PARAGRAPHS, PARAGRAPHS), min_size=2, max_size=3).map(
    lambda rows: (
        "<table><tbody>"
        + "".join(
            f"<tr><{tag}>{a}</{tag}><{tag}>{b}</{tag}></tr>"
            for tag, (a, b) in zip(["th", "td", "td"], rows, strict=False)
        )
        + "</tbody></table>"
    )
)
DOCUMENTS = st.lists(
    st.one_of(PARAGRAPHS, MARKED, LINKS, HEADINGS, LISTS, NESTED, QUOTES, TABLES),
    min_size=1,
    max_size=4,
).map(lambda blocks: normal_form("".join(blocks)))


@settings(max_examples=400)
@given(DOCUMENTS)
def test_a_text_comes_back_from_markdown_as_it_was(html):
    assert from_markdown(to_markdown(html)) == html


def test_every_text_of_a_shipped_course_comes_back_byte_for_byte(shipped):
    texts = list(texts_of(shipped))
    assert texts
    for text in texts:
        assert to_markdown(from_markdown(text)) == text


@pytest.mark.parametrize("text", ["Three\\\nlines", "1. a\n2. b\n\n   c", "- a\n\n+ b"])
def test_breaks_and_lists_come_back(text):
    html = from_markdown(text)
    assert from_markdown(to_markdown(html)) == html


def texts_of(folder: Path):
    """Yield the Markdown of a course: its texts outside and inside of YAML."""
    yaml = YAML(typ="safe")
    yield yaml.load(folder / "course.yaml")["description"].strip()
    yield from (term["definition"].strip() for term in yaml.load(folder / "terms.yaml"))
    for file in sorted(folder.glob("lessons/*.md")):
        lines = file.read_text().split("\n")
        end = lines.index("---", 1)
        for section in _sections(file.name, lines, end + 1, Findings()):
            written = "\n".join(section.lines)
            if section.type in {"prose", "callout", "reflection"} and written.strip():
                yield written.strip()
            elif section.type == "scenario":
                scene = yaml.load(written)
                outcomes = [choice["outcome"] for choice in scene["choices"]]
                yield from (text.strip() for text in (scene["situation"], scene["why"], *outcomes))


def test_the_small_course_comes_back_too():
    for text in texts_of(COURSE_FILES / "green-bins"):
        assert to_markdown(from_markdown(text)) == text
