"""Writing a package into the rows of a draft: only what differs is written."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from django.db import models as db

from courses import documents, models
from courses.allowing import bring_reasons
from courses.drafts import named_in_draft
from courses.markers import Mention
from courses.media import keep_media
from courses.packages import (
    CheckReference,
    FigureReference,
    LessonBlock,
    Package,
    PackageErrors,
    PackageItem,
    PackageLesson,
    PackageMedia,
    PackageProblem,
    PackageQuiz,
    VideoReference,
)
from courses.packages.material import allowed_in
from quizzes.models import Item, Quiz, Topic
from quizzes.versioned import VersionedModel, count_version

Row = TypeVar("Row", bound=db.Model)


class _Everything(Container[Mention]):
    """Every part of a course there can be."""

    def __contains__(self, part: object) -> bool:
        return True


EVERYTHING = _Everything()
COURSE = Mention("course", "")


def write_draft(
    package: Package,
    course: models.Course | None,
    *,
    at: datetime,
    only: Container[Mention] = EVERYTHING,
    going_along: Collection[str] = (),
) -> models.Course:
    """Return the course with its draft as the package has it.

    `only` names what may be written, or taken out when the package lacks it, such as the "lesson"
    with a key, and COURSE for the course's own texts. The rest stays exactly as it is here; the
    order of the steps is always that of the package. `going_along` are the keys of other courses
    that are brought to the same shared rows at once, so that nothing of theirs is in the way.

    Raises PackageErrors when that would change what another course uses; the caller's transaction
    then takes back what was written.
    """
    course = course or models.Course(key=package.key)
    shared = _Shared(package, course, going_along)
    topics_before = _topics_of(course) if course.pk else set()
    if COURSE in only:
        _write_course(package, course)
    sources = _write_sources(package, shared, only)
    terms = _write_terms(package, shared, only)
    items = _write_topics(package, shared, sources, only, at=at)
    given_up = topics_before - package.topics.keys() - shared.topics.keys()
    _retire(Item.objects.filter(topic__key__in=given_up), only, at=at)
    quizzes = {key: _write_quiz(quiz, shared, items, only) for key, quiz in package.quizzes.items()}
    if COURSE in only:
        _write_prerequisites(course, package)
        before = [{"item_id": items[key].pk} for key in package.course.before]
        put_entries(course.before, numbered(before))
    media = {name: _keep(file, at=at) for name, file in package.media.items()}
    rows = _Rows(sources, terms, items, media)
    lessons = {
        key: _write_lesson(course, each, rows, only) for key, each in package.lessons.items()
    }
    _write_steps(course, package, lessons, quizzes)
    bring_reasons(course, allowed_in(package), at=at)
    shared.check()
    return course


def _write_course(package: Package, course: models.Course) -> None:
    entry = package.course
    put(
        course,
        title=entry.title,
        language=entry.language,
        summary=entry.summary,
        description=entry.description,
        hours=entry.hours,
        objectives=entry.objectives,
        content_note=entry.content_note,
        about=msgspec.to_builtins(entry.about) if entry.about else {},
        notes=entry.notes,
        published_without_review_reason=entry.published_without_review,
    )


def _keep(file: PackageMedia, *, at: datetime) -> models.Media:
    return keep_media(file.facts, lambda: file.path.open("rb"), by=None, at=at)


def _write_prerequisites(course: models.Course, package: Package) -> None:
    """Make the courses to complete first those of the package; raises PackageErrors."""
    rows = models.Course.objects.in_bulk(package.course.requires, field_name="key")
    problems = [
        package.problem(
            "course", key, f"there is no course “{key}”; load it first, or mend the key"
        )
        for key in package.course.requires
        if key not in rows
    ]
    if problems:
        raise PackageErrors(problems)
    if set(rows.values()) != set(course.prerequisites.all()):
        course.prerequisites.set(rows.values())


def put(row: db.Model, **values: Any) -> bool:
    """Save a row with these values if it is new or differs; say whether it was saved."""
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    if row.pk and isinstance(row, VersionedModel):
        row.version += 1
    row.save()
    return True


def put_entries(rows: db.Manager[Any], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Make the rows below another row those that are wanted; say whether they were not.

    All entries name the same fields, such as `source_id`.
    """
    names = list(wanted[0]) if wanted else ["pk"]
    if list(rows.values(*names)) == list(wanted):
        return False
    rows.all().delete()
    for each in wanted:
        rows.create(**each)
    return True


