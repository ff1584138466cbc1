"""Rich text: one normal form, safe, the same after any number of passes."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.markers import mentions_in, strays_in
from courses.richtext import from_markdown, normal_form, plain_form, unread_markdown, words

STROKE = "\N{COMBINING LONG SOLIDUS OVERLAY}"
TAGS = [
    "p",
    "ul",
    "li",
    "ol",
    "strong",
    "em",
    "h1",
    "h3",
    "div",
    "blockquote",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "button",
]
PIECES = st.sampled_from(
    [f"<{tag}>" for tag in TAGS]
    + [f"</{tag}>" for tag in TAGS]
    + ["<br>", "<ol start=3>", "<a href='https://a.example'>", "</a>", "<script>x</script>"]
    + ["&amp;", "&lt;", "&#824;", "<", "=", " ", "\n", "word ", "[@a]", "[[b]]"]
    + ["e", "é", STROKE, "\N{COMBINING ACUTE ACCENT}"]
)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("One\ntwo", "<p>One two</p>"),
        ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\n  - b", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
        ("3. c\n4. d", '<ol start="3"><li><p>c</p></li><li><p>d</p></li></ol>'),
        ("**a *b***", "<p><strong>a <em>b</em></strong></p>"),
        ("## A\n\ntext", "<h2>A</h2><p>text</p>"),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        (
            "|A|B|\n|-|-|\n|1|2|",
            "<table><tbody><tr><th><p>A</p></th><th><p>B</p></th></tr>"
            "<tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>",
        ),
        ("A claim.[@one][@two]", "<p>A claim.[@one][@two]</p>"),
        ("A [[term|word]].", "<p>A [[term|word]].</p>"),
        ("[a](https://a.example)", '<p><a href="https://a.example">a</a></p>'),
    ],
)
def test_markdown_becomes_the_normal_form(markdown, html):
    assert from_markdown(markdown) == html
    assert normal_form(html) == html


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("<li>a</li>", "<p>a</p>"),
        ("<ul>\n <li>a</li>\n</ul>\n<p> b </p>", "<ul><li><p>a</p></li></ul><p>b</p>"),
        ("<h1>a</h1><h4>b</h4>", "<h2>a</h2><h3>b</h3>"),
        ("<em><strong>a</strong></em>", "<p><strong><em>a</em></strong></p>"),
        ("<b>a</b><strong>b</strong>", "<p><strong>ab</strong></p>"),
        ("<p></p><p><br></p>", ""),
        ('<p class="x" style="color: red">a</p>', "<p>a</p>"),
        ('<td colspan="1">a</td>', "<p>a</p>"),
        ("<p>e\N{COMBINING ACUTE ACCENT}</p>", "<p>é</p>"),
    ],
)
def test_what_an_editor_sends_becomes_the_normal_form(written, html):
    assert normal_form(written) == html


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_a_second_pass_changes_nothing(html):
    once = normal_form(html)
    assert normal_form(once) == once


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_normal_form_is_in_unicode_nfc(html):
    """Otherwise the bytes that are hashed would be other ones than those that were made."""
    once = normal_form(html)
    assert unicodedata.normalize("NFC", once) == once


@pytest.mark.protection
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">a</a>',
        '<a href="JaVaScRiPt&#58;alert(1)">a</a>',
        '<p onclick="alert(1)">a</p>',
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        f"<p{STROKE}<script>alert(1)</script>",
        "<iframe src='https://a.example'></iframe>",
        "<base href='https://a.example'>",
    ],
)
def test_nothing_that_runs_or_loads_is_left(hostile):
    for html in (normal_form(hostile), from_markdown(hostile)):
        for sign in ("<script", "<img", "<svg", "<iframe", "<base", "<a ", "<style"):
            assert sign not in html
        assert "<p>" in html or not html


@pytest.mark.parametrize("tag", ["<em>", "<ul><li>", "<blockquote>", "<section><li>", "<div>"])
def test_text_that_is_nested_very_deep_stays_text(tag):
    html = normal_form(tag * 3000 + "word")
    assert words(html) == 1
    assert normal_form(html) == html


@pytest.mark.parametrize(
    ("markdown", "line", "reason"),
    [
        ("a\n\n# b", 2, "first-level"),
        ("a\n\n#### b", 2, "go down to ###"),
        ("a\n<b>b</b>", 1, "HTML"),
        ("<div>\n</div>", 0, "HTML"),
        ("a\n\nb\n![c](d.png)", 3, "pictures"),
        ("a\n\n```\nb\n```", 2, "code"),
        ("a\n\n    b", 2, "code"),
        ("a `b`", 0, "backticks"),
        ("a\n\n***\n", 2, "rule"),
    ],
)
def test_what_would_not_be_read_is_named_with_its_line(markdown, line, reason):
    found = list(unread_markdown(markdown, headings=True))
    assert found
    assert found[0][0] == line
    assert reason in found[0][1]


def test_headings_are_refused_where_they_cannot_stand():
    assert list(unread_markdown("## a", headings=True)) == []
    assert "heading" in next(unread_markdown("## a", headings=False))[1]


def test_words_are_counted_without_tags_and_citations():
    assert words("<p>One <strong>two</strong></p><p>three[@four] [[five|six seven]]</p>") == 5
    assert words("<p>[@four]</p>") == 0


def test_plain_text_is_one_paragraph_with_single_spaces():
    assert plain_form(" a\n\n b\tc ") == "a b c"


def test_marks_are_found_in_their_order_and_strays_apart():
    text = "a[@one] [[two]] [[three|other words]] [@Four] [[five"
    assert [mention.key for mention in mentions_in(text)] == ["one", "two", "three"]
    assert strays_in(text) == ["[@Four]", "[[five"]
