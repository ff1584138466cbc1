"""The project's own drawings: small, safe, in the colours of the site, and each one used well."""

from __future__ import annotations

import re
from typing import get_args
from xml.etree import ElementTree

import pytest

from courses.documents import CalloutKind
from courses.drawings import FOLDER, drawing_names

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {
    *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("text", "tspan"),
}
COLOURS = re.compile(r"none|currentColor|var\(--[a-z-]+\)")
TOKENS = (FOLDER.parents[2] / "training/static/css/tokens.css").read_text()


@pytest.mark.parametrize("name", drawing_names())
def test_a_drawing_is_small_and_adapts_to_the_page(name):
    text = (FOLDER / f"{name}.svg").read_text()
    assert len(text.encode()) <= 6_000
    root = ElementTree.fromstring(text)  # noqa: S314 (our own file)
    assert root.get("viewBox")
    assert root.get("class", "icon") == "icon"
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        for attribute, value in element.attrib.items():
            assert attribute not in {"style", "id", "href"}, attribute
            assert attribute != "class" or element is root
            assert not attribute.startswith("on")
            if attribute in {"fill", "stroke", "color", "stop-color"}:
                assert COLOURS.fullmatch(value), value
    for token in re.findall(r"var\((--[a-z-]+)\)", text):
        assert f"{token}:" in TOKENS


@pytest.mark.parametrize("name", drawing_names())
def test_a_drawing_is_no_template(name):
    assert not re.search(r"{[%{#]", (FOLDER / f"{name}.svg").read_text())


ICONS = sorted((FOLDER.parent / "blocks" / "icons").glob("*.html"))
TEMPLATES = FOLDER.parents[1]


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_of_a_block_is_one_of_the_family_and_says_nothing_to_screen_readers(icon):
    root = ElementTree.fromstring(icon.read_text())  # noqa: S314 (our own file)
    assert len(icon.read_bytes()) <= 300
    assert root.attrib == {"class": "icon", "viewBox": "0 0 32 32", "aria-hidden": "true"}
    # Colour and line come from the stylesheet, which knows both schemes.
    assert not {"fill", "stroke", "style"} & {name for part in root for name in part.attrib}


def test_every_kind_of_callout_and_every_block_that_names_itself_has_its_icon():
    found = {icon.stem for icon in ICONS}
    assert set(get_args(CalloutKind)) <= found
    written = " ".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    used = set(re.findall(r"courses/blocks/icons/([a-z-]+)\.html", written))
    assert used | set(get_args(CalloutKind)) == found
