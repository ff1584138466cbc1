"""One file by itself, read as strictly as the files of a package."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml.nodes import SequenceNode

from courses.packages.problems import Findings, PackageErrors
from courses.packages.strict import Bad, Reader, Shape, compose
from courses.packages.texts import Text


def read_entry(path: Path, shape: type[Shape]) -> Shape:
    """Return a file that is one mapping as a struct; raises PackageErrors with all problems."""
    text, findings = _opened(path)
    node = compose(text, findings)
    entry = Reader(text, findings).struct(node, shape) if node else None
    if entry is None or isinstance(entry, Bad):
        raise PackageErrors(findings.problems)
    return entry


def read_entries(path: Path, shape: type[Shape]) -> list[Shape]:
    """Return a file that is a list of mappings as structs; raises PackageErrors."""
    text, findings = _opened(path)
    node = compose(text, findings)
    reader = Reader(text, findings)
    if not isinstance(node, SequenceNode):
        findings.add(text.file, 1, "this file must be a list: each entry begins with “- ”")
        raise PackageErrors(findings.problems)
    entries = [reader.struct(each, shape) for each in node.value]
    reader.unique(node, entries, text.file)
    if findings.problems:
        raise PackageErrors(findings.problems)
    return [entry for entry in entries if not isinstance(entry, Bad)]


def _opened(path: Path) -> tuple[Text, Findings]:
    return Text(path.name, path.read_text(encoding="utf-8"), 1), Findings()