class _Shared:
    """What other courses use of the rows that all courses share, and what was changed of it."""

    def __init__(
        self, package: Package, course: models.Course, going_along: Collection[str]
    ) -> None:
        self.package = package
        courses = models.Course.objects.exclude(pk=course.pk)
        self.others = list(courses.exclude(key__in=going_along).order_by("pk"))
        self.topics: dict[str, str] = {}
        self.quizzes: dict[str, str] = {}
        self.changed: list[Mention] = []
        if self.others:
            self._find_uses()

    def _find_uses(self) -> None:
        lessons = models.Lesson.objects.filter(course__in=self.others)
        steps = models.Step.objects.filter(course__in=self.others).exclude(quiz=None)
        checks = models.Check.objects.filter(parent__course__in=self.others)
        before = models.BeforeEntry.objects.filter(course__in=self.others)
        for uses in (
            lessons.values_list("covers__key", "course__title"),
            steps.values_list("quiz__parts__topic__key", "course__title"),
            steps.values_list("quiz__fixed_items__topic__key", "course__title"),
            checks.values_list("item__topic__key", "parent__course__title"),
            before.values_list("item__topic__key", "course__title"),
        ):
            self.topics |= {key: title for key, title in uses if key}
        self.quizzes |= dict(steps.values_list("quiz__key", "course__title"))

    def note(self, kind: str, key: str) -> None:
        self.changed.append(Mention(kind, key))

    def check(self) -> None:
        """Raise PackageErrors when something was changed that another course uses."""
        named = self._named_elsewhere() if self._has_changed("source", "term") else {}
        uses = {"topic": self.topics, "quiz": self.quizzes} | named
        problems = [
            self._problem(mention, uses[mention.kind][mention.key])
            for mention in self.changed
            if mention.key in uses.get(mention.kind, {})
        ]
        if problems:
            raise PackageErrors(problems)

    def _has_changed(self, *kinds: str) -> bool:
        return any(mention.kind in kinds for mention in self.changed)

    def _named_elsewhere(self) -> dict[str, dict[str, str]]:
        uses: dict[str, dict[str, str]] = {"source": {}, "term": {}}
        for course in self.others:
            sources, terms = named_in_draft(course)
            uses["source"] |= dict.fromkeys(sources, course.title)
            if course.language == self.package.course.language:
                uses["term"] |= dict.fromkeys(terms, course.title)
        return uses

    def _problem(self, mention: Mention, title: str) -> PackageProblem:
        message = (
            f"the course “{title}” uses the {mention.kind} “{mention.key}” too, and has it "
            "otherwise; make the two the same, or give this one another key"
        )
        return self.package.problem(mention.kind, mention.key, message)


def _topics_of(course: models.Course) -> set[str]:
    """Return the keys of the topics that a draft covers, asks about or checks."""
    found: set[str | None] = set()
    found |= set(course.lessons.values_list("covers__key", flat=True))
    found |= set(course.steps.values_list("quiz__parts__topic__key", flat=True))
    found |= set(course.steps.values_list("quiz__fixed_items__topic__key", flat=True))
    checks = models.Check.objects.filter(parent__course=course)
    found |= set(checks.values_list("item__topic__key", flat=True))
    found |= set(course.before.values_list("item__topic__key", flat=True))
    return {key for key in found if key}


def _write_sources(
    package: Package, shared: _Shared, only: Container[Mention]
) -> dict[str, models.Source]:
    keys = [source.key for source in package.sources]
    rows = models.Source.objects.in_bulk(keys, field_name="key")
    for source in package.sources:
        values = msgspec.structs.asdict(source)
        values["seen_on"] = date.fromisoformat(source.seen_on) if source.seen_on else None
        row = rows.setdefault(source.key, models.Source())
        may_write = not row.pk or Mention("source", source.key) in only
        if may_write and put(row, **values):
            shared.note("source", source.key)
    return rows


def _write_terms(
    package: Package, shared: _Shared, only: Container[Mention]
) -> dict[str, models.Term]:
    language = package.course.language
    rows = {row.key: row for row in models.Term.objects.filter(language=language)}
    for term in package.terms:
        row = rows.setdefault(term.key, models.Term(language=language))
        may_write = not row.pk or Mention("term", term.key) in only
        if may_write and put(row, **msgspec.structs.asdict(term)):
            shared.note("term", term.key)
    return rows


