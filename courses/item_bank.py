"""Writing items and quizzes of the bank, with the sources that only courses know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction
from django.utils.text import slugify

from courses.editing import new_key
from courses.models import Source
from courses.richtext import plain_form
from courses.writing import numbered, put_entries
from quizzes.models import Item, Quiz, Topic
from quizzes.types.base import ItemBody

_KEY_WORDS = 6


@transaction.atomic
def save_item(item: Item, *, body: ItemBody, sources: Iterable[Source]) -> Item:
    """Save an item with this body, its texts in their plain form, and with these sources.

    A new one gets a key made of its question.
    """
    item.body = _plain(msgspec.to_builtins(body))
    item.key = item.key or _item_key(item.body["stem"])
    item.save()
    wanted = [{"source_id": pk} for pk in dict.fromkeys(source.pk for source in sources)]
    put_entries(item.item_sources, wanted)
    return item


@transaction.atomic
def save_quiz(
    quiz: Quiz, *, parts: Iterable[tuple[Topic | None, int]], fixed: Iterable[Item]
) -> Quiz:
    """Save a quiz with these parts, a topic and a count each, and these items on every paper."""
    quiz.save()
    rows = [{"topic_id": topic.pk if topic else None, "count": count} for topic, count in parts]
    put_entries(quiz.parts, numbered(rows))
    items = dict.fromkeys(item.pk for item in fixed)
    put_entries(quiz.fixed, numbered({"item_id": pk} for pk in items))
    return quiz


def _item_key(stem: str) -> str:
    words = slugify(stem).split("-")[:_KEY_WORDS]
    return new_key("-".join(words)[:60].strip("-") or "item")


def _plain(value: Any) -> Any:
    """Return JSON with every text in it in its plain form; keys are so already."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return plain_form(value) if isinstance(value, str) else value
