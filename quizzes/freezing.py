"""Freezing: a draft item or quiz becomes a version, found by its content.

The same content gives the same row, so publishing an unchanged quiz again keeps what people passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from quizzes.documents import ItemDocument, Part, QuizDocument, digest_of, encode
from quizzes.drawing import Shortage, shortages
from quizzes.models import Item, ItemVersion, Quiz, QuizVersion
from quizzes.types import AnyBody


class CannotFreeze(ValueError):
    """A draft is not fit to be asked; `problems` says why, one plain sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


class CannotFreezeItem(CannotFreeze):
    """An item is not fit to be asked."""


class CannotFreezeQuiz(CannotFreeze):
    """A quiz, or one of its items, is not fit to be asked."""


def item_document(item: Item) -> ItemDocument:
    """Return a draft item as it would be frozen; raises CannotFreezeItem."""
    try:
        body = msgspec.convert(item.body, AnyBody)
    except msgspec.ValidationError as error:
        raise CannotFreezeItem([str(error)]) from error
    problems = list(body.problems())
    if problems:
        raise CannotFreezeItem(problems)
    return ItemDocument(key=item.key, topic=item.topic.key, body=body, is_critical=item.is_critical)


@transaction.atomic
def freeze_item(item: Item, *, at: datetime) -> ItemVersion:
    """Return the version of a draft item, made now unless it exists; raises CannotFreezeItem."""
    return _item_version(item, encode(item_document(item)), at=at)


def quiz_document(quiz: Quiz) -> QuizDocument:
    """Return a draft quiz as it would be frozen; raises CannotFreezeQuiz with every problem."""
    return _read_quiz(quiz)[0]


@transaction.atomic
def freeze_quiz(quiz: Quiz, *, at: datetime) -> QuizVersion:
    """Return the version of a draft quiz, made now unless it exists, with those of its items.

    Raises CannotFreezeQuiz with every problem of the quiz and of its items.
    """
    document, items = _read_quiz(quiz)
    stored = encode(document)
    version, was_made = QuizVersion.objects.get_or_create(
        digest=digest_of(stored), defaults={"quiz": quiz, "document": stored, "frozen_at": at}
    )
    if was_made:
        version.items.set([_item_version(item, asked, at=at) for item, asked in items])
    return version


def _item_version(item: Item, stored: bytes, *, at: datetime) -> ItemVersion:
    version, _was_made = ItemVersion.objects.get_or_create(
        digest=digest_of(stored), defaults={"item": item, "document": stored, "frozen_at": at}
    )
    return version


def _read_quiz(quiz: Quiz) -> tuple[QuizDocument, list[tuple[Item, bytes]]]:
    """Return the document of a quiz, and its items with the bytes to freeze them under."""
    fixed = [row.item for row in quiz.fixed.select_related("item")]
    parts = [
        Part(count=part.count, topic=part.topic.key if part.topic else None)
        for part in quiz.parts.select_related("topic")
    ]
    items = _items_for(parts, fixed)
    problems = _fixed_problems(fixed)
    frozen: dict[str, tuple[Item, bytes]] = {}
    for item in items:
        try:
            stored = encode(item_document(item))
        except CannotFreezeItem as error:
            problems += [f"{item.key}: {problem}" for problem in error.problems]
        else:
            frozen[digest_of(stored)] = (item, stored)
    if problems:
        raise CannotFreezeQuiz(problems)
    digests = {item.pk: digest for digest, (item, _stored) in frozen.items()}
    document = QuizDocument(
        key=quiz.key,
        title=quiz.title,
        pass_percent=quiz.pass_percent,
        parts=parts,
        items=list(frozen),
        fixed=[digests[item.pk] for item in fixed],
        attempts=quiz.attempts,
    )
    topics = {digest: item.topic.key for digest, (item, _stored) in frozen.items()}
    problems = _paper_problems(document, shortages(document, topics))
    if problems:
        raise CannotFreezeQuiz(problems)
    return document, list(frozen.values())


def _items_for(parts: Iterable[Part], fixed: Iterable[Item]) -> list[Item]:
    """Return every item that a paper may hold, in an order that does not depend on the editing."""
    topics = {part.topic for part in parts}
    drawn = Q() if None in topics else Q(topic__key__in=topics)
    drawn &= Q(use=Item.Use.QUIZ, retired_at=None)
    if not topics:
        drawn = Q(pk__in=())
    wanted = drawn | Q(pk__in=[item.pk for item in fixed])
    return list(Item.objects.filter(wanted).select_related("topic").order_by("key"))


def _fixed_problems(fixed: Iterable[Item]) -> list[str]:
    problems = []
    for item in fixed:
        if item.retired_at is not None:
            problems.append(
                _("%(item)s is on every paper, but it is retired.") % {"item": item.key}
            )
        if item.use != Item.Use.QUIZ:
            problems.append(
                _("%(item)s is on every paper, but it is a check and not graded.")
                % {"item": item.key}
            )
    return problems


def _paper_problems(document: QuizDocument, missing: Iterable[Shortage]) -> list[str]:
    if not document.parts and not document.fixed:
        return [_("It asks nothing. Add a part, or items that are on every paper.")]
    return [
        _("A part draws %(wanted)s items of %(topic)s; there are %(available)s.")
        % {
            "wanted": shortage.wanted,
            "topic": shortage.topic or _("any topic"),
            "available": shortage.available,
        }
        for shortage in missing
    ]
