"""The text in a certificate's file: what is copied, searched or read aloud is exactly the name.

typst writes the letters of a name rightly, but what it says about them is wrong where a letter
carries a combining mark (typst/typst#8767): x̱ is read as x̱ for every x. Two readers are served:
those that go by each glyph get a mended glyph-to-text table, those that go by stretches get the
whole name as one stretch. In the template the name is the text whose language is undetermined.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate, chain
from typing import Any

import pikepdf
from pikepdf import Name, Object, Operator

NAME_LANGUAGE = "und"
PAIR = re.compile(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]*)>")
TABLE = re.compile(r"\d+ beginbfchar.*endbfchar", re.DOTALL)
ROWS_A_TABLE = 100
MOST_TRIES = 5000

Glyph = tuple[str, int]
"""A font of the page, and the number of a glyph in it."""
Instruction = tuple[list[Any], str]
"""An operator of the page with its operands."""
Instructions = list[Instruction]


class NameNotFound(ValueError):
    """The page has no stretch that is marked as the name."""


@dataclass(frozen=True)
class Run:
    """Glyphs that are drawn at once, in the order in which they are read."""

    glyphs: list[Glyph]
    is_backwards: bool

    def __iter__(self) -> Iterator[Glyph]:
        return iter(self.glyphs)

    def __len__(self) -> int:
        return len(self.glyphs)


@dataclass
class Stretch:
    """The part of a page that draws the name."""

    first: int
    last: int
    runs: list[Run]


def mend_text(file: bytes, *, name: str) -> bytes:
    """Return the file with a text layer that says `name` where the name is drawn.

    Raises NameNotFound, or pikepdf.PdfError, when the file is not built as the template builds it.
    """
    with pikepdf.open(BytesIO(file)) as pdf:
        page = pdf.pages[0]
        instructions = [
            (list(each.operands), str(each.operator)) for each in pikepdf.parse_content_stream(page)
        ]
        element = name_element(pdf)
        element.ActualText = pikepdf.String(name)
        stretch = find_stretch(instructions, mark_ids(element))
        is_said = mend_tables(page, stretch, name)
        if not runs_backwards(name):
            instructions = with_whole_name(instructions, stretch, name)
        elif is_said:
            instructions = with_glyphs_alone(instructions, stretch)
        written = [(operands, Operator(operator)) for operands, operator in instructions]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(written))
        mended = BytesIO()
        pdf.save(mended, deterministic_id=True)
    return mended.getvalue()


# --- Where the name is ---------------------------------------------------------------------------


def name_element(pdf: pikepdf.Pdf) -> Object:
    """Return the element of the structure that holds the name."""
    for element in elements(pdf.Root.StructTreeRoot.K):
        if element.get("/Lang") == NAME_LANGUAGE:
            return element
    raise NameNotFound


def elements(node: Object) -> Iterator[Object]:
    """Yield the elements of the structure below a node."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from elements(node.K)


def mark_ids(element: Object) -> set[int]:
    """Return the marked stretches of the page that an element holds."""
    held: Any = element.get("/K", pikepdf.Array())
    ids: set[int] = set()
    for child in held if isinstance(held, pikepdf.Array) else [held]:
        ids |= mark_ids(child) if isinstance(child, pikepdf.Dictionary) else {int(child)}
    return ids


def find_stretch(instructions: Instructions, marks: set[int]) -> Stretch:
    """Return the stretch from the first to the last instruction that draws the name."""
    opened: list[bool] = []
    within = []
    for position, (operands, operator) in enumerate(instructions):
        if operator in {"BDC", "BMC"}:
            opened.append(mark_id(operands) in marks)
        if any(opened):
            within.append(position)
        if operator == "EMC":
            opened.pop()
    if not within:
        raise NameNotFound
    first, last = within[0], within[-1]
    return Stretch(first, last, list(runs_in(instructions[first : last + 1])))


def runs_in(instructions: Instructions) -> Iterator[Run]:
    """Yield what the text operators draw."""
    font, is_backwards = "", False
    for operands, operator in instructions:
        match operator:
            case "BDC" | "BMC":
                is_backwards = operands[0] == "/ReversedChars"
            case "EMC":
                is_backwards = False
            case "Tf":
                font = str(operands[0])
            case "TJ" | "Tj":
                run = [(font, number) for number in glyph_numbers(operands[0])]
                yield Run(run[::-1] if is_backwards else run, is_backwards)


def mark_id(operands: list[Any]) -> int | None:
    """Return the number of a marked stretch that stands in the structure, else None."""
    properties = operands[-1]
    is_marked = isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties
    return int(properties["/MCID"]) if is_marked else None


def glyph_numbers(shown: Object) -> Iterator[int]:
    """Yield the glyphs of a text operator; each takes two bytes."""
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    for part in parts:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            for start in range(0, len(codes), 2):
                yield int.from_bytes(codes[start : start + 2])


# --- For readers that go by stretches ------------------------------------------------------------


def with_whole_name(instructions: Instructions, stretch: Stretch, name: str) -> Instructions:
    """Return the instructions with the name's stretch saying the whole name, and no part of it."""
    whole = pikepdf.Dictionary(ActualText=pikepdf.String(name))
    drawing = list(without_parts(instructions[stretch.first : stretch.last + 1]))
    # Readers place a stretch by the font and matrix in force where it ends: before the last Q.
    restored = [drawing.pop(-2)] if drawing[-2][1] == "Q" else []
    return [
        *instructions[: stretch.first],
        ([Name.Span, whole], "BDC"),
        *drawing,
        ([], "EMC"),
        *restored,
        *instructions[stretch.last + 1 :],
    ]


