"""A draft as the document that publishing would freeze. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from courses import documents, models
from courses.documents import BEFORE_COUNT
from courses.markers import Mention, mentions_in
from courses.richtext import normal_form, plain_form, words
from quizzes.documents import digest_of, encode
from quizzes.freezing import CannotFreeze, item_document, quiz_document
from quizzes.models import Item, Quiz

Part = TypeVar("Part", bound=documents.Part)
BlockRow = models.Block


class CannotFreezeDraft(ValueError):
    """A draft is not fit to be published; `problems` says why, one plain sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(self.problems))


def draft_document(course: models.Course) -> documents.CourseDocument:
    """Return a draft as it would be frozen; raises CannotFreezeDraft with all of its problems."""
    document, problems = read_draft(course)
    if problems:
        raise CannotFreezeDraft(problems)
    return document


def read_draft(course: models.Course) -> tuple[documents.CourseDocument, list[str]]:
    """Return as much of a draft as can be read, and what is in the way of freezing it."""
    problems: list[str] = []
    steps = _steps(course, problems)
    before = _before(course, problems)
    requires = _requires(course, problems)
    named = [
        *mentions_in(normal_form(course.description)),
        *(one for part in [*steps, *before] for one in documents.mentions(part)),
    ]
    sources, terms = _evidence(course, named, problems)
    document = _course_document(course, steps, sources, terms)
    return msgspec.structs.replace(document, requires=requires, before=before), problems


def lesson_draft(lesson: models.Lesson) -> tuple[documents.CourseDocument, list[str]]:
    """Return a course of one lesson, as far as its draft can be shown, and what is in the way."""
    problems: list[str] = []
    row = models.Step.objects.filter(lesson=lesson).first() or models.Step(key=lesson.key)
    rows = block_rows(lesson.course)[lesson.pk]
    step = _lesson_step(row, lesson, rows, problems)
    sources, terms = _evidence(lesson.course, [*documents.mentions(step)], problems)
    known = {term.key for term in terms}
    shown = [
        block
        for block in step.blocks
        if not isinstance(block, documents.TermCards) or known.issuperset(block.terms)
    ]
    step = msgspec.structs.replace(step, blocks=shown)
    return _course_document(lesson.course, [step], sources, terms), problems


def _course_document(
    course: models.Course,
    steps: list[documents.AnyStep],
    sources: list[documents.Source],
    terms: list[documents.Term],
) -> documents.CourseDocument:
    return documents.CourseDocument(
        key=course.key,
        language=course.language,
        title=plain_form(course.title),
        summary=plain_form(course.summary),
        description=normal_form(course.description),
        hours=Decimal(course.hours).quantize(Decimal("0.01")),
        objectives=[plain_form(objective) for objective in course.objectives],
        content_note=plain_form(course.content_note),
        steps=steps,
        sources=sources,
        terms=terms,
        about=read_about(course),
    )


def read_about(course: models.Course) -> documents.About | None:
    """Return what the makers of a course say of it; None when they say nothing."""
    said = {name: plain_form(text) for name, text in course.about.items() if name != "forms"}
    forms = sorted(set(course.about.get("forms", [])))
    about = msgspec.convert(said | {"forms": forms}, documents.About)
    return None if about == documents.About() else about


def draft_digest(course: models.Course) -> str | None:
    """Return the digest under which a draft would be frozen; None when it cannot be."""
    try:
        return digest_of(encode(draft_document(course)))
    except CannotFreezeDraft:
        return None


def named_in_draft(course: models.Course) -> tuple[set[str], set[str]]:
    """Return the keys of the sources and of the terms that a draft names anywhere."""
    parts = [*_steps(course, []), *_before(course, [])]
    named = [one for part in parts for one in documents.mentions(part)]
    definitions = dict(
        models.Term.objects.filter(language=course.language).values_list("key", "definition")
    )
    return documents.with_definitions([*mentions_in(course.description), *named], definitions)


