"""The tools as they are shown: their texts with citations and terms as links.

They depend on nothing but the software, so that each is rendered once in a process; the glossary
depends on the current releases as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from courses.documents import Source, Term, mentions
from courses.models import Release, ReleaseStep
from courses.reading import read_document
from courses.rendering import Marks, NumberedSource, References, RenderedGlossary, rendered_terms
from training.pages import shipped
from training.pages.documents import CouncilAction, IndustryCard, Question


@dataclass(frozen=True)
class ShownQuestion:
    key: str
    question: str
    why: SafeString
    good_answer: SafeString
    ask_next: list[str]


@dataclass(frozen=True)
class ShownWorksheet:
    title: str
    introduction: SafeString
    credit: SafeString
    questions: list[ShownQuestion]
    afterwards: SafeString
    sources: list[NumberedSource]


@dataclass(frozen=True)
class ShownCard:
    """An industry card; `more` cites the sources that its texts do not."""

    key: str
    name: str
    drawing_template: str
    lesson: str
    looks_like: SafeString
    vulnerable_by: SafeString
    you_may_see: SafeString
    first: SafeString
    more: SafeString


@dataclass(frozen=True)
class ShownCards:
    cards: list[ShownCard]
    sources: list[NumberedSource]


@dataclass(frozen=True)
class ShownAction:
    key: str
    title: str
    is_for_council: bool
    first_steps: list[SafeString]
    lessons: list[tuple[str, str]]
    more: SafeString


@dataclass(frozen=True)
class ShownActions:
    title: str
    credit: SafeString
    actions: list[ShownAction]
    sources: list[NumberedSource]


def shown_worksheet() -> ShownWorksheet:
    """Return the six questions, ready to be shown."""
    return _worksheet(get_language())


def shown_cards() -> ShownCards:
    """Return the industry cards, ready to be shown."""
    return _cards(get_language())


def shown_actions() -> ShownActions:
    """Return the list of actions, ready to be shown."""
    return _actions(get_language())


@lru_cache(maxsize=8)
def _worksheet(_language: str | None) -> ShownWorksheet:
    written, marks = shipped.six_questions(), _marks()
    return ShownWorksheet(
        title=written.title,
        introduction=marks.plain(written.introduction),
        credit=marks.plain(written.credit),
        questions=[_question(question, marks) for question in written.questions],
        afterwards=marks.plain(written.afterwards),
        sources=marks.cited_sources(),
    )


@lru_cache(maxsize=8)
def _cards(_language: str | None) -> ShownCards:
    marks = _marks()
    cards = [_card(card, marks) for card in shipped.industry_cards()]
    return ShownCards(cards, marks.cited_sources())


@lru_cache(maxsize=8)
def _actions(_language: str | None) -> ShownActions:
    written, marks = shipped.council_actions(), _marks()
    credit = marks.plain(written.credit)
    actions = [_action(action, marks) for action in written.actions]
    return ShownActions(written.title, credit, actions, marks.cited_sources())


def _marks() -> Marks:
    return Marks(References(shipped.shipped_sources()), glossary="")


def _question(question: Question, marks: Marks) -> ShownQuestion:
    return ShownQuestion(
        key=question.key,
        question=question.question,
        why=marks.plain(question.why),
        good_answer=marks.plain(question.good_answer),
        ask_next=question.ask_next,
    )


def _card(card: IndustryCard, marks: Marks) -> ShownCard:
    return ShownCard(
        key=card.key,
        name=card.name,
        drawing_template=f"courses/drawings/{card.icon}.svg",
        lesson=card.lesson,
        looks_like=marks.plain(card.looks_like),
        vulnerable_by=marks.plain(card.vulnerable_by),
        you_may_see=marks.plain(card.you_may_see),
        first=marks.plain(card.first),
        more=_more(card, marks),
    )


def _action(action: CouncilAction, marks: Marks) -> ShownAction:
    return ShownAction(
        key=action.key,
        title=action.title,
        is_for_council=action.belongs_to == "council",
        first_steps=[marks.plain(step) for step in action.first_steps],
        lessons=[(taught.course, taught.lesson) for taught in action.lessons],
        more=_more(action, marks),
    )


def _more(entry: IndustryCard | CouncilAction, marks: Marks) -> SafeString:
    """Cite the sources that an entry rests on and that its texts do not cite."""
    named = Counter(mention.key for mention in mentions(entry))
    return marks.plain("".join(f"[@{key}]" for key in entry.sources if named[key] == 1))


def shown_glossary(course: str = "") -> RenderedGlossary:
    """Return the terms of the current release of every course, or of one of them.

    Where two courses explain a term, the words of the release that was published last stand.
    """
    digests = current_releases().values_list("document_id", flat=True)
    if course:
        digests = digests.filter(course__key=course)
    return _glossary(tuple(digests.order_by("published_at", "pk")), get_language())


def current_releases() -> QuerySet[Release]:
    """Return the current release of each course, by title."""
    return Release.objects.current().select_related("course").order_by("title")


@lru_cache(maxsize=32)
def _glossary(digests: tuple[str, ...], _language: str | None) -> RenderedGlossary:
    sources: dict[str, Source] = {}
    terms: dict[str, Term] = {}
    for document in map(read_document, digests):
        sources |= {source.key: source for source in document.sources}
        terms |= {term.key: term for term in document.terms}
    everything = References([*sources.values()], [*terms.values()])
    return rendered_terms(everything, glossary=reverse("pages:glossary"))


def lessons_taught(named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], ReleaseStep]:
    """Return the lessons, by the keys of course and lesson, that a current release has."""
    wanted = set(named)
    steps = ReleaseStep.objects.filter(
        release__in=Release.objects.current(),
        kind=ReleaseStep.Kind.LESSON,
        key__in={lesson for _course, lesson in wanted},
    ).select_related("release__course")
    found = {(step.release.course.key, step.key): step for step in steps}
    return {keys: step for keys, step in found.items() if keys in wanted}
