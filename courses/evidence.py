"""What a release rests on: its sources by kind, and where each is cited."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from courses.documents import (
    AnyStep,
    CourseDocument,
    Source,
    SourceKind,
    mentions,
    with_definitions,
)
from courses.models import Source as SourceRow


@dataclass(frozen=True)
class CitedSource:
    """A source, and the steps that cite it."""

    source: Source
    steps: list[AnyStep]

    @property
    def seen_on(self) -> date | None:
        return date.fromisoformat(self.source.seen_on) if self.source.seen_on else None


@dataclass(frozen=True)
class SourceGroup:
    """The sources of one kind; `share` is how long its bar is, in percent of the longest."""

    kind: SourceKind
    name: str
    sources: list[CitedSource]
    share: int = 0


def sources_by_kind(document: CourseDocument) -> list[SourceGroup]:
    """Return the sources of a release by kind, in the order of the kinds."""
    steps = _citing_steps(document)
    cited = sorted(document.sources, key=lambda source: (source.authors or source.title).casefold())
    groups = [
        SourceGroup(
            kind=kind.value,  # type: ignore[arg-type]
            name=str(kind.label),
            sources=[
                CitedSource(source, steps[source.key]) for source in cited if source.kind == kind
            ],
        )
        for kind in SourceRow.Kind
    ]
    most = max((len(group.sources) for group in groups), default=0)
    return [
        replace(group, share=round(100 * len(group.sources) / most))
        for group in groups
        if group.sources
    ]


def _citing_steps(document: CourseDocument) -> dict[str, list[AnyStep]]:
    """Return the steps that cite each source, also by the definitions of their terms."""
    definitions = {term.key: term.definition for term in document.terms}
    steps: dict[str, list[AnyStep]] = defaultdict(list)
    for step in document.steps:
        sources, _terms = with_definitions(mentions(step), definitions)
        for key in sources:
            steps[key].append(step)
    return steps
