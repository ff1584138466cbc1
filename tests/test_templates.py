"""Templates: every text can be translated, nothing needs an inline script or style, forms hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("templates", "training", "courses", "quizzes")
UNTRANSLATED = {"Groundwork"}
READ_ALOUD = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}

COMMENT = re.compile(r"{#.*?#}|<!--.*?-->|{% comment\b.*?{% endcomment %}", re.DOTALL)
TRANSLATED = re.compile(r"{% blocktrans(late)?\b.*?{% endblocktrans(late)? %}", re.DOTALL)
CODE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
TRANSLATION = re.compile(r"{% (?:blocktrans|trans)|_\(")
TEXT_IN_FILTER = re.compile(r"\|(?:default|default_if_none|yesno|pluralize):[\"'][^\"']*[a-z]")
TEXT_FOR_ANOTHER = re.compile(r"{% (?:include|with)\b[^%]*=\s*[\"'][^\"'/.]*[a-z] [a-z]")
LETTER = re.compile(r"[^\W\d_]")
POST_FORM = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)
# Forms for people who are not signed in: there is no owner to name.
PUBLIC_FORMS = {
    "templates/learning/verify.html",
    # For whoever has a reviewer's link: they have no account to sign in with.
    "templates/learning/review.html",
    "templates/learning/review_comment.html",
    "templates/learning/review_credit.html",
    "templates/learning/review_decide.html",
}


def templates(*suffixes: str) -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for suffix in suffixes
        for path in sorted((ROOT / folder).rglob(f"*{suffix}"))
        if folder == "templates" or "templates" in path.parts
    ]


def untranslated(source: str) -> str:
    """Return a template without comments and without what stands in blocktranslate."""
    return blanked(TRANSLATED, blanked(COMMENT, source))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return the text without what matches; its lines keep their numbers."""
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text)


class Page(HTMLParser):
    """What stands in a template for people to read, and what a strict CSP would refuse."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.refused: list[str] = []
        self._tags: list[str] = []
        self.feed(blanked(CODE, source))
        self.close()

    def at(self, what: str) -> str:
        return f"line {self.getpos()[0]}: {what.strip()}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._tags.append(tag)
        if tag == "style" or (tag == "script" and "src" not in values):
            self.refused.append(self.at(f"<{tag}>"))
        for name, value in attrs:
            if name == "style" or name.startswith("on") or "javascript:" in (value or ""):
                self.refused.append(self.at(f"{name}={value!r}"))
            is_button = tag == "input" and values.get("type") in {"submit", "button"}
            if name in READ_ALOUD or (is_button and name == "value"):
                self.read(value or "")

    def handle_data(self, data: str) -> None:
        if self._tags[-1:] != ["script"]:
            self.read(data)

    def handle_endtag(self, tag: str) -> None:
        self._tags.append(f"/{tag}")

    def read(self, text: str) -> None:
        words = " ".join(word for word in text.split() if word.strip(".,–") not in UNTRANSLATED)
        if LETTER.search(words):
            self.texts.append(self.at(words))


def texts(source: str) -> list[str]:
    """Return what people would read as it stands, whatever their language."""
    return Page(untranslated(source)).texts + texts_in_code(untranslated(source))


def texts_in_code(source: str) -> list[str]:
    """Return texts that template code passes on to people without having them translated."""
    return [
        code
        for code in CODE.findall(source)
        if not TRANSLATION.search(code)
        and (TEXT_IN_FILTER.search(code) or TEXT_FOR_ANOTHER.search(code))
    ]


@pytest.mark.parametrize("path", templates(".html"), ids=named)
def test_every_text_of_a_page_can_be_translated(path):
    assert not texts(path.read_text())


@pytest.mark.parametrize("path", templates(".txt"), ids=named)
def test_every_text_of_a_message_can_be_translated(path):
    source = untranslated(path.read_text())
    assert not LETTER.search(blanked(CODE, source))
    assert not texts_in_code(source)


@pytest.mark.parametrize("path", templates(".html"), ids=named)
def test_a_page_has_no_inline_script_or_style(path):
    assert not Page(blanked(COMMENT, path.read_text())).refused


@pytest.mark.parametrize("path", templates(".html"), ids=named)
def test_every_form_that_posts_carries_its_tokens(path):
    for form in POST_FORM.findall(path.read_text()):
        assert "{% csrf_token %}" in form or 'name="csrfmiddlewaretoken"' in form
        if "/learning/" in named(path) and named(path) not in PUBLIC_FORMS:
            assert "{% owner_field" in form


@pytest.mark.parametrize(
    "source",
    [
        "<p>Words</p>",
        '<img alt="Words" src="a.png">',
        '<input type="submit" value="Save">',
        '{% include "a.html" with title="Some words" %}',
        '{{ name|default:"nobody" }}',
        'item{{ count|pluralize:"s" }}',
        "<p>{% if more %}<b>Ça</b>{% endif %}</p>",
    ],
)
def test_an_untranslated_text_is_found(source):
    assert texts(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "Words" %} {{ name }} – Groundwork',
        "{% blocktranslate trimmed count n=n %}<b>{{ n }}</b> word{% plural %}words"
        "{% endblocktranslate %}",
        '{% include "a.html" with title=_("Some words") kind="key-idea" %}{# Words #}',
        '<p {% if is_new %}class="new here"{% endif %} aria-label="{% translate "Words" %}">1</p>',
    ],
)
def test_a_translated_text_is_left_alone(source):
    assert not texts(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>go()</script>",
        '<p style="x">',
        '<p onclick="x">',
        '<a href="javascript:go()">',
        '{% blocktranslate %}<b style="x">Words</b>{% endblocktranslate %}',
    ],
)
def test_an_inline_script_or_style_is_found(source):
    assert Page(source).refused


def test_no_sentence_ends_in_a_time_of_day():
    """In English a time ends in “a.m.” or “p.m.”: a full stop after it would stand there twice."""
    ends_in_time = re.compile(
        r'(\w+)=[\w.]+\|date:"DATETIME_FORMAT"(?:(?!endblocktranslate).)*\{\{ \1 \}\}\.', re.DOTALL
    )
    pages = (ROOT / "templates").rglob("*.html")
    assert [page.name for page in pages if ends_in_time.search(page.read_text())] == []