def _steps(course: models.Course, problems: list[str]) -> list[documents.AnyStep]:
    rows = list(
        course.steps.select_related("lesson", "quiz").prefetch_related(
            Prefetch("lesson__covers"), "quiz__parts__topic", "quiz__fixed_items"
        )
    )
    if not rows:
        problems.append(_("The course has no steps. Add a lesson."))
    blocks = block_rows(course)
    steps: list[documents.AnyStep] = []
    for row in rows:
        if row.lesson is not None:
            steps.append(_lesson_step(row, row.lesson, blocks[row.lesson.pk], problems))
        elif row.quiz is not None and (quiz := _quiz_step(row, row.quiz, problems)):
            steps.append(quiz)
    return steps


def _requires(course: models.Course, problems: list[str]) -> list[str]:
    """Return the keys of the courses to complete first; none of them may lead back to this one."""
    first = dict(course.prerequisites.values_list("pk", "key")) if course.pk else {}
    if course.pk in with_all_required(first):
        problems.append(_("The courses to complete first lead back to this one. Take one out."))
    return sorted(first.values())


def with_all_required(courses: Iterable[int]) -> set[int]:
    """Return courses by primary key, with those that they require, and those that these do."""
    links: Any = models.Course.prerequisites.through._default_manager
    required: dict[int, set[int]] = defaultdict(set)
    for opened, first in links.values_list("from_course", "to_course"):
        required[opened].add(first)
    found: set[int] = set()
    waiting = list(courses)
    while waiting:
        if (current := waiting.pop()) not in found:
            found.add(current)
            waiting += required[current]
    return found


def _before(course: models.Course, problems: list[str]) -> list[documents.BeforeItem]:
    """Return the items of the quiz before a course."""
    rows = course.before.select_related("item__topic").prefetch_related(
        "item__item_sources__source"
    )
    found = []
    for row in rows if course.pk else ():
        try:
            found.append(_before_item(row.item))
        except CannotFreeze as error:
            place = {"item": row.item.key, "problem": error}
            problems.append(_("Before the course, %(item)s: %(problem)s") % place)
    if found and len(found) != BEFORE_COUNT:
        counts = {"count": len(found), "wanted": BEFORE_COUNT}
        problems.append(
            _("%(count)s questions are asked before the course; ask %(wanted)s or none.") % counts
        )
    return found


def _before_item(item: Item) -> documents.BeforeItem:
    if item.use != Item.Use.BEFORE:
        raise CannotFreeze([_("it is for another use; give it the use “before”")])
    return documents.BeforeItem(
        item=item_document(item),
        sources=[each.source.key for each in item.item_sources.all()],
    )


def _lesson_step(
    row: models.Step, lesson: models.Lesson, rows: list[BlockRow], problems: list[str]
) -> documents.LessonStep:
    blocks = []
    for block in rows:
        try:
            blocks.append(_checked(_formed(_DOCUMENTS[type(block)](block))))
        except (CannotFreeze, msgspec.ValidationError) as error:
            place = {"lesson": lesson.title, "block": block.key, "problem": error}
            problems.append(_("“%(lesson)s”, %(block)s: %(problem)s") % place)
    for key, problem in documents.misplaced_scenarios(blocks):
        place = {"lesson": lesson.title, "block": key, "problem": problem}
        problems.append(_("“%(lesson)s”, %(block)s: %(problem)s") % place)
    if not rows:
        problems.append(_("The lesson “%(lesson)s” is empty.") % {"lesson": lesson.title})
    keys = [block.key for block in rows]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        place = {"lesson": lesson.title, "block": key}
        problems.append(_("Two blocks of “%(lesson)s” have the key %(block)s.") % place)
    return documents.LessonStep(
        key=row.key,
        title=plain_form(lesson.title),
        minutes=lesson.minutes,
        objectives=[plain_form(objective) for objective in lesson.objectives],
        content_note=plain_form(lesson.content_note),
        covers=sorted(topic.key for topic in lesson.covers.all()),
        blocks=blocks,
    )


