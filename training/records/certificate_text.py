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
MOST_TRIES = 20_000
SAME_LINE = 0.6
"""Of the height of a letter: how far apart parts of one line stand at most."""

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
        marks = mark_ids(element)
        if runs_backwards(name):
            instructions = in_reading_order(instructions, find_stretch(instructions, marks), page)
        stretch = find_stretch(instructions, marks)
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


# --- In the order in which it is read -----------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """What one marked part of the page draws: how far down it stands, how high its letters are."""

    instructions: Instructions
    down: float
    size: float
    is_backwards: bool
    is_space: bool


def in_reading_order(
    instructions: Instructions, stretch: Stretch, page: pikepdf.Page
) -> Instructions:
    """Return the instructions with the words of the name drawn as they are read.

    typst draws each line from left to right, so that of two Arabic words the second comes first.
    Each piece says for itself where it stands: the order in which they are drawn is not seen.
    """
    pieces = list(pieces_in(instructions[stretch.first : stretch.last + 1], page))
    ordered: list[Piece] = []
    for line in lines_of(pieces):
        ordered += words_in_order(line)
    return [
        *instructions[: stretch.first],
        *chain.from_iterable(piece.instructions for piece in ordered),
        *instructions[stretch.last + 1 :],
    ]


def pieces_in(instructions: Instructions, page: pikepdf.Page) -> Iterator[Piece]:
    """Yield the marked parts of a stretch."""
    depth = 0
    part: Instructions = []
    for instruction in instructions:
        part.append(instruction)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(instruction[1], 0)
        if depth == 0:
            yield piece_of(part, page)
            part = []


def piece_of(part: Instructions, page: pikepdf.Page) -> Piece:
    runs = list(runs_in(part))
    fonts = {font for run in runs for font, _number in run}
    tables = {font: read_table(page, font) for font in fonts}
    text = "".join(tables[font].get(number, "") for run in runs for font, number in run)
    return Piece(
        instructions=part,
        down=next((float(operands[5]) for operands, name in part if name == "cm"), 0.0),
        size=next((float(operands[1]) for operands, name in part if name == "Tf"), 0.0),
        is_backwards=any(run.is_backwards for run in runs) or runs_backwards(text),
        is_space=not text.strip(),
    )


def lines_of(pieces: list[Piece]) -> list[list[Piece]]:
    """Return pieces line by line; a dot that is drawn by itself stands less than a line away."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        if lines and abs(piece.down - lines[-1][0].down) < SAME_LINE * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def words_in_order(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a line with those that are read from right to left turned around."""
    ordered: list[Piece] = []
    backwards: list[Piece] = []
    for piece in pieces:
        if piece.is_backwards or (backwards and piece.is_space):
            backwards.append(piece)
            continue
        ordered += [*turned(backwards), piece]
        backwards = []
    return ordered + turned(backwards)


def turned(pieces: list[Piece]) -> list[Piece]:
    """Return pieces from the last to the first; spaces at the end stay there."""
    count = len(pieces)
    while count and pieces[count - 1].is_space:
        count -= 1
    return pieces[:count][::-1] + pieces[count:]


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
    said = spelled(stretch.runs, name, known)
    for (font, number), text in said.items():
        tables[font][number] = text
    for font, table in tables.items():
        write_table(page, font, table)
    return bool(said)


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