def with_glyphs_alone(instructions: Instructions, stretch: Stretch) -> Instructions:
    """Return the instructions with nothing said about the name but what its glyphs say.

    Poppler takes a whole stretch as it is seen from left to right, and turns Arabic in it around.
    """
    return [
        *instructions[: stretch.first],
        *without_parts(instructions[stretch.first : stretch.last + 1]),
        *instructions[stretch.last + 1 :],
    ]


def runs_backwards(name: str) -> bool:
    """Say whether a name has letters that are written from right to left."""
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in name)


def without_parts(instructions: Instructions) -> Iterator[Instruction]:
    """Yield the instructions without the marks that give a text to single letters."""
    opened: list[bool] = []
    for instruction in instructions:
        operands, operator = instruction
        match operator:
            case "BDC" | "BMC":
                properties = operands[-1]
                opened.append(
                    isinstance(properties, pikepdf.Dictionary) and "/ActualText" in properties
                )
                if opened[-1]:
                    continue
            case "EMC" if opened.pop():
                continue
        yield instruction


# --- For readers that go by glyphs ---------------------------------------------------------------


def mend_tables(page: pikepdf.Page, stretch: Stretch, name: str) -> bool:
    """Make the glyphs of the name, each by its table, say the name when read one by one.

    Returns whether there is a way to do so.
    """
    used = dict.fromkeys(font for font, _ in chain.from_iterable(stretch.runs))
    tables = {font: read_table(page, font) for font in used}
    known = {(font, number): text for font in tables for number, text in tables[font].items()}
    said = spelled(as_read(stretch.runs, known), name, known)
    for (font, number), text in said.items():
        tables[font][number] = text
    for font, table in tables.items():
        write_table(page, font, table)
    return bool(said)


def as_read(runs: list[Run], known: dict[Glyph, str]) -> list[Run]:
    """Return the runs in the order in which they are read: Arabic stands from right to left."""
    read: list[Run] = []
    backwards: list[Run] = []
    for run in runs:
        is_space = all(known.get(glyph) == " " for glyph in run)
        if is_backwards(run, known) or (backwards and is_space):
            backwards.append(run)
        else:
            read += in_reverse(backwards, known)
            backwards = []
            read.append(run)
    return read + in_reverse(backwards, known)


def is_backwards(run: Run, known: dict[Glyph, str]) -> bool:
    """Say whether a run is drawn from right to left; one of a single glyph is not marked so."""
    return run.is_backwards or runs_backwards("".join(known.get(glyph, "") for glyph in run))


def in_reverse(runs: list[Run], known: dict[Glyph, str]) -> list[Run]:
    """Return runs that are written from right to left, and the spaces after them, as read."""
    count = len(runs)
    while count and not is_backwards(runs[count - 1], known):
        count -= 1
    return runs[:count][::-1] + runs[count:]


def spelled(runs: list[Run], name: str, known: dict[Glyph, str]) -> dict[Glyph, str]:
    """Return what each glyph says so that all of them in a row say `name`; {} when none fits.

    A glyph says the same wherever it stands: a part of the cluster that its table gives it. Only
    if there is no other way do some say nothing, such as the dots that are set apart from a letter.
    """
    return search(runs, name, known, silent=()) or search(runs, name, known, silent=("",))


def search(
    runs: list[Run], name: str, known: dict[Glyph, str], *, silent: tuple[str, ...]
) -> dict[Glyph, str]:
    glyphs = list(chain.from_iterable(runs))
    starts = set(accumulate(len(run) for run in runs))
    # Each try: how many glyphs are done, how far the name is said, and what each glyph says.
    tries: list[tuple[int, int, dict[Glyph, str]]] = [(0, 0, {})]
    for _ in range(MOST_TRIES):
        if not tries:
            break
        done, said, sayings = tries.pop()
        if done == len(glyphs):
            if said == len(name):
                return sayings
            continue
        glyph = glyphs[done]
        if done in starts and name[said : said + 1] == " ":
            tries.append((done, said + 1, sayings))  # a line ended here, and its space with it
        texts = [sayings[glyph]] if glyph in sayings else [*parts_of(known.get(glyph, "")), *silent]
        tries += [
            (done + 1, said + len(text), {**sayings, glyph: text})
            for text in reversed(texts)
            if name.startswith(text, said)
        ]
    return {}


def parts_of(cluster: str) -> list[str]:
    """Return the parts of a cluster, single letters first: a letter and its mark share it."""
    count = len(cluster)
    return [
        cluster[start : start + length]
        for length in range(1, count + 1)
        for start in range(count - length + 1)
    ]


def read_table(page: pikepdf.Page, font: str) -> dict[int, str]:
    """Return what each glyph of a font says."""
    written = page.Resources.Font[font].ToUnicode.read_bytes().decode("ascii")
    return {
        int(number, 16): bytes.fromhex(text).decode("utf-16-be")
        for number, text in PAIR.findall("".join(TABLE.findall(written)))
    }


def write_table(page: pikepdf.Page, font: str, table: dict[int, str]) -> None:
    """Write what each glyph of a font says."""
    stream = page.Resources.Font[font].ToUnicode
    rows = [
        f"<{number:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for number, text in sorted(table.items())
    ]
    tables = "\n".join(
        "\n".join((f"{len(part)} beginbfchar", *part, "endbfchar"))
        for part in (
            rows[start : start + ROWS_A_TABLE] for start in range(0, len(rows), ROWS_A_TABLE)
        )
    )
    written = stream.read_bytes().decode("ascii")
    start, end = TABLE.search(written).start(), written.rindex("endbfchar") + len("endbfchar")  # type: ignore[union-attr]
    stream.write((written[:start] + tables + written[end:]).encode("ascii"))
