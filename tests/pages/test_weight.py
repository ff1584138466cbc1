"""How heavy a page may be, and what its styles may not do."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "training/static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "training/static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_all_styles_together_weigh_at_most_30_kb():
    assert sum(len(path.read_bytes()) for path in STYLES) <= 30_000


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
    """Colours stand in tokens.css; print.css alone may write black and white."""
    for path in STYLES:
        if path.name not in {"tokens.css", "print.css"}:
            found = re.findall(r"#[0-9a-f]{3,8}\b", path.read_text())
            assert found == [], path.name
