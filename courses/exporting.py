"""A draft or a release as a package: the way back from writing and publishing one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec
from django.utils.translation import gettext as _

from courses.documents import (
    AnyBlock,
    Check,
    CourseDocument,
    Figure,
    LessonStep,
    LocalNote,
    MediaFile,
    QuizStep,
    Video,
)
from courses.drafts import draft_document
from courses.media import MediaFacts, stored_path
from courses.models import Course, Release, Waiver
from courses.packages import PackageErrors, PackageProblem, read_package
from courses.packages.form import write_folder
from courses.packages.package import (
    CheckReference,
    CourseEntry,
    FigureReference,
    ItemHead,
    LessonBlock,
    LessonHead,
    Package,
    PackageItem,
    PackageLesson,
    PackageMedia,
    PackageQuiz,
    PackageTopic,
    PartEntry,
    QuizEntry,
    StepEntry,
    VideoReference,
    WaiverEntry,
)
from courses.reading import read_release
from courses.richtext import plain_form
from quizzes.documents import ItemDocument, Part, QuizDocument
from quizzes.freezing import item_document, quiz_document
from quizzes.models import Item, Topic

Use = Literal["quiz", "check", "before"]


class CannotExport(Exception):
    """A course says what no package can say; the message says what, and how to mend it."""


@dataclass(frozen=True)
class _Asked:
    """A quiz with the items that a paper may hold, and where it stands in the course."""

    quiz: QuizDocument
    items: list[ItemDocument]
    fixed: list[str]


def draft_package(course: Course) -> Package:
    """Return the draft of a course as a package, without what nothing leads to.

    Local notes are this place's own and stay here.

    Raises CannotFreezeDraft while the draft is not fit to be published, CannotExport.
    """
    document = draft_document(course)
    steps = course.steps.select_related("quiz")
    asked = {}
    for step in steps:
        if step.quiz:
            keys = _quiz_step(document, step.key).item_sources
            rows = Item.objects.filter(key__in=keys).select_related("topic")
            fixed = list(step.quiz.fixed.values_list("item__key", flat=True))
            items = [item_document(row) for row in rows]
            asked[step.key] = _Asked(quiz_document(step.quiz), items, fixed)
    return _package(
        document,
        asked,
        not_required={step.key for step in steps if not step.is_required},
        notes=course.notes,
        reason=course.published_without_review_reason,
    )


def release_package(release: Release) -> Package:
    """Return a release as the package that it could have come from; raises CannotExport.

    Its items are those that were frozen with it. Titles of topics, and reasons for what the checks
    find, are those of today: a release has none. Raises ReleaseRedacted.
    """
    asked = {}
    steps = release.steps.select_related("quiz_version")
    for step in steps:
        if step.quiz_version:
            quiz = step.quiz_version.read()
            frozen = {row.digest: row.read() for row in step.quiz_version.items.all()}
            fixed = [frozen[digest].key for digest in quiz.fixed]
            asked[step.key] = _Asked(quiz, list(frozen.values()), fixed)
    return _package(
        read_release(release),
        asked,
        not_required={step.key for step in steps if not step.is_required},
        notes=release.notes,
        reason=release.published_without_review_reason,
    )


def unreadable(package: Package) -> list[PackageProblem]:
    """Return what an import would ask to mend in a package that was made here."""
    with TemporaryDirectory(prefix="groundwork-package-") as place:
        folder = Path(place) / package.key
        write_folder(package, folder)
        try:
            read_package(folder)
        except PackageErrors as errors:
            return errors.problems
    return []


def _quiz_step(document: CourseDocument, key: str) -> QuizStep:
    return next(step for step in document.steps if isinstance(step, QuizStep) and step.key == key)


def _package(
    document: CourseDocument,
    asked: dict[str, _Asked],
    *,
    not_required: set[str],
    notes: str,
    reason: str,
) -> Package:
    topics = _topics(document, asked)
    lessons = [step for step in document.steps if isinstance(step, LessonStep)]
    shelf = _Shelf()
    package = Package(
        folder=Path(document.key),
        course=_course(document, asked, not_required, notes, reason),
        sources=document.sources,
        terms=document.terms,
        lessons={step.key: _lesson(step, topics, shelf) for step in lessons},
        topics=topics,
        quizzes={each.quiz.key: _quiz(each) for each in asked.values()},
        waivers=[],
        media=shelf.files,
        places={},
    )
    return replace(package, waivers=_waivers(package))


def _waivers(package: Package) -> list[WaiverEntry]:
    """Return the reasons that stand for a course, as far as the package has what they are about."""
    rows = Waiver.objects.standing().filter(course__key=package.key)
    allowed = dict.fromkeys(row.allowed() for row in rows)
    entries = [
        WaiverEntry(
            check=each.check, step=each.step, block=each.block, text=each.text, reason=each.reason
        )
        for each in allowed
    ]
    return [entry for entry in entries if package.has_place(entry.step, entry.block)]


def _course(
    document: CourseDocument,
    asked: dict[str, _Asked],
    not_required: set[str],
    notes: str,
    reason: str,
) -> CourseEntry:
    steps = [
        StepEntry(
            lesson=step.key if isinstance(step, LessonStep) else None,
            quiz=asked[step.key].quiz.key if isinstance(step, QuizStep) else None,
            is_required=step.key not in not_required,
        )
        for step in document.steps
    ]
    return CourseEntry(
        title=document.title,
        language=document.language,
        summary=document.summary,
        description=document.description,
        hours=document.hours,
        content_note=document.content_note,
        objectives=document.objectives,
        steps=steps,
        requires=document.requires,
        before=[each.item.key for each in document.before],
        about=document.about,
        notes=plain_form(notes),
        published_without_review=plain_form(reason),
    )


def _topics(document: CourseDocument, asked: dict[str, _Asked]) -> dict[str, PackageTopic]:
    """Return the items that something leads to, by topic."""
    items: dict[str, dict[str, PackageItem]] = defaultdict(dict)
    for item, use, sources in _items(document, asked):
        head = ItemHead(key=item.key, use=use, is_critical=item.is_critical, sources=sources)
        items[item.topic][item.key] = PackageItem(head, item.body)
    titles = dict(Topic.objects.filter(key__in=items).values_list("key", "title"))
    return {
        key: PackageTopic(key, plain_form(titles[key]), list(found.values()))
        for key, found in items.items()
    }


def _items(
    document: CourseDocument, asked: dict[str, _Asked]
) -> Iterator[tuple[ItemDocument, Use, list[str]]]:
    """Yield every item with its use and the keys of its sources."""
    for each in document.before:
        yield each.item, "before", each.sources
    for step in document.steps:
        if isinstance(step, QuizStep):
            for item in asked[step.key].items:
                yield item, "quiz", step.item_sources[item.key]
            continue
        for block in step.blocks:
            if isinstance(block, Check):
                yield block.item, "check", block.sources


def _quiz(asked: _Asked) -> PackageQuiz:
    quiz = asked.quiz
    parts = [PartEntry(topic=_topic(quiz, part), count=part.count) for part in quiz.parts]
    entry = QuizEntry(
        title=plain_form(quiz.title),
        pass_percent=quiz.pass_percent,
        attempts=quiz.attempts,
        parts=parts,
        fixed=asked.fixed,
    )
    return PackageQuiz(quiz.key, entry)


def _topic(quiz: QuizDocument, part: Part) -> str:
    if part.topic is None:
        message = _(
            "The quiz “%(quiz)s” draws from any topic, of other courses too. A package holds one"
            " course: name the topics, then export it."
        )
        raise CannotExport(message % {"quiz": quiz.title})
    return part.topic


@dataclass
class _Shelf:
    """The files that a package brings along, each under a name of its own."""

    files: dict[str, PackageMedia] = field(default_factory=dict)

    def put(self, media: MediaFile) -> str:
        """Return the name under which a file goes into the package."""
        facts = MediaFacts(media.sha256, media.mime, media.size, media.width, media.height)
        stem, _dot, ending = media.name.rpartition(".")
        name, number = media.name, 1
        while name in self.files and self.files[name].facts.sha256 != media.sha256:
            number += 1
            name = f"{stem}-{number}.{ending}"
        self.files[name] = PackageMedia(name, stored_path(media.sha256), facts)
        return name


def _lesson(step: LessonStep, topics: Collection[str], shelf: _Shelf) -> PackageLesson:
    head = LessonHead(
        title=step.title,
        minutes=step.minutes,
        covers=[key for key in step.covers if key in topics],
        objectives=step.objectives,
        content_note=step.content_note,
    )
    shipped = [block for block in step.blocks if not isinstance(block, LocalNote)]
    return PackageLesson(step.key, head, [_block(block, shelf) for block in shipped])


def _block(block: AnyBlock, shelf: _Shelf) -> LessonBlock:
    match block:
        case Check():
            return CheckReference(key=block.key, item=block.item.key)
        case Figure():
            values = msgspec.structs.asdict(block)
            values["media"] = shelf.put(block.media) if block.media else ""
            return FigureReference(**values)
        case Video():
            return VideoReference(
                key=block.key,
                title=block.title,
                media=shelf.put(block.media),
                captions=shelf.put(block.captions),
                transcript=block.transcript,
            )
    return block
