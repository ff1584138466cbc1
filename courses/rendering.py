"""A release as it is shown: marks become links, texts become safe HTML.

Everything is escaped but rich text, which is cleaned again here whatever was stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses import documents
from courses.documents import CourseDocument, LessonStep, Source, Term
from courses.markers import MARKER
from courses.media.renditions import widths_of
from courses.models import Callout as CalloutRow
from courses.models import Source as SourceRow
from courses.richtext import normal_form
from quizzes.documents import ItemDocument
from quizzes.forms import AnswerForm

_TAGS = re.compile(r"(<[^>]*>)")
_EXTERNAL = re.compile(r'<a href="(https?:|//)')
_LONGEST_NAME = 50


@dataclass(frozen=True)
class NumberedSource:
    """A source with the number it has on this page."""

    number: int
    source: Source

    @property
    def kind(self) -> str:
        return kind_name(self.source)


@dataclass(frozen=True)
class References:
    """What texts outside a course may cite and mark."""

    sources: Sequence[Source]
    terms: Sequence[Term] = ()
    language: str = "en"


@dataclass(frozen=True)
class RenderedBlock:
    """A block ready for its template; rich texts are safe HTML."""

    type: ClassVar[str]
    is_interactive: ClassVar[bool] = False
    """Whether it shows what one person did, so that each page renders it anew."""
    key: str

    @property
    def template(self) -> str:
        return f"courses/blocks/{self.type}.html"

    @cached_property
    def html(self) -> SafeString:
        """Return the block as everybody sees it, rendered once; not of an interactive one."""
        return render_to_string(self.template, {"block": self})


@dataclass(frozen=True)
class RenderedProse(RenderedBlock):
    type: ClassVar[str] = "prose"
    text: SafeString


@dataclass(frozen=True)
class RenderedCallout(RenderedBlock):
    type: ClassVar[str] = "callout"
    kind: str
    kind_name: str
    text: SafeString

    @property
    def icon_template(self) -> str:
        return f"courses/blocks/icons/{self.kind}.html"


@dataclass(frozen=True)
class RenderedFigure(RenderedBlock):
    type: ClassVar[str] = "figure"
    figure: documents.Figure
    caption: SafeString

    @property
    def drawing_template(self) -> str:
        return f"courses/drawings/{self.figure.drawing}.svg"

    @property
    def widths(self) -> list[int]:
        """Return the widths in which its picture is served, the largest last."""
        media = self.figure.media
        return widths_of(media.width) if media and media.width else []


@dataclass(frozen=True)
class RenderedVideo(RenderedBlock):
    type: ClassVar[str] = "video"
    video: documents.Video
    transcript: SafeString
    language: str


@dataclass(frozen=True)
class RenderedQuotation(RenderedBlock):
    type: ClassVar[str] = "quotation"
    text: str
    attribution: str
    citation: SafeString


@dataclass(frozen=True)
class RenderedNoted(RenderedBlock):
    type: ClassVar[str] = "noted"
    note: str
    text: SafeString
    plainly: SafeString


@dataclass(frozen=True)
class RenderedLocalNote(RenderedBlock):
    type: ClassVar[str] = "local-note"
    text: SafeString


@dataclass(frozen=True)
class RenderedTerm:
    key: str
    name: str
    definition: SafeString


@dataclass(frozen=True)
class RenderedTermCards(RenderedBlock):
    type: ClassVar[str] = "terms"
    terms: list[RenderedTerm]


@dataclass(frozen=True)
class RenderedColumn:
    heading: str
    points: list[SafeString]


@dataclass(frozen=True)
class RenderedComparison(RenderedBlock):
    type: ClassVar[str] = "comparison"
    title: str
    columns: list[RenderedColumn]


@dataclass(frozen=True)
class RenderedChoice:
    key: str
    label: str
    outcome: SafeString
    is_better: bool


@dataclass(frozen=True)
class RenderedScenario(RenderedBlock):
    type: ClassVar[str] = "scenario"
    title: str
    situation: SafeString
    question: str
    choices: list[RenderedChoice]
    why: SafeString
    follows: documents.Scenario | None

    @property
    def better(self) -> RenderedChoice:
        return next(choice for choice in self.choices if choice.is_better)


@dataclass(frozen=True)
class RenderedCard:
    key: str
    text: str
    bin: str
    feedback: SafeString


@dataclass(frozen=True)
class RenderedSorting(RenderedBlock):
    """The interactive part comes from whoever shows the lesson."""

    type: ClassVar[str] = "sorting"
    is_interactive: ClassVar[bool] = True
    title: str
    instruction: str
    bins: list[documents.Bin]
    cards: list[RenderedCard]


@dataclass(frozen=True)
class RenderedCheck(RenderedBlock):
    """The interactive part comes from whoever shows the lesson."""

    type: ClassVar[str] = "check"
    is_interactive: ClassVar[bool] = True
    item: ItemDocument

    @cached_property
    def blank_html(self) -> SafeString:
        """Return the question and its choices before anybody answered, rendered once."""
        body = self.item.body
        form = AnswerForm(body=body, order=body.written_order(), prefix=self.key)
        return render_to_string(form.template, {"form": form})


@dataclass(frozen=True)
class RenderedReflection(RenderedBlock):
    """The interactive part comes from whoever shows the lesson."""

    type: ClassVar[str] = "reflection"
    is_interactive: ClassVar[bool] = True
    prompt: SafeString


@dataclass(frozen=True)
class RenderedReading:
    source: Source
    note: str


@dataclass(frozen=True)
class RenderedFurther(RenderedBlock):
    type: ClassVar[str] = "further"
    readings: list[RenderedReading]


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson ready to be shown, with the sources it cites in the order of their numbers."""

    blocks: list[RenderedBlock]
    sources: list[NumberedSource]

    @cached_property
    def sources_html(self) -> SafeString:
        """Return the list of sources at the lesson's end, rendered once."""
        return render_to_string("courses/_sources.html", {"sources": self.sources})


