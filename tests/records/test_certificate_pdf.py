"""The certificate as a document: every name is drawn, and read back as it is written."""

from __future__ import annotations

import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdf
import pytest
import typst
import zxingcpp
from PIL import Image

from tests.tools import poppler
from training.records import certificate_pdf, certificate_text
from training.records.certificate_pdf import SUBSTITUTE, Wording, draw_certificate

CODE = "0123456-789ABCD-EFGHJKM-NPQRSTV"
VERIFY_URL = f"https://training.elderbrook.example/verify/{CODE}/"
NAMES = {
    "Squamish": "Sḵwx̱wú7mesh",
    "Musqueam": "xʷməθkʷəy̓əm",
    "Inuktitut": "ᐃᓄᒃᑎᑐᑦ",
    "Vietnamese": "Nguyễn Thị",
    "Arabic": "محمد",
    "Chinese": "李小龙",
    "apostrophe, hyphen and tilde": "O'Brien-Ñandú",
    "90 letters": "Wolfeschlegelsteinhausenbergerdorff Maria-Theresia de la Santísima Trinidad "
    "y Todos Santos",
    "a mark and the same letter without it": "Nguyễn xʷməθkʷəy̓əm yx Sḵwx̱wú7mesh",
    "decomposed": unicodedata.normalize("NFD", "Nguyễn Thị"),
    "two marks on one letter": "ḵ̓ʷit̕θ ƛ̓əm",
    "Saanich": "W̱SÁNEĆ",
    "Tsleil-Waututh": "səl̓ilwətaʔɬ",
    "Latin and Arabic": "Lena محمد",
    "Arabic of three words": "محمد علي حسن",
    "one word that no line holds": "W" * 200,
    "Hindi": "प्रिया शर्मा",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Korean": "김민준",
    "ligatures": "Office ffl fi",
    "what typst would run": '#panic("x") \\ * _ $',
}
BIDI_CONTROLS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))


def wording(name: str = "Lena Larkspur", **changes) -> Wording:
    return replace(
        Wording(
            language="en",
            title="Certificate of completion: Green bins",
            description="Who has completed Green bins",
            organisation="Town of Elderbrook",
            kind="Certificate of completion",
            name=name,
            sentence="has completed the course",
            course="Green bins: what goes in, and why it matters to xʷməθkʷəy̓əm",
            facts=(("Completed on", "23 November 2026"), ("Hours", "1.5"), ("Release", "1")),
            verify="Verify at https://training.elderbrook.example/verify/ with the code",
            code=CODE,
            qr_alt="QR code that leads to the page which verifies this certificate",
            logo_alt="Logo of Town of Elderbrook",
        ),
        **changes,
    )


def draw(name: str = "Lena Larkspur", *, logo: bytes | None = None, **changes):
    at = datetime(2026, 11, 23, 18, tzinfo=UTC)
    return draw_certificate(wording(name, **changes), verify_url=VERIFY_URL, logo=logo, at=at)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.translate(BIDI_CONTROLS).splitlines()]


def read_by_pypdf(body: bytes) -> str:
    return " ".join(" ".join(lines(pypdf.PdfReader(BytesIO(body)).pages[0].extract_text())).split())


def read_by_poppler(body: bytes, mode: str) -> str:
    done = subprocess.run(
        [poppler.find() or "", mode, "-", "-"], input=body, capture_output=True, check=True
    )
    return " ".join(" ".join(lines(done.stdout.decode())).split())


def elements(body: bytes):
    with pikepdf.open(BytesIO(body)) as pdf:
        for element in certificate_text.elements(pdf.Root.StructTreeRoot.K):
            yield str(element.S), {key: str(element[key]) for key in element if key != "/K"}


def name_said(body: bytes) -> list[str]:
    return [said["/ActualText"] for _, said in elements(body) if "/ActualText" in said]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
