"""A small bank of items and a quiz over it, as documents and as drafts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from quizzes.attempts import save_response
from quizzes.freezing import freeze_quiz
from quizzes.models import Attempt, Item, Quiz, QuizFixedItem, QuizPart, QuizVersion, Topic
from quizzes.papers import questions
from quizzes.types.base import Choice, ItemBody
from quizzes.types.multiple import Body as Multiple
from quizzes.types.single import Body as Single
from quizzes.types.true_false import Body as TrueFalse

RIGHT = "Yes, because of the bridge."
WRONG = "Not quite. Look at the bridge again."


def choice(key: str, *, is_correct: bool = False) -> Choice:
    text, feedback = f"The choice {key}", RIGHT if is_correct else WRONG
    return Choice(key=key, text=text, is_correct=is_correct, feedback=feedback)


def single(stem: str = "Which one?", *, right: str = "a", keys: str = "abc") -> Single:
    return Single(stem=stem, choices=[choice(key, is_correct=key == right) for key in keys])


def multiple(*, right: str = "ab", keys: str = "abcd", scoring: str = "all-or-nothing") -> Multiple:
    choices = [choice(key, is_correct=key in right) for key in keys]
    return Multiple(stem="Which ones?", choices=choices, scoring=scoring)


def true_false(*, answer: bool = True) -> TrueFalse:
    return TrueFalse(
        stem="Is it so?",
        answer=answer,
        feedback_true=RIGHT if answer else WRONG,
        feedback_false=WRONG if answer else RIGHT,
    )


def make_item(
    key: str,
    body: ItemBody | None = None,
    *,
    topic: str = "rivers",
    use: str = Item.Use.QUIZ,
    is_critical: bool = False,
) -> Item:
    place, _was_made = Topic.objects.get_or_create(key=topic, defaults={"title": topic.title()})
    return Item.objects.create(
        key=key,
        topic=place,
        use=use,
        body=msgspec.to_builtins(body or single(f"What about {key}?")),
        is_critical=is_critical,
    )


def make_quiz(*, draw: int = 2, of: int = 4, attempts: int | None = None) -> Quiz:
    """Make a quiz that draws `draw` items out of `of`, all single choice with "a" right."""
    for number in range(of):
        make_item(f"river-{number}")
    quiz = Quiz.objects.create(key="rivers", title="Rivers", pass_percent=80, attempts=attempts)
    QuizPart.objects.create(quiz=quiz, topic=Topic.objects.get(key="rivers"), count=draw)
    return quiz


def fix(quiz: Quiz, *items: Item) -> None:
    """Put items on every paper of a quiz."""
    for position, item in enumerate(items):
        QuizFixedItem.objects.create(quiz=quiz, item=item, position=position)


def make_version(*, at: datetime, draw: int = 2, of: int = 4, attempts: int | None = None):
    """Make a quiz and freeze it."""
    version: QuizVersion = freeze_quiz(make_quiz(draw=draw, of=of, attempts=attempts), at=at)
    return version


def answer_all(attempt: Attempt, *, by, at: datetime, key: str = "a") -> None:
    """Answer every item of a paper with one choice; "a" is right."""
    for row in questions(attempt):
        save_response(
            attempt, by=by, position=row.position, item_digest=row.digest, posted=[key], at=at
        )
