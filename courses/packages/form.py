"""The one form in which a package is written: the same content gives the same files.

Sources, terms and items stand in the order of their keys, comments are not kept. Reading the files
gives the package they were written from.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import inspect

from courses.documents import Callout, Further, LocalNote, Prose, Reflection, TermCards
from courses.packages.files import MEDIA
from courses.packages.package import (
    LessonBlock,
    Package,
    PackageItem,
    PackageLesson,
    PackageTopic,
)
from courses.packages.reading import read_package
from courses.packages.tidy import Entry, entries_of, listed, mapping, markdown_lines, scalar

_USES = ("before", "check", "quiz")
_PLAIN = inspect.StrType()


class FormLosesContent(Exception):
    """The files written of a package would not be read as that package."""


def files_of(package: Package) -> dict[str, str]:
    """Return the text files of a package in their form, by path below its folder, sorted."""
    files = {"course.yaml": mapping(entries_of(package.course))}
    for name, parts in (("sources.yaml", package.sources), ("terms.yaml", package.terms)):
        if parts:
            ordered = sorted(parts, key=lambda part: part.key)
            files[name] = listed((mapping(entries_of(each)) for each in ordered), is_spaced=True)
    if package.waivers:
        waivers = sorted(package.waivers, key=lambda waiver: waiver.place)
        files["waivers.yaml"] = listed(
            (mapping(entries_of(each)) for each in waivers), is_spaced=True
        )
    for lesson in package.lessons.values():
        files[f"lessons/{lesson.key}.md"] = _lesson(lesson)
    for topic in package.topics.values():
        files[f"items/{topic.key}.yaml"] = _topic(topic)
    for quiz in package.quizzes.values():
        files[f"quizzes/{quiz.key}.yaml"] = mapping(entries_of(quiz.entry))
    return {name: "\n".join(lines) + "\n" for name, lines in sorted(files.items())}


def write_folder(package: Package, folder: Path) -> None:
    """Write a package into a folder, which is made; raises FileExistsError when it is there."""
    folder.mkdir(parents=True)
    for name, text in files_of(package).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, each in package.media.items():
        (folder / MEDIA).mkdir(exist_ok=True)
        shutil.copyfile(each.path, folder / MEDIA / name)


def unformed_files(folder: Path) -> dict[str, str]:
    """Return the files of a package's folder that are not in the form, as they would be in it.

    Raises PackageErrors, and FormLosesContent, which would be a mistake of ours.
    """
    package = read_package(folder)
    unformed = {
        name: text
        for name, text in files_of(package).items()
        if (folder / name).read_bytes() != text.encode()
    }
    if unformed and not _says_the_same(package, unformed):
        raise FormLosesContent(package.key)
    return unformed


def _says_the_same(package: Package, files: dict[str, str]) -> bool:
    """Say whether a package with these files instead of its own has the same content."""
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(package.folder, Path(place) / package.key))
        for name, text in files.items():
            (copy / name).write_text(text, encoding="utf-8", newline="")
        return _content(read_package(copy)) == _content(package)


def _content(package: Package) -> tuple[object, ...]:
    """Return what a package says, whatever the order of what has none."""
    topics = {
        key: (topic.title, {item.key: item for item in topic.items})
        for key, topic in package.topics.items()
    }
    sources = {source.key: source for source in package.sources}
    terms = {term.key: term for term in package.terms}
    waivers = sorted(package.waivers, key=lambda waiver: waiver.place)
    return (package.course, sources, terms, package.lessons, topics, package.quizzes, waivers)


def _topic(topic: PackageTopic) -> list[str]:
    ordered = sorted(topic.items, key=lambda item: (_USES.index(item.head.use), item.key))
    items = listed((mapping(_item_entries(item)) for item in ordered), is_spaced=True)
    return [f"title: {scalar(topic.title)}", "", "items:", *_shifted(items)]


def _shifted(lines: list[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _item_entries(item: PackageItem) -> list[Entry]:
    """Return an item as one mapping: its key, its type, what it asks, and last its sources."""
    first, *head = entries_of(item.head, without=("sources",))
    kind: Entry = ("type", str(item.body.__struct_config__.tag), _PLAIN)
    sources = [entry for entry in entries_of(item.head) if entry[0] == "sources"]
    return [first, kind, *head, *entries_of(item.body), *sources]


def _lesson(lesson: PackageLesson) -> list[str]:
    lines = ["---", *mapping(entries_of(lesson.head)), "---"]
    is_after_text = False
    before = ""
    for number, block in enumerate(lesson.blocks):
        is_text = isinstance(block, Prose) and not is_after_text
        is_text = is_text and block.key == (f"after-{before}" if before else "opening")
        if number:
            lines.append("")
        lines += _text(block) if is_text else _fenced(block)
        is_after_text, before = is_text, block.key
    return lines


def _text(block: LessonBlock) -> list[str]:
    return markdown_lines(block.text) if isinstance(block, Prose) else []


def _fenced(block: LessonBlock) -> list[str]:
    match block:
        case Callout():
            words, lines = f"callout {block.key} {block.kind}", markdown_lines(block.text)
        case Prose():
            words, lines = f"prose {block.key}", markdown_lines(block.text)
        case Reflection():
            words, lines = f"reflection {block.key}", markdown_lines(block.prompt)
        case LocalNote():
            words, lines = f"local-note {block.key}", markdown_lines(block.text)
        case TermCards():
            words, lines = f"terms {block.key}", listed([scalar(key)] for key in block.terms)
        case Further():
            entries = (mapping(entries_of(each)) for each in block.readings)
            words, lines = f"further {block.key}", listed(entries)
        case _:
            tag = block.__struct_config__.tag or "check"
            words, lines = f"{tag} {block.key}", mapping(entries_of(block, without=("key",)))
    return [f"::: {words}", *lines, ":::"]
