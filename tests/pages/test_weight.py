"""How heavy a page may be, and what its styles may not do."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "training/static/css").glob("*.css"))
ON_EVERY_PAGE = (ROOT / "templates/components/stylesheets.html").read_text()
SCRIPTS = sorted((ROOT / "training/static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_the_styles_of_any_page_weigh_at_most_30_kb():
    """A page has those of every page, and at most one of its own."""
    shared = [path for path in STYLES if f"css/{path.name}" in ON_EVERY_PAGE]
    own = [path for path in STYLES if path not in shared]
    heaviest = max(len(path.read_bytes()) for path in own)
    assert len(shared) >= 5
    assert sum(len(path.read_bytes()) for path in shared) + heaviest <= 30_000


def test_no_page_has_more_than_one_stylesheet_of_its_own():
    for path in TEMPLATES:
        if path.name != "stylesheets.html":
            assert path.read_text().count('{% static "css/') <= 1, path.name


def test_all_scripts_together_weigh_at_most_15_kb():
    assert sum(len(path.read_bytes()) for path in SCRIPTS) <= 15_000


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_is_forced_or_comes_from_elsewhere(path):
    assert not re.search(r"!important|@import|url\(", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_styles_or_scripts_in_place(path):
    text = path.read_text()
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_colour_is_a_token():
    """Colours stand in tokens.css; only what is for paper may write black, white and grey."""
    for path in STYLES:
        if path.name not in {"tokens.css", "print.css"}:
            found = re.findall(r"#[0-9a-f]{3,8}\b", path.read_text().split("@media print")[0])
            assert found == [], path.name
