"""Where sources, terms and items are used: in drafts, and in what learners were given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models as db
from django.db import transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses import documents, models
from courses.drafts import block_rows, named_in_block
from courses.markers import Mention, mentions_in
from courses.reading import read_release
from quizzes.models import Item, Quiz
from quizzes.versioned import lock_draft


@dataclass(frozen=True)
class Place:
    """A row that uses something, and where in it."""

    row: db.Model
    detail: str = ""


Key = tuple[str, str, str]
"""What is used: "source" or "term", its key, and of a term its language."""


class StillInUse(Exception):
    """Something cannot be removed while `places` name it."""

    def __init__(self, places: list[Place]) -> None:
        super().__init__(places)
        self.places = places


def all_uses() -> dict[Key, list[Place]]:
    """Return where every source and every term is used in the drafts of all courses."""
    uses: dict[Key, list[Place]] = defaultdict(list)
    for course in models.Course.objects.all():
        for mention, place in _in_course(course):
            uses[_key(mention, course.language)].append(place)
    for term in models.Term.objects.all():
        for mention in dict.fromkeys(mentions_in(term.definition)):
            uses[_key(mention, term.language)].append(Place(term, _("Definition")))
    for row in models.ItemSource.objects.select_related("item", "source"):
        uses["source", row.source.key, ""].append(Place(row.item))
    return uses


def use_key(draft: models.Source | models.Term) -> Key:
    """Return what a source or a term is found by in all_uses."""
    if isinstance(draft, models.Term):
        return "term", draft.key, draft.language
    return "source", draft.key, ""


def uses_of(draft: models.Source | models.Term) -> list[Place]:
    """Return where a source or a term is used, apart from its own text."""
    return [place for place in all_uses().get(use_key(draft), []) if place.row != draft]


@transaction.atomic
def remove_unused(draft: models.Source | models.Term) -> None:
    """Delete a source or a term that nothing names; raises StillInUse."""
    draft = lock_draft(draft)
    if places := uses_of(draft):
        raise StillInUse(places)
    draft.delete()


def _key(mention: Mention, language: str) -> Key:
    return mention.kind, mention.key, language if mention.kind == "term" else ""


def _in_course(course: models.Course) -> Iterator[tuple[Mention, Place]]:
    for mention in dict.fromkeys(mentions_in(course.description)):
        yield mention, Place(course, _("Description"))
    lessons = {lesson.pk: lesson for lesson in course.lessons.all()}
    for pk, blocks in block_rows(course).items():
        for block in blocks:
            if not isinstance(block, models.Check):  # its item is listed itself
                place = Place(lessons[pk], block_name(block))
                for mention in dict.fromkeys(named_in_block(block)):
                    yield mention, place


def block_name(block: models.Block) -> str:
    """Return how a block is told from others: its kind, and how it begins."""
    return f"{capfirst(str(block._meta.verbose_name))}: {block}"


# --- Items --------------------------------------------------------------------------------------


def item_uses(item: Item) -> list[Place]:
    """Return the quizzes, lessons and courses that ask or show an item, and its releases."""
    quizzes = Quiz.objects.filter(_asks(item)).distinct()
    checks = models.Check.objects.filter(item=item).select_related("parent")
    before = models.BeforeEntry.objects.filter(item=item).select_related("course")
    return [
        *(Place(quiz, _how_asked(quiz, item)) for quiz in quizzes),
        *(Place(check.parent, _("Check")) for check in checks),
        *(Place(entry.course, _("asked before the course")) for entry in before),
        *(Place(release) for release in _releases_with(item)),
    ]


def _asks(item: Item) -> Q:
    fixed = Q(fixed__item=item)
    if item.use != Item.Use.QUIZ or item.retired_at is not None:
        return fixed
    return fixed | Q(parts__topic=item.topic) | Q(parts__isnull=False, parts__topic=None)


def _how_asked(quiz: Quiz, item: Item) -> str:
    is_fixed = quiz.fixed.filter(item=item).exists()
    return _("on every paper") if is_fixed else _("drawn at random")


def _releases_with(item: Item) -> list[models.Release]:
    """Return the published releases that have a version of an item, in a quiz or as a check."""
    asked = models.ReleaseStep.objects.filter(quiz_version__items__item=item)
    published = models.Release.objects.exclude(published_at=None)
    found = set(published.filter(steps__in=asked).values_list("pk", flat=True))
    if item.use == Item.Use.CHECK:
        found |= {row.pk for row in published.filter(is_redacted=False) if _shows(row, item)}
    return list(published.filter(pk__in=found).order_by("course", "-number"))


def _shows(release: models.Release, item: Item) -> bool:
    return any(
        isinstance(block, documents.Check) and block.item.key == item.key
        for step in read_release(release).steps
        if isinstance(step, documents.LessonStep)
        for block in step.blocks
    )