def _quiz_step(row: models.Step, quiz: Quiz, problems: list[str]) -> documents.QuizStep | None:
    try:
        document = quiz_document(quiz)
    except CannotFreeze as error:
        problems += [
            _("The quiz “%(quiz)s”: %(problem)s") % {"quiz": quiz.title, "problem": problem}
            for problem in error.problems
        ]
        return None
    return documents.QuizStep(
        key=row.key,
        title=document.title,
        quiz_digest=digest_of(encode(document)),
        question_count=sum(part.count for part in document.parts) + len(document.fixed),
        pass_percent=document.pass_percent,
        attempts=document.attempts,
        item_sources={
            item.key: [row.source.key for row in item.item_sources.all()]
            for item in items_asked(quiz)
        },
    )


def items_asked(quiz: Quiz) -> QuerySet[Item]:
    """Return the items that a paper of a quiz may hold, with their sources."""
    topics = [part.topic for part in quiz.parts.all()]
    drawn = Q() if None in topics else Q(topic__in=topics)
    drawn &= Q(use=Item.Use.QUIZ, retired_at=None)
    fixed = Q(pk__in=[item.pk for item in quiz.fixed_items.all()])
    return (
        Item.objects.filter(drawn | fixed if topics else fixed)
        .select_related("topic")
        .prefetch_related("item_sources__source")
        .order_by("key")
    )


