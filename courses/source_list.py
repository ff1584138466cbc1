"""docs/sources.md: every source of the shipped courses, where it is used, how it was verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from courses.documents import Source, mentions
from courses.markers import mentions_in
from courses.models import Source as SourceRow
from courses.packages import Package, PackageErrors, PackageProblem

_HEAD = """\
# Sources

Every work that the shipped courses cite: its kind, where it is used, and how it was verified.
Where only a part, an abstract or a report of a work was read, it says so.

`python manage.py writesources` writes this page from the course files. Change those, not this page.
"""


@dataclass
class _Use:
    """A source, and where it is used, by the title of the course."""

    source: Source
    places: dict[str, list[str]] = field(default_factory=dict)


def source_list(packages: Iterable[Package]) -> str:
    """Return the page about the sources of these packages, as Markdown.

    Raises PackageErrors when two of them have the same source otherwise.
    """
    uses: dict[str, _Use] = {}
    for package in packages:
        places = _places(package)
        for source in package.sources:
            use = uses.setdefault(source.key, _Use(source))
            if use.source != source:
                raise PackageErrors([_differs(package, source)])
            use.places[package.course.title] = places[source.key]
    lines = [_HEAD, *_table(uses.values())]
    for kind in SourceRow.Kind:
        found = sorted(
            (use for use in uses.values() if use.source.kind == kind),
            key=lambda use: ((use.source.authors or use.source.title).casefold(), use.source.key),
        )
        if found:
            lines += [f"## {kind.label}", "", *(line for use in found for line in _entry(use))]
    return "\n".join(lines)


def _differs(package: Package, source: Source) -> PackageProblem:
    message = f"another course has the source “{source.key}” otherwise; make the two the same"
    return package.problem("source", source.key, message)


def _table(uses: Iterable[_Use]) -> list[str]:
    counts = Counter(str(use.source.kind) for use in uses)
    rows = [f"| {kind.label} | {counts[kind]} |" for kind in SourceRow.Kind if counts[kind]]
    return ["| Kind | Sources |", "|---|---:|", *rows, f"| All | {counts.total()} |", ""]


def _entry(use: _Use) -> Iterator[str]:
    source = use.source
    year = str(source.year) if source.year else ""
    named = dict.fromkeys(filter(None, (source.authors, source.publisher, year)))
    work = ". ".join([f"**{_plain(source.title)}**", *map(_plain, named)])
    link = f" <{source.link}>" if source.link else ""
    yield f"- {work}.{link}"
    for course, places in use.places.items():
        yield f"  - Used in {_plain(course)}: {_plain('; '.join(places))}."
    seen_on = f" Seen on {source.seen_on}." if source.seen_on else ""
    yield f"  - Verified: {_plain(source.seen)}{seen_on} Key: `{source.key}`."
    yield ""


def _plain(text: str) -> str:
    """Return plain text for Markdown: its signs mean nothing."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#" else sign for sign in text)


def _places(package: Package) -> dict[str, list[str]]:
    """Return where each source of a package is used, in words."""
    places: dict[str, list[str]] = {source.key: [] for source in package.sources}
    texts = [("its description", [*mentions_in(package.course.description)])]
    steps = [entry.lesson for entry in package.course.steps if entry.lesson]
    for lesson in (package.lessons[key] for key in steps):
        named = [one for block in lesson.blocks for one in mentions(block)]
        texts.append((f"lesson “{lesson.head.title}”", named))
    texts += [(f"term “{term.name}”", [*mentions_in(term.definition)]) for term in package.terms]
    for place, named in texts:
        for key in dict.fromkeys(key for kind, key in named if kind == "source"):
            places[key].append(place)
    for topic in package.topics.values():
        counts = Counter(key for item in topic.items for key in item.head.sources)
        for key, count in counts.items():
            questions = "1 question" if count == 1 else f"{count} questions"
            places[key].append(f"{questions} on “{topic.title}”")
    return places
