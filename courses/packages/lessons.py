"""A lesson file: a head between `---` lines, then text and fenced blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import get_args

from ruamel.yaml.nodes import Node

from courses.documents import (
    Callout,
    CalloutKind,
    Comparison,
    Further,
    LocalNote,
    Noted,
    Prose,
    Quotation,
    Reflection,
    Scenario,
    Sorting,
    TermCards,
    fields_of,
    misplaced_scenarios,
)
from courses.packages.package import (
    CheckReference,
    FigureReference,
    LessonBlock,
    LessonHead,
    PackageLesson,
    VideoReference,
)
from courses.packages.problems import Findings
from courses.packages.strict import BAD, LONGEST_KEY, Bad, Reader, compose, is_key
from courses.packages.texts import Text, read_rich

_CALLOUT_KINDS: tuple[str, ...] = get_args(CalloutKind)


@dataclass
class Section:
    """A fenced block, or the text between two; `line` is that of its fence or first line."""

    type: str
    key: str
    line: int
    first_line: int
    is_fenced: bool = False
    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def is_worth_reading(self) -> bool:
        return self.is_fenced or any(line.strip() for line in self.lines)


def read_lesson(key: str, file: str, written: str, findings: Findings) -> PackageLesson | None:
    """Return a lesson, or None with all of its problems noted."""
    lines = written.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        findings.add(file, 1, "begin with “---”, the title, minutes and objectives, and “---”")
        return None
    head_text = Text(file, "\n".join(lines[1 : ends[1]]), 2)
    node = compose(head_text, findings)
    head = Reader(head_text, findings).struct(node, LessonHead) if node else BAD
    sections = list(_sections(file, lines, ends[1] + 1, findings))
    if not sections:
        findings.add(file, ends[1] + 1, "nothing stands after the head; write the lesson")
    _check_keys(file, sections, findings)
    blocks = [_block(file, section, findings) for section in sections]
    good = [block for block in blocks if not isinstance(block, Bad)]
    _check_scenarios(file, sections, good, findings)
    if isinstance(head, Bad) or len(good) < len(blocks) or not good:
        return None
    return PackageLesson(key, head, good)


def _sections(file: str, lines: list[str], start: int, findings: Findings) -> Iterator[Section]:
    """Yield the blocks of a lesson in order; text between fences is a prose block."""
    current = Section("prose", "opening", start + 1, start + 1)
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip().startswith(":::"):
            current.lines.append(line)
            continue
        words = line.strip()[3:].split()
        if not words and not current.is_fenced:
            findings.add(file, number, "“:::” closes a block, and none is open; remove it")
            continue
        if words:
            _unclosed(file, current, findings)
        if current.is_worth_reading:
            yield current
        if words:
            current = _opened(file, line, words, number, findings)
        else:
            current = Section("prose", f"after-{current.key}", number + 1, number + 1)
    _unclosed(file, current, findings)
    if current.is_worth_reading:
        yield current


def _unclosed(file: str, section: Section, findings: Findings) -> None:
    """Note a block that another one, or the end of the file, cuts off."""
    if not section.is_fenced:
        return
    findings.add(
        file,
        section.line,
        f"the block “{section.type} {section.key}” opens here and is not closed; "
        "add “:::” on a line of its own after it",
    )


def _opened(file: str, line: str, words: list[str], number: int, findings: Findings) -> Section:
    if not line.startswith("::: "):
        findings.add(file, number, "write a space after “:::”, and nothing before it")
    kind, *rest = words
    return Section(kind, rest[0] if rest else "", number, number + 1, True, rest[1:])


def _check_keys(file: str, sections: list[Section], findings: Findings) -> None:
    counts = Counter(section.key for section in sections if section.key)
    for section in sections:
        if not section.is_fenced:
            continue
        if not section.key:
            findings.add(file, section.line, f"give the block a key: “::: {section.type} some-key”")
        elif not is_key(section.key):
            message = f"the key “{section.key[:60]}” must be small letters, digits and hyphens"
            findings.add(file, section.line, f"{message}, at most {LONGEST_KEY}")
    for key in sorted(key for key, count in counts.items() if count > 1):
        places = [section.line for section in sections if section.key == key]
        for line in places[1:]:
            message = f"the key “{key}” stands twice in this lesson (first on line {places[0]})"
            findings.add(file, line, f"{message}; give each block its own")


def _check_scenarios(
    file: str, sections: list[Section], blocks: list[LessonBlock], findings: Findings
) -> None:
    lines = {section.key: section.line for section in sections}
    for key, problem in misplaced_scenarios(blocks):
        findings.add(file, lines[key], problem)


def _block(file: str, section: Section, findings: Findings) -> LessonBlock | Bad:
    """Return a section as a block, or BAD with its problems noted."""
    read = _READERS.get(section.type)
    if read is None:
        allowed = ", ".join(BLOCK_TYPES)
        message = f"“{section.type[:60]}” is no type of block; write one of {allowed}"
        findings.add(file, section.line, message)
        return BAD
    if section.words and section.type != "callout":
        message = f"“{' '.join(section.words)[:60]}” is not read here; remove it"
        findings.add(file, section.line, message)
    return read(Reading(file, section, findings))


@dataclass(frozen=True)
class Reading:
    """A section that is being read."""

    file: str
    section: Section
    findings: Findings

    @property
    def key(self) -> str:
        return self.section.key

    @property
    def text(self) -> Text:
        return Text(self.file, "\n".join(self.section.lines), self.section.first_line)

    def problem(self, message: str) -> Bad:
        self.findings.add(self.file, self.section.line, message)
        return BAD

    def rich(self) -> str | Bad:
        if not self.text.value.strip():
            return self.problem("the block is empty; write its text or leave it out")
        html = read_rich(self.text, self.findings, headings=True)
        return BAD if html is None else html

    def yaml(self) -> tuple[Reader, Node] | None:
        node = compose(self.text, self.findings)
        return (Reader(self.text, self.findings, headings=True), node) if node else None


def _prose(reading: Reading) -> Prose | Bad:
    text = reading.rich()
    return BAD if isinstance(text, Bad) else Prose(key=reading.key, text=text)


def _reflection(reading: Reading) -> Reflection | Bad:
    text = reading.rich()
    return BAD if isinstance(text, Bad) else Reflection(key=reading.key, prompt=text)


def _local_note(reading: Reading) -> LocalNote | Bad:
    text = reading.rich()
    return BAD if isinstance(text, Bad) else LocalNote(key=reading.key, text=text)


def _callout(reading: Reading) -> Callout | Bad:
    text, words = reading.rich(), reading.section.words
    if len(words) != 1 or words[0] not in _CALLOUT_KINDS:
        kinds = ", ".join(_CALLOUT_KINDS)
        return reading.problem(f"write “::: callout key kind”; kind is one of {kinds}")
    if isinstance(text, Bad):
        return BAD
    return Callout(key=reading.key, kind=words[0], text=text)  # type: ignore[arg-type]


def _listed(
    shape: type[TermCards] | type[Further], name: str
) -> Callable[[Reading], LessonBlock | Bad]:
    """Return a reader of blocks that hold nothing but a list."""

    def read(reading: Reading) -> LessonBlock | Bad:
        found = reading.yaml()
        if found is None:
            return BAD
        reader, node = found
        kind = next(each.type for each in fields_of(shape) if each.name == name)
        values = reader.value(node, kind, name)
        return BAD if isinstance(values, Bad) else shape(key=reading.key, **{name: values})

    return read


def _mapped(
    shape: type[LessonBlock],
) -> Callable[[Reading], LessonBlock | Bad]:
    """Return a reader of blocks that hold the entries of `shape`, apart from the key."""

    def read(reading: Reading) -> LessonBlock | Bad:
        found = reading.yaml()
        return BAD if found is None else found[0].struct(found[1], shape, key=reading.key)

    return read


_READERS: dict[str, Callable[[Reading], LessonBlock | Bad]] = {
    "prose": _prose,
    "callout": _callout,
    "figure": _mapped(FigureReference),
    "video": _mapped(VideoReference),
    "terms": _listed(TermCards, "terms"),
    "comparison": _mapped(Comparison),
    "quotation": _mapped(Quotation),
    "scenario": _mapped(Scenario),
    "sorting": _mapped(Sorting),
    "noted": _mapped(Noted),
    "check": _mapped(CheckReference),
    "reflection": _reflection,
    "further": _listed(Further, "readings"),
    "local-note": _local_note,
}

BLOCK_TYPES = tuple(_READERS)
