"""Read a course package: every file by itself, then what holds between them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ruamel.yaml.nodes import Node, SequenceNode

from courses.documents import Source, Term
from courses.markers import Mention
from courses.media.reading import ENDINGS
from courses.packages.agreement import Draft, check_agreement
from courses.packages.files import FOLDERS, read_files
from courses.packages.items import read_topic
from courses.packages.lessons import read_lesson
from courses.packages.package import (
    CourseEntry,
    Package,
    PackageMedia,
    PackageQuiz,
    QuizEntry,
    WaiverEntry,
)
from courses.packages.problems import Findings, PackageErrors, Place
from courses.packages.strict import Bad, Reader, Shape, compose, is_key, scalar_at
from courses.packages.texts import Text

_WHAT = {"lessons": "lesson", "items": "topic", "quizzes": "quiz"}
_KINDS = {"items": {"item", "check", "before"}, "sources.yaml": {"source"}, "terms.yaml": {"term"}}


def read_package(folder: Path) -> Package:
    """Return the course package in `folder`; raises PackageErrors with all problems."""
    findings = Findings()
    if not is_key(folder.name):
        message = "the folder's name is the course's key: small letters, digits and hyphens"
        findings.add(".", None, message)
    files = read_files(folder, findings)
    draft = _read_draft(files.texts, findings)
    _take_media(draft, files.media)
    check_agreement(draft)
    if findings.problems or draft.course is None:
        raise PackageErrors(findings.problems)
    return Package(
        folder=folder,
        course=draft.course,
        sources=draft.sources,
        terms=draft.terms,
        lessons=draft.lessons,
        topics=draft.topics,
        quizzes=draft.quizzes,
        waivers=[waiver for waiver, _place in draft.waivers],
        media=draft.media,
        places=draft.places | _required(findings),
    )


def _required(findings: Findings) -> dict[Mention, Place]:
    """Return where each course that this one requires is named."""
    return {mention: place for mention, place in findings.named if mention.kind == "course"}


def _read_draft(files: dict[str, str | None], findings: Findings) -> Draft:
    draft = Draft(findings)
    for name, written in files.items():
        path = PurePosixPath(name)
        folder = path.parent.name
        if folder in FOLDERS:
            draft.places[Mention(_WHAT[folder], path.stem)] = Place(name, 1)
            if not is_key(path.stem):
                message = "the file's name is a key: small letters, digits and hyphens"
                findings.add(name, None, message)
        if written is None:
            draft.unread |= _KINDS.get(folder or path.name, set())
        else:
            _read_file(draft, path, Text(name, written, 1))
    if "course.yaml" not in files:
        message = "the file is missing; write it as docs/course-files.md says"
        findings.add("course.yaml", None, message)
    return draft


def _take_media(draft: Draft, files: dict[str, PackageMedia | None]) -> None:
    for name, found in files.items():
        path = PurePosixPath(name)
        kind, _mime = ENDINGS[path.suffix]
        draft.places[Mention(kind, path.name)] = Place(name, None)
        if found:
            draft.media[path.name] = found


def _read_file(draft: Draft, path: PurePosixPath, text: Text) -> None:
    key, folder = path.stem, path.parent.name
    if folder == "lessons":
        if lesson := read_lesson(key, text.file, text.value, draft.findings):
            draft.lessons[key] = lesson
    elif folder == "items":
        _read_items(draft, key, text)
    elif folder == "quizzes":
        if quiz := _read_mapping(draft, text, QuizEntry):
            draft.quizzes[key] = PackageQuiz(key, quiz)
    else:
        _read_top_file(draft, path.name, text)


def _read_top_file(draft: Draft, name: str, text: Text) -> None:
    if name == "course.yaml":
        draft.course = _read_mapping(draft, text, CourseEntry)
    elif name == "sources.yaml":
        draft.sources = _read_list(draft, text, Source, "source")
    elif name == "terms.yaml":
        draft.terms = _read_list(draft, text, Term, "term")
    else:
        _read_waivers(draft, text)


def _read_mapping(draft: Draft, text: Text, shape: type[Shape]) -> Shape | None:
    node = compose(text, draft.findings)
    entry = Reader(text, draft.findings).struct(node, shape) if node else None
    return None if isinstance(entry, Bad) else entry


def _read_list(draft: Draft, text: Text, shape: type[Shape], what: str) -> list[Shape]:
    """Return the entries of a file that is a list; those with problems are noted and left out."""
    node = compose(text, draft.findings)
    reader = Reader(text, draft.findings)
    if not isinstance(node, SequenceNode):
        draft.unread.add(what)
        if node is not None:
            reader.problem(node, "this file must be a list: each entry begins with “- ”")
        return []
    entries = [reader.struct(each, shape) for each in node.value]
    for each in node.value:
        _note_place(draft, reader, each, what)
    return [entry for entry in entries if not isinstance(entry, Bad)]


def _read_waivers(draft: Draft, text: Text) -> None:
    node = compose(text, draft.findings)
    reader = Reader(text, draft.findings)
    if node is not None and not isinstance(node, SequenceNode):
        reader.problem(node, "this file must be a list: each entry begins with “- ”")
    for each in node.value if isinstance(node, SequenceNode) else ():
        entry = reader.struct(each, WaiverEntry)
        if not isinstance(entry, Bad):
            draft.waivers.append((entry, Place(text.file, reader.line(each))))


def _read_items(draft: Draft, key: str, text: Text) -> None:
    topic, nodes = read_topic(key, text, draft.findings)
    reader = Reader(text, draft.findings)
    for node in nodes:
        _note_place(draft, reader, node, "item")
    if not nodes:
        draft.unread |= _KINDS["items"]
    if topic:
        draft.topics[key] = topic


def _note_place(draft: Draft, reader: Reader, node: Node, what: str) -> None:
    """Keep where an entry stands; noted: its key stands elsewhere too."""
    found = scalar_at(node, "key")
    if found is None:
        return
    key = str(found.value)
    mention = Mention(what, key)
    if first := draft.places.get(mention):
        message = f"the key “{key[:60]}” stands at {first.file}:{first.line} too; use another"
        reader.problem(node, message)
    draft.places.setdefault(mention, Place(reader.text.file, reader.line(node)))