@dataclass(frozen=True)
class RenderedGlossary:
    terms: list[RenderedTerm]
    sources: list[NumberedSource]


def render_lesson(
    digest: str,
    document: CourseDocument,
    step: LessonStep,
    *,
    release_number: int | None = None,
    glossary: str = "",
) -> RenderedLesson:
    """Return a lesson of the release with this digest, kept in the process once rendered.

    With `release_number`, terms lead to the glossary of that release instead of the current one;
    with `glossary`, to the page at this address.
    """
    glossary = glossary or _address("courses:glossary", document, release_number)
    return _render(_Page(digest, step.key, get_language(), glossary, document, step))


@dataclass(frozen=True)
class _Page:
    """What a rendered lesson is kept by; the document itself follows from the digest."""

    digest: str
    step_key: str
    language: str | None
    glossary: str
    document: CourseDocument = field(compare=False)
    step: LessonStep = field(compare=False)


@lru_cache(maxsize=256)
def _render(page: _Page) -> RenderedLesson:
    marks = Marks(page.document, glossary=page.glossary, step=page.step)
    blocks = [_RENDERERS[type(block)](block, marks) for block in page.step.blocks]
    return RenderedLesson(blocks, marks.cited_sources())


def render_text(
    document: CourseDocument,
    text: str,
    *,
    release_number: int | None = None,
    evidence: str = "",
    glossary: str = "",
) -> SafeString:
    """Return a single rich text as safe HTML; its citations lead to the evidence page.

    `evidence` and `glossary` are the addresses of those pages, if not those of a release.
    """
    evidence = evidence or _address("courses:evidence", document, release_number)
    marks = Marks(
        document,
        glossary=glossary or _address("courses:glossary", document, release_number),
        source_address=lambda _number, key: f"{evidence}#source-{key}",
    )
    return marks.rich(text)


def render_glossary(
    document: CourseDocument, *, release_number: int | None = None, glossary: str = ""
) -> RenderedGlossary:
    """Return the glossary of a release, in the order of the names."""
    glossary = glossary or _address("courses:glossary", document, release_number)
    return rendered_terms(document, glossary=glossary)