def _write_topics(
    package: Package,
    shared: _Shared,
    sources: Mapping[str, models.Source],
    only: Container[Mention],
    *,
    at: datetime,
) -> dict[str, Item]:
    """Write the topics with their items, retire items that are gone, and return all items."""
    keys = [item.key for topic in package.topics.values() for item in topic.items]
    rows = {row.key: row for row in Item.objects.filter(key__in=keys).select_related("topic")}
    for topic in package.topics.values():
        row = Topic.objects.filter(key=topic.key).first() or Topic(key=topic.key)
        may_write = not row.pk or Mention("topic", topic.key) in only
        has_changed = may_write and put(row, title=topic.title)
        for position, item in enumerate(topic.items):
            item_row = rows.setdefault(item.key, Item(key=item.key))
            if item_row.pk and Mention("item", item.key) not in only:
                continue
            if item_row.pk and item_row.topic != row:
                shared.note("topic", item_row.topic.key)
            has_changed |= _write_item(item_row, item, row, position, sources)
        gone = row.items.exclude(key__in=[item.key for item in topic.items])
        if _retire(gone, only, at=at) or has_changed:
            shared.note("topic", topic.key)
    return rows


def _write_item(
    row: Item,
    item: PackageItem,
    topic: Topic,
    position: int,
    sources: Mapping[str, models.Source],
) -> bool:
    has_changed = put(
        row,
        topic=topic,
        use=item.head.use,
        body=msgspec.to_builtins(item.body),
        is_critical=item.head.is_critical,
        position=position,
        retired_at=None,
    )
    wanted = [{"source_id": sources[key].pk} for key in item.head.sources]
    return put_entries(row.item_sources, wanted) or has_changed


def _retire(items: db.QuerySet[Item], only: Container[Mention], *, at: datetime) -> bool:
    """Retire those of these items that are not, and may be; say whether there were any."""
    asked = items.filter(retired_at=None).values_list("pk", "key")
    found = [pk for pk, key in asked if Mention("item", key) in only]
    return bool(found) and bool(Item.objects.filter(pk__in=found).update(retired_at=at))


def _write_quiz(
    quiz: PackageQuiz, shared: _Shared, items: Mapping[str, Item], only: Container[Mention]
) -> Quiz:
    row = Quiz.objects.filter(key=quiz.key).first() or Quiz(key=quiz.key)
    if row.pk and Mention("quiz", quiz.key) not in only:
        return row
    entry = quiz.entry
    has_changed = put(
        row, title=entry.title, pass_percent=entry.pass_percent, attempts=entry.attempts
    )
    topics = Topic.objects.in_bulk([part.topic for part in entry.parts], field_name="key")
    has_changed |= put_entries(
        row.parts,
        numbered({"topic_id": topics[part.topic].pk, "count": part.count} for part in entry.parts),
    )
    has_changed |= put_entries(
        row.fixed,
        numbered({"item_id": items[key].pk} for key in entry.fixed),
    )
    if has_changed:
        shared.note("quiz", quiz.key)
    return row


@dataclass(frozen=True)
class _Rows:
    """The rows that blocks point at, by key."""

    sources: Mapping[str, models.Source]
    terms: Mapping[str, models.Term]
    items: Mapping[str, Item]
    media: Mapping[str, models.Media]


def _write_lesson(
    course: models.Course, lesson: PackageLesson, rows: _Rows, only: Container[Mention]
) -> models.Lesson:
    row = course.lessons.filter(key=lesson.key).first()
    if row and Mention("lesson", lesson.key) not in only:
        return row
    row = row or models.Lesson(course=course, key=lesson.key)
    head = lesson.head
    put(
        row,
        title=head.title,
        minutes=head.minutes,
        objectives=head.objectives,
        content_note=head.content_note,
    )
    covered = Topic.objects.filter(key__in=head.covers)
    if set(covered) != set(row.covers.all()):
        row.covers.set(covered)
    if _write_blocks(row, lesson.blocks, rows):
        count_version(row)
    return row


def _write_blocks(lesson: models.Lesson, blocks: Iterable[LessonBlock], rows: _Rows) -> bool:
    """Make the blocks of a lesson those of the package; say whether they were not.

    Others go, and so does one of a changed type. Local notes are the municipality's: those that
    are here stay where they stand, and a package brings none.
    """
    old: dict[tuple[type[models.Block], str], Any] = {
        (model, row.key): row
        for model in models.BLOCK_MODELS
        for row in model.objects.filter(parent=lesson)
    }
    has_changed = False
    shipped = [block for block in blocks if not isinstance(block, documents.LocalNote)]
    order = _places([block.key for block in shipped], list(old.values()))
    for block in shipped:
        written = _written(block, rows)
        row = old.pop((written.model, block.key), None)
        row = row or written.model(parent=lesson, key=block.key)
        has_changed |= put(row, region="main", ordering=order[block.key], **written.values)
        for name, wanted in written.entries.items():
            has_changed |= put_entries(getattr(row, name), wanted)
    for row in old.values():
        if isinstance(row, models.LocalNote):
            has_changed |= put(row, ordering=order[row.key])
        else:
            row.delete()
            has_changed = True
    return has_changed


