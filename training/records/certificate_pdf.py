"""A certificate as a PDF of one page, tagged for screen readers (PDF/UA-1), set by typst.

The fonts come with the project's own install, so that a name looks the same on every machine and
no letter becomes a box. A letter that none of them has is shown as �, the text says it rightly,
and `trouble` says what somebody should look at.
"""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import fontpkg_noto_sans_devanagari
import fontpkg_noto_serif
import manimgx_fonts_cjk
import pikepdf
import segno
import typst

from training.records.certificate_text import mend_text

HERE = Path(__file__).parent
TEMPLATE = HERE / "certificate.typ"
FONT_PACKAGES = (
    fontpkg_noto_sans,
    fontpkg_noto_serif,
    fontpkg_noto_sans_arabic,
    fontpkg_noto_sans_devanagari,
    manimgx_fonts_cjk,
)
STANDARD: typst.PDFStandard = "ua-1"
SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
UNCOVERED = re.compile(r'the text `(".*?")` could not be displayed')
RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
MOST_SUBSTITUTES = 50
# A file that is not built as expected; the certificate is worth more than its text layer.
MENDING_FAILED = (pikepdf.PdfError, LookupError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Wording:
    """Everything a certificate says, in the language in which it is made."""

    language: str
    title: str
    description: str
    organisation: str
    kind: str
    name: str
    sentence: str
    course: str
    facts: tuple[tuple[str, str], ...]
    verify: str
    code: str
    qr_alt: str
    logo_alt: str


@dataclass(frozen=True)
class CertificatePdf:
    """A file, and what staff should know about how it came out: "" when all is well."""

    body: bytes
    trouble: str = ""


@dataclass
class Setting:
    """One try at setting a certificate."""

    wording: Wording
    pictures: Mapping[str, str | None]
    at: datetime
    substituted: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def set(self, standards: list[typst.PDFStandard]) -> bytes:
        """Return the page as typst sets it; raises typst.TypstError."""
        given = {**as_shown(self.wording, self.substituted), **self.pictures}
        return typst.compile(
            str(TEMPLATE),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"certificate": json.dumps(given)},
            pdf_standards=standards,
            timestamp=int(self.at.timestamp()),
        )


def draw_certificate(
    wording: Wording, *, verify_url: str, logo: bytes | None, at: datetime
) -> CertificatePdf:
    """Return the certificate as a file, whatever the name; `logo` is a PNG.

    The same input gives the same bytes, as long as typst and the fonts are the same.
    """
    pictures = {"qr": qr_code(verify_url), "logo": as_svg(logo) if logo else None}
    setting = Setting(wording, pictures, at)
    body = set_page(setting)
    try:
        body = mend_text(body, name=wording.name)
    except MENDING_FAILED as error:
        setting.notes.append(f"The text layer could not be mended ({error!r}).")
    if setting.substituted:
        letters = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(setting.substituted))
        setting.notes.insert(0, f"No font has {letters}: shown as {SUBSTITUTE}.")
    return CertificatePdf(body, " ".join(setting.notes))


def set_page(setting: Setting) -> bytes:
    """Return the page with every letter that no font has replaced by one that stands out."""
    for _ in range(MOST_SUBSTITUTES):
        try:
            return setting.set([STANDARD])
        except typst.TypstError as error:
            missing = uncovered(error) - setting.substituted
            if not missing:
                setting.notes.append(f"It is not PDF/UA-1 ({error}).")
                break
            setting.substituted |= missing
    return setting.set([])


def uncovered(error: typst.TypstError) -> set[str]:
    """Return the letters of which typst says that no font has them."""
    texts = (
        ast.literal_eval(RUST_ESCAPE.sub(lambda code: f"\\U{int(code[1], 16):08x}", quoted))
        for quoted in UNCOVERED.findall(f"{error}\n{getattr(error, 'diagnostic', '')}")
    )
    return {letter for text in texts for letter in text} - {SUBSTITUTE}


def as_shown(wording: Wording, substituted: set[str]) -> dict[str, object]:
    """Return the wording with the substitute in place of letters that cannot be shown."""
    table = {ord(letter): SUBSTITUTE for letter in substituted}
    return {
        key: value.translate(table) if isinstance(value, str) else value
        for key, value in asdict(wording).items()
    }


@cache
def fonts() -> typst.Fonts:
    """Return the fonts of the project; read once in a process, and shared by its threads."""
    folders = [Path(package.__file__).parent for package in FONT_PACKAGES]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[HERE / "fonts", *folders],
    )


def qr_code(address: str) -> str:
    """Return an address as a picture that a telephone's camera reads."""
    return str(segno.make(address, error="m").svg_inline(border=2, omitsize=True, dark="#1b2626"))


def as_svg(png: bytes) -> str:
    """Return a PNG inside an SVG: the template is given texts, and this is one."""
    width = int.from_bytes(png[16:20])
    height = int.from_bytes(png[20:24])
    source = quoteattr("data:image/png;base64," + base64.b64encode(png).decode("ascii"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href={source}/></svg>'
    )