def rendered_terms(document: CourseDocument | References, *, glossary: str) -> RenderedGlossary:
    """Return terms in the order of their names; `glossary` is the address of their page."""
    marks = Marks(document, glossary=glossary)
    terms = sorted(document.terms, key=lambda term: term.name.casefold())
    return RenderedGlossary([marks.term(term.key) for term in terms], marks.cited_sources())


def render_item_sources(document: CourseDocument, keys: Sequence[str]) -> list[Source]:
    """Return the sources of an item, in the order in which the item names them."""
    sources = {source.key: source for source in document.sources}
    return [sources[key] for key in keys if key in sources]


def kind_name(source: Source) -> str:
    """Return the kind of a source in words."""
    return str(SourceRow.Kind(source.kind).label)


def _address(name: str, document: CourseDocument, release_number: int | None) -> str:
    query = f"?{urlencode({'release': release_number})}" if release_number else ""
    return reverse(name, args=[document.key]) + query


class Marks:
    """Resolve the marks in the texts of one page; each source keeps one number on it."""

    def __init__(
        self,
        document: CourseDocument | References,
        *,
        glossary: str,
        source_address: Callable[[int, str], str] = lambda number, _key: f"#source-{number}",
        step: LessonStep | None = None,
    ) -> None:
        self.step = step
        self.language = document.language
        self.sources = {source.key: source for source in document.sources}
        self.terms = {term.key: term for term in document.terms}
        self.glossary = glossary
        self.source_address = source_address
        self.numbers: dict[str, int] = {}
        self.table_count = 0

    def cited_sources(self) -> list[NumberedSource]:
        """Return the sources that were cited so far, by number."""
        return [NumberedSource(number, self.sources[key]) for key, number in self.numbers.items()]

    def plain(self, text: str) -> SafeString:
        """Return cited plain text as safe HTML."""
        return self._resolved(escape(text), in_link=False)

    def rich(self, text: str) -> SafeString:
        """Return rich text as safe HTML, wide tables made to scroll by themselves."""
        shown: list[str] = []
        in_link, row = False, 0
        for part in _TAGS.split(normal_form(text)):
            if not part.startswith("<"):
                shown.append(self._resolved(part, in_link=in_link))
                continue
            in_link = part.startswith("<a ") or (in_link and part != "</a>")
            row = 0 if part == "<table>" else row + (part == "<tr>")
            shown.append(self._tag(part, row))
        return mark_safe("".join(shown))  # noqa: S308 (cleaned by normal_form, marks escaped)

    def term(self, key: str) -> RenderedTerm:
        term = self.terms[key]
        return RenderedTerm(term.key, term.name, self.rich(term.definition))

    def _tag(self, tag: str, row: int) -> str:
        if tag == "<table>":
            self.table_count += 1
            label = _("Table %(number)s") % {"number": self.table_count}
            region = '<div class="table-wrap" role="region" aria-label="{}" tabindex="0"><table>'
            return format_html(region, label)
        if tag == "</table>":
            return "</table></div>"
        if tag == "<th>":
            return '<th scope="col">' if row == 1 else '<th scope="row">'
        if _EXTERNAL.match(tag):
            return f'{tag[:-1]} rel="noopener noreferrer">'
        return tag

    def _resolved(self, escaped: str, *, in_link: bool) -> SafeString:
        """Return escaped text with its marks as links; a link in a link is only its words."""

        def show(mark: re.Match[str]) -> str:
            if mark["source"]:
                return self._citation(mark["source"], in_link=in_link)
            return self._term(mark["term"], mark["words"], in_link=in_link)

        return mark_safe(MARKER.sub(show, escaped))  # noqa: S308 (escaped by the callers)

    def _citation(self, key: str, *, in_link: bool) -> str:
        source = self.sources.get(key)
        if source is None:
            return ""
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        if in_link:
            return format_html('<span class="cite">{}</span>', number)
        short = Truncator(source.title).chars(_LONGEST_NAME)
        label = _("Source %(number)s: %(title)s") % {"number": number, "title": short}
        return format_html(
            '<a class="cite" href="{}" aria-label="{}">{}</a>',
            self.source_address(number, key),
            label,
            number,
        )

    def _term(self, key: str, words: str | None, *, in_link: bool) -> str:
        term = self.terms.get(key)
        shown = words or (escape(term.name) if term else key)
        if term is None or in_link:
            return shown
        return f'<a class="term" href="{escape(self.glossary)}#term-{key}">{shown}</a>'