def _places(keys: list[str], rows: Iterable[models.Block]) -> dict[str, int]:
    """Return the place of each block by its key: a local note stays behind what it followed."""
    before: list[str] = []
    for row in sorted(rows, key=lambda row: (row.ordering, row.key)):
        if isinstance(row, models.LocalNote):
            followed = (keys.index(key) for key in reversed(before) if key in keys)
            keys.insert(next(followed, -1) + 1, row.key)
        before.append(row.key)
    return {key: number * 10 for number, key in enumerate(keys, 1)}


@dataclass(frozen=True)
class _Written:
    """How a block is kept: its model, its values, its entries by the name of their manager."""

    model: type[models.Block]
    values: dict[str, Any]
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def _written(block: LessonBlock, rows: _Rows) -> _Written:
    match block:
        case documents.TermCards(terms=keys):
            cards = [{"term_id": rows.terms[key].pk} for key in keys]
            return _Written(models.TermCards, {}, {"cards": numbered(cards)})
        case documents.Further(readings=readings):
            entries = [
                {"source_id": rows.sources[reading.source].pk, "note": reading.note}
                for reading in readings
            ]
            return _Written(models.Further, {}, {"entries": numbered(entries)})
        case documents.Quotation(source=key):
            values = _values(block) | {"source": rows.sources[key]}
            return _Written(models.Quotation, values)
        case FigureReference():
            return _Written(models.Figure, _values(block) | _media_of(rows, "media", block.media))
        case VideoReference():
            files = _media_of(rows, "media", block.media)
            files |= _media_of(rows, "captions", block.captions)
            return _Written(models.Video, _values(block) | files)
        case documents.Comparison() | documents.Scenario() | documents.Sorting():
            return _Written(_MODELS[type(block)], {"document": as_json(block)})
        case CheckReference(item=key):
            return _Written(models.Check, {"item_id": rows.items[key].pk})
    return _Written(_MODELS[type(block)], as_json(block))


def _values(block: msgspec.Struct) -> dict[str, Any]:
    """Return the fields of a block apart from its key, defaults too: a row has them all."""
    return {name: value for name, value in msgspec.structs.asdict(block).items() if name != "key"}


def _media_of(rows: _Rows, field: str, name: str) -> dict[str, Any]:
    """Return how a block keeps the file of the package that has this name, if one has."""
    return {field: rows.media[name] if name else None, f"{field}_name": name}


_MODELS: dict[type[documents.Block], type[models.Block]] = {
    documents.Prose: models.Prose,
    documents.Callout: models.Callout,
    documents.Comparison: models.Comparison,
    documents.Scenario: models.Scenario,
    documents.Sorting: models.Sorting,
    documents.Noted: models.Noted,
    documents.Reflection: models.Reflection,
}


def numbered(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries with their positions, for put_entries."""
    return [entry | {"position": position} for position, entry in enumerate(entries)]


def as_json(block: msgspec.Struct) -> dict[str, Any]:
    """Return a block as a row keeps it: without its type and key, which the row has."""
    kept: dict[str, Any] = msgspec.to_builtins(block)
    return {name: value for name, value in kept.items() if name not in {"type", "key"}}


def _write_steps(
    course: models.Course,
    package: Package,
    lessons: Mapping[str, models.Lesson],
    quizzes: Mapping[str, Quiz],
) -> None:
    old = {row.key: row for row in course.steps.select_related("lesson", "quiz")}
    for position, entry in enumerate(package.course.steps, 1):
        row = old.pop(entry.key, None) or models.Step(course=course, key=entry.key)
        put(
            row,
            position=position,
            lesson=lessons[entry.lesson] if entry.lesson else None,
            quiz=quizzes[entry.quiz] if entry.quiz else None,
            is_required=entry.is_required,
        )
    for row in old.values():
        row.delete()
    gone = course.lessons.exclude(key__in=lessons)
    if noted := gone.filter(courses_localnote_set__isnull=False).first():
        message = (
            f"the lesson “{noted.title}” is gone, and a local note stands in it here; "
            "move the note to another lesson, or delete it, and try again"
        )
        raise PackageErrors([PackageProblem("course.yaml", None, message)])
    gone.delete()