def block_rows(course: models.Course) -> dict[int, list[BlockRow]]:
    """Return the blocks of each lesson of a course, in order."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for model in models.BLOCK_MODELS:
        found = model.objects.filter(parent__course=course)
        for row in found.select_related(*_JOINED.get(model, ())).prefetch_related(
            *_FETCHED.get(model, ())
        ):
            rows[row.parent_id].append(row)
    for blocks in rows.values():
        blocks.sort(key=lambda row: (row.ordering, row.key))
    return rows


_JOINED: dict[type[BlockRow], tuple[str, ...]] = {
    models.Check: ("item__topic",),
    models.Figure: ("media",),
    models.Video: ("media", "captions"),
    models.Quotation: ("source",),
}
_FETCHED: dict[type[BlockRow], tuple[str, ...]] = {
    models.TermCards: ("cards__term",),
    models.Further: ("entries__source",),
    models.Check: ("item__item_sources__source",),
}
_DOCUMENTS: dict[type[BlockRow], Callable[[Any], documents.AnyBlock]] = {
    models.Prose: lambda row: documents.Prose(key=row.key, text=row.text),
    models.Callout: lambda row: documents.Callout(key=row.key, kind=row.kind, text=row.text),
    models.Figure: lambda row: documents.Figure(
        key=row.key,
        media=_media(row.media, row.media_name) if row.media else None,
        drawing=row.drawing,
        alt=row.alt,
        is_decorative=row.is_decorative,
        caption=row.caption,
        credit=row.credit,
    ),
    models.Video: lambda row: documents.Video(
        key=row.key,
        title=row.title,
        media=_media(row.media, row.media_name),
        captions=_media(row.captions, row.captions_name),
        transcript=row.transcript,
    ),
    models.Quotation: lambda row: documents.Quotation(
        key=row.key, text=row.text, attribution=row.attribution, source=row.source.key
    ),
    models.Sorting: lambda row: structured(documents.Sorting, row.key, row.document),
    models.Noted: lambda row: documents.Noted(
        key=row.key, note=row.note, text=row.text, plainly=row.plainly
    ),
    models.LocalNote: lambda row: documents.LocalNote(key=row.key, text=row.text),
    models.TermCards: lambda row: documents.TermCards(
        key=row.key, terms=[card.term.key for card in row.cards.all()]
    ),
    models.Comparison: lambda row: structured(documents.Comparison, row.key, row.document),
    models.Scenario: lambda row: structured(documents.Scenario, row.key, row.document),
    models.Check: lambda row: documents.Check(
        key=row.key,
        item=item_document(row.item),
        sources=[each.source.key for each in row.item.item_sources.all()],
    ),
    models.Reflection: lambda row: documents.Reflection(key=row.key, prompt=row.prompt),
    models.Further: lambda row: documents.Further(
        key=row.key,
        readings=[
            documents.Reading(source=entry.source.key, note=entry.note)
            for entry in row.entries.all()
        ],
    ),
}


def _media(row: models.Media, name: str) -> documents.MediaFile:
    return documents.MediaFile(
        name=name,
        sha256=row.sha256,
        mime=row.mime,
        size=row.size,
        width=row.width,
        height=row.height,
    )


def structured(shape: type[Part], key: str, written: Any) -> Part:
    """Return a block kept as JSON; raises msgspec.ValidationError, in plain English."""
    if not isinstance(written, dict):
        raise msgspec.ValidationError("Expected an object")
    return _checked(msgspec.convert(written | {"key": key}, shape))


def named_in_block(row: BlockRow) -> list[Mention]:
    """Return what a block names, also when it is not finished."""
    try:
        return list(documents.mentions(_DOCUMENTS[type(row)](row)))
    except (CannotFreeze, msgspec.ValidationError):
        values = (getattr(row, each.attname) for each in row._meta.concrete_fields)
        return list(mentions_in(" ".join(map(str, values))))


def _checked(block: Part) -> Part:
    """Return a block that has something to show; raises msgspec.ValidationError."""
    for problem in block.problems():
        raise msgspec.ValidationError(problem)
    for kind in documents.fields_of(type(block)):
        is_rich = documents.notes_of(kind.type).get("form") == "rich"
        if is_rich and not words(getattr(block, kind.name)):
            raise msgspec.ValidationError(_("it has no text"))
    return block


def _formed(part: Part) -> Part:
    """Return a block with every text in its form; an item keeps its own."""
    kinds = documents.fields_of(type(part))
    values = {kind.name: _form(getattr(part, kind.name), kind.type) for kind in kinds}
    return type(part)(**values)


def _form(value: Any, kind: msgspec.inspect.Type) -> Any:
    if isinstance(value, documents.Part):
        return _formed(value)
    if isinstance(value, list):
        inner = documents.inside_of(kind)
        return [_form(each, inner) for each in value]
    if isinstance(value, str):
        return (
            normal_form(value)
            if documents.notes_of(kind).get("form") == "rich"
            else plain_form(value)
        )
    return value


def _evidence(
    course: models.Course, named: list[Mention], problems: list[str]
) -> tuple[list[documents.Source], list[documents.Term]]:
    """Return the sources and terms of a document: those it names, and no others."""
    term_rows = {row.key: row for row in models.Term.objects.filter(language=course.language)}
    definitions = {key: normal_form(row.definition) for key, row in term_rows.items()}
    sources, terms = documents.with_definitions(named, definitions)
    source_rows = models.Source.objects.filter(key__in=sources).in_bulk(field_name="key")
    problems += [
        _("There is no source %(key)s, and a text cites it.") % {"key": key}
        for key in sorted(sources - source_rows.keys())
    ]
    problems += [
        _("There is no term %(key)s, and a text marks it.") % {"key": key}
        for key in sorted(terms - term_rows.keys())
    ]
    return (
        [source_document(source_rows[key]) for key in sorted(sources & source_rows.keys())],
        [
            documents.Term(
                key=key, name=plain_form(term_rows[key].name), definition=definitions[key]
            )
            for key in sorted(terms & term_rows.keys())
        ],
    )


def source_document(row: models.Source) -> documents.Source:
    """Return a source as it would be frozen."""
    return _formed(
        documents.Source(
            key=row.key,
            kind=row.kind,  # type: ignore[arg-type]
            title=row.title,
            seen=row.seen,
            authors=row.authors,
            publisher=row.publisher,
            year=row.year,
            url=row.url,
            doi=row.doi,
            seen_on=row.seen_on.isoformat() if row.seen_on else "",
        )
    )