def _term_cards(block: documents.TermCards, marks: Marks) -> RenderedTermCards:
    return RenderedTermCards(block.key, [marks.term(key) for key in block.terms])


def _comparison(block: documents.Comparison, marks: Marks) -> RenderedComparison:
    columns = [
        RenderedColumn(column.heading, [marks.plain(point) for point in column.points])
        for column in block.columns
    ]
    return RenderedComparison(block.key, block.title, columns)


def _scenario(block: documents.Scenario, marks: Marks) -> RenderedScenario:
    return RenderedScenario(
        key=block.key,
        title=block.title,
        situation=marks.rich(block.situation),
        question=block.question,
        choices=[
            RenderedChoice(choice.key, choice.label, marks.rich(choice.outcome), choice.is_better)
            for choice in block.choices
        ],
        why=marks.rich(block.why),
        follows=_followed(block, marks),
    )


def _followed(block: documents.Scenario, marks: Marks) -> documents.Scenario | None:
    """Return the scenario whose story this one carries on."""
    followed = marks.step.block(block.follows) if marks.step and block.follows else None
    return followed if isinstance(followed, documents.Scenario) else None


def _quotation(block: documents.Quotation, marks: Marks) -> RenderedQuotation:
    citation = marks.plain(f"[@{block.source}]")
    return RenderedQuotation(block.key, block.text, block.attribution, citation)


def _sorting(block: documents.Sorting, marks: Marks) -> RenderedSorting:
    cards = [
        RenderedCard(card.key, card.text, card.bin, marks.plain(card.feedback))
        for card in block.cards
    ]
    return RenderedSorting(block.key, block.title, block.instruction, block.bins, cards)


def _noted(block: documents.Noted, marks: Marks) -> RenderedNoted:
    return RenderedNoted(block.key, block.note, marks.rich(block.text), marks.rich(block.plainly))


def _callout(block: documents.Callout, marks: Marks) -> RenderedCallout:
    name = str(CalloutRow.Kind(block.kind).label)
    return RenderedCallout(block.key, block.kind, name, marks.rich(block.text))


def _further(block: documents.Further, marks: Marks) -> RenderedFurther:
    readings = [
        RenderedReading(marks.sources[reading.source], reading.note) for reading in block.readings
    ]
    return RenderedFurther(block.key, readings)


_RENDERERS: dict[type[documents.Block], Callable[[Any, Marks], RenderedBlock]] = {
    documents.Prose: lambda block, marks: RenderedProse(block.key, marks.rich(block.text)),
    documents.Callout: _callout,
    documents.Figure: lambda block, marks: RenderedFigure(
        block.key, block, marks.plain(block.caption)
    ),
    documents.Video: lambda block, marks: RenderedVideo(
        block.key, block, marks.rich(block.transcript), marks.language
    ),
    documents.TermCards: _term_cards,
    documents.Comparison: _comparison,
    documents.Quotation: _quotation,
    documents.Scenario: _scenario,
    documents.Sorting: _sorting,
    documents.Noted: _noted,
    documents.Check: lambda block, _marks: RenderedCheck(block.key, block.item),
    documents.Reflection: lambda block, marks: RenderedReflection(
        block.key, marks.rich(block.prompt)
    ),
    documents.Further: _further,
    documents.LocalNote: lambda block, marks: RenderedLocalNote(block.key, marks.rich(block.text)),
}