class TestAName:
    def test_is_drawn_with_the_fonts_of_the_project(self, name):
        assert draw(name).trouble == ""

    def test_is_read_back_by_pypdf_exactly(self, name):
        read = read_by_pypdf(draw(name).body)
        assert f"Certificate of completion {name} has completed the course" in read

    @pytest.mark.parametrize("mode", ["-raw", "-layout"])
    def test_is_read_back_by_pdftotext_exactly(self, name, mode):
        if poppler.find() is None:
            pytest.skip(poppler.MISSING)
        read = read_by_poppler(draw(name).body, mode)
        assert f"Certificate of completion {name} has completed the course" in read

    def test_is_what_a_screen_reader_gets(self, name):
        assert name_said(draw(name).body) == [name]

    def test_fits_one_page(self, name):
        assert len(pypdf.PdfReader(BytesIO(draw(name).body)).pages) == 1


def test_the_rest_of_the_page_is_read_back_too():
    read = read_by_pypdf(draw("xʷməθkʷəy̓əm").body)
    for text in ("Town of Elderbrook", "23 November 2026", "Hours 1.5", "Release 1", CODE):
        assert text in read


def test_the_longest_texts_that_can_be_stored_fit_one_page():
    long = "Wolfeschlegel " * 14
    body = draw(long.strip(), course=long.strip(), organisation=long.strip()).body
    assert len(pypdf.PdfReader(BytesIO(body)).pages) == 1


def test_the_file_declares_that_screen_readers_can_read_it():
    body = draw().body
    with pikepdf.open(BytesIO(body)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    tags = list(elements(body))
    assert [kind for kind, _ in tags].count("/H1") == 1
    assert [said["/Alt"] for kind, said in tags if kind == "/Figure"] == [wording().qr_alt]


def test_nothing_on_the_page_needs_a_font_of_the_reader():
    with pikepdf.open(BytesIO(draw("李小龙 محمد ᐃᓄᒃᑎᑐᑦ").body)) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            described = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(described.keys())


def test_the_same_certificate_is_drawn_to_the_same_bytes():
    assert draw().body == draw().body


def test_certificates_drawn_at_once_are_all_right():
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(draw, NAMES.values()))
    assert [made.body for made in drawn] == [draw(name).body for name in NAMES.values()]


def test_the_logo_has_a_text_of_its_own():
    picture = BytesIO()
    Image.new("RGBA", (300, 100), "#0b5650").save(picture, "PNG")
    made = draw(logo=picture.getvalue())
    assert made.trouble == ""
    alts = [said["/Alt"] for kind, said in elements(made.body) if kind == "/Figure"]
    assert alts[0] == "Logo of Town of Elderbrook"


@pytest.mark.parametrize("letter", ["\U00010fff", "\u0378", "🌿"])
def test_a_letter_that_no_font_has_stands_out_and_staff_are_told(letter):
    made = draw(f"Lena {letter} Larkspur")
    assert f"U+{ord(letter):04X}" in made.trouble and SUBSTITUTE in made.trouble
    with pikepdf.open(BytesIO(made.body)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert name_said(made.body) == [f"Lena {letter} Larkspur"]


def test_a_page_that_the_standard_refuses_is_made_without_it(monkeypatch):
    real = typst.compile

    def refuse(*args, pdf_standards, **kwargs):
        if pdf_standards:
            raise typst.TypstError("PDF/UA-1 error: it does not like this")
        return real(*args, pdf_standards=pdf_standards, **kwargs)

    monkeypatch.setattr(certificate_pdf.typst, "compile", refuse)
    made = draw()
    assert "Lena Larkspur" in read_by_pypdf(made.body)
    assert "does not like this" in made.trouble


def test_a_page_that_is_not_built_as_expected_is_given_as_it_is(monkeypatch):
    monkeypatch.setattr(certificate_text, "NAME_LANGUAGE", "none")
    made = draw()
    assert "Lena Larkspur" in read_by_pypdf(made.body)
    assert "text layer" in made.trouble


def test_the_qr_code_holds_the_address_of_the_verification_page():
    if poppler.find("pdftoppm") is None:
        pytest.skip(poppler.MISSING)
    drawn = subprocess.run(
        [poppler.find("pdftoppm") or "", "-png", "-r", "110", "-"],
        input=draw().body,
        capture_output=True,
        check=True,
    )
    scanned = zxingcpp.read_barcodes(Image.open(BytesIO(drawn.stdout)))
    assert [code.text for code in scanned] == [VERIFY_URL]
