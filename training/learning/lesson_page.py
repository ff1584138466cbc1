"""What a lesson shows of one person: their answers to its checks and their reflections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from courses.documents import Check, LessonStep, Reflection, Source
from courses.rendering import (
    RenderedBlock,
    RenderedCard,
    RenderedCheck,
    RenderedLesson,
    RenderedSorting,
)
from quizzes.documents import ItemDocument, digest_of, encode
from quizzes.forms import AnswerForm
from quizzes.grading import FULL_MARK
from quizzes.types.base import Choice
from training.learning.coursework import Coursework
from training.people.keeping import take_kept
from training.records.models import CheckAnswer
from training.records.models import Reflection as KeptReflection
from training.records.progress import LONGEST_REFLECTION


class ReflectionForm(forms.Form):
    """What a person writes for themselves."""

    text = forms.CharField(
        label=_("Your reflection"),
        max_length=LONGEST_REFLECTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write something first, or go on without: nothing is kept then."),
            "max_length": _("Keep it to %(limit_value)d characters; it has %(show_value)d now."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, block: str, **options: Any) -> None:
        super().__init__(data, auto_id=f"{block}-%s", **options)


@dataclass(frozen=True)
class CheckPart:
    """A check as one person sees it; `chosen` and `mark` only once it is answered."""

    key: str
    action: str
    form: AnswerForm
    sources: list[Source]
    chosen: list[Choice]
    mark: Fraction | None
    has_waiting_answer: bool = False
    blank_html: SafeString | None = None
    """The question as everybody sees it before they answer, where this person has not."""

    @property
    def is_right(self) -> bool:
        return self.mark == FULL_MARK

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was answered, kept or refused."""
        return self.mark is None and not self.has_waiting_answer and not self.form.is_bound

    @property
    def is_partly_right(self) -> bool:
        """Say whether some of what was chosen is right, also where only all of it counts."""
        return not self.is_right and any(choice.is_correct for choice in self.chosen)


@dataclass(frozen=True)
class ReflectionPart:
    """A reflection as its writer sees it."""

    key: str
    form: ReflectionForm
    save_url: str
    delete_url: str
    saved_at: datetime | None
    has_waiting_text: bool = False


@dataclass(frozen=True)
class SortingBin:
    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class SortingCard:
    """A card as one person sees it; `feedback` only once they have sorted it and checked."""

    name: str
    text: str
    bins: list[SortingBin]
    is_right: bool
    feedback: str


@dataclass(frozen=True)
class SortingPart:
    """A sorting exercise as one person sees it. Nothing of it is stored."""

    key: str
    action: str
    block: RenderedSorting
    cards: list[SortingCard]
    is_checked: bool
    has_waiting_answer: bool

    @property
    def right_count(self) -> int:
        return sum(card.is_right for card in self.cards)

    @property
    def is_right(self) -> bool:
        return self.right_count == len(self.cards)

    @property
    def is_empty(self) -> bool:
        return not any(bin_.is_chosen for card in self.cards for bin_ in card.bins)


@dataclass(frozen=True)
class LessonPart:
    """A block of the lesson, with the person's own part when it has one.

    One that is only looked up has no part, and shows what it asks without a way to answer.
    """

    block: RenderedBlock
    part: CheckPart | ReflectionPart | SortingPart | None = None
    is_looked_up: bool = False

    @property
    def template(self) -> str:
        return "learning/_looked_up.html" if self.is_looked_up else self.block.template


def lesson_parts(
    request: HttpRequest,
    work: Coursework,
    lesson: LessonStep,
    rendered: RenderedLesson,
    problem_forms: Mapping[str, Any],
    sorted_cards: Mapping[str, QueryDict],
) -> list[LessonPart]:
    """Return the lesson's blocks in order, those with an answer filled in from the records.

    `sorted_cards` are the answers to sorting exercises that were just given, by block.
    """
    answers, reflections = own_answers(work, lesson), own_reflections(work, lesson)
    parts = []
    for shown in rendered.blocks:
        block, form = lesson.block(shown.key), problem_forms.get(shown.key)
        part: CheckPart | ReflectionPart | SortingPart | None = None
        if isinstance(shown, RenderedSorting):
            action = sorting_url(work, lesson, shown.key)
            part = sorting_part(
                shown,
                action=action,
                answer=sorted_cards.get(shown.key),
                waiting=take_kept(request, action),
            )
        elif isinstance(block, Check):
            part = check_part(
                work,
                lesson,
                block,
                answer=answers.get(block.key),
                form=form,
                waiting=take_kept(request, check_url(work, lesson, block)),
            )
            if isinstance(shown, RenderedCheck) and part.is_blank:
                part = replace(part, blank_html=shown.blank_html)
        elif isinstance(block, Reflection):
            part = reflection_part(request, work, lesson, block, reflections.get(block.key), form)
        parts.append(LessonPart(shown, part))
    return parts


def own_answers(work: Coursework, lesson: LessonStep) -> dict[str, CheckAnswer]:
    """Return the person's answers to the checks of a lesson, by block; no query without a check."""
    if not any(isinstance(block, Check) for block in lesson.blocks):
        return {}
    rows = work.enrolment.check_answers.filter(step_key=lesson.key)
    return {row.block_key: row for row in rows.select_related("item_version")}


def own_reflections(work: Coursework, lesson: LessonStep) -> dict[str, KeptReflection]:
    """Return what the person kept in a lesson, by block; no query without a reflection."""
    if not any(isinstance(block, Reflection) for block in lesson.blocks):
        return {}
    return {row.block_key: row for row in work.enrolment.reflections.filter(step_key=lesson.key)}


def check_url(work: Coursework, lesson: LessonStep, check: Check) -> str:
    return reverse("learning:check-answer", args=[work.course_key, lesson.key, check.key])


def sorting_url(work: Coursework, lesson: LessonStep, block: str) -> str:
    return reverse("learning:sorting-check", args=[work.course_key, lesson.key, block])


def sorting_part(
    block: RenderedSorting,
    *,
    action: str,
    answer: QueryDict | None = None,
    waiting: QueryDict | None = None,
) -> SortingPart:
    """Return a sorting exercise; `answer` was just given, `waiting` was not sent yet."""
    chosen = answer or waiting or QueryDict()
    is_checked = answer is not None
    return SortingPart(
        key=block.key,
        action=action,
        block=block,
        cards=[
            _sorting_card(block, card, chosen.get(f"{block.key}-{card.key}", ""), is_checked)
            for card in block.cards
        ],
        is_checked=is_checked,
        has_waiting_answer=waiting is not None,
    )


def _sorting_card(
    block: RenderedSorting, card: RenderedCard, chosen: str, is_checked: bool
) -> SortingCard:
    bins = [SortingBin(bin_.key, bin_.label, bin_.key == chosen) for bin_ in block.bins]
    is_sorted = is_checked and any(bin_.is_chosen for bin_ in bins)
    return SortingCard(
        name=f"{block.key}-{card.key}",
        text=card.text,
        bins=bins,
        is_right=is_sorted and chosen == card.bin,
        feedback=card.feedback if is_sorted else "",
    )


def check_part(
    work: Coursework,
    lesson: LessonStep,
    check: Check,
    *,
    data: QueryDict | None = None,
    answer: CheckAnswer | None = None,
    form: AnswerForm | None = None,
    waiting: QueryDict | None = None,
) -> CheckPart:
    """Return a check with the person's answer; an answer to another version of it is not shown."""
    body = check.item.body
    is_current = answer and answer.item_version.digest == digest_of(encode(check.item))
    response = answer.response if answer and is_current else None
    shown = waiting.getlist("choice") if waiting else response
    return CheckPart(
        key=check.key,
        action=check_url(work, lesson, check),
        form=form
        or AnswerForm(
            data, body=body, order=body.written_order(), response=shown, prefix=check.key
        ),
        sources=[source for source in work.document.sources if source.key in check.sources],
        chosen=[] if waiting or response is None else body.chosen(response),
        mark=None if waiting or response is None else body.grade(response),
        has_waiting_answer=waiting is not None,
    )


def answered_part(
    item: ItemDocument, *, key: str, action: str, sources: list[Source], posted: Any
) -> CheckPart:
    """Return an item to answer, with its feedback when an answer was posted."""
    body = item.body
    form = AnswerForm(posted, body=body, order=body.written_order(), prefix=key)
    response = form.response if posted is not None and form.is_valid() else None
    return CheckPart(
        key=key,
        action=action,
        form=form,
        sources=sources,
        chosen=[] if response is None else body.chosen(response),
        mark=None if response is None else body.grade(response),
    )


def reflection_part(
    request: HttpRequest,
    work: Coursework,
    lesson: LessonStep,
    block: Reflection,
    kept: KeptReflection | None,
    form: ReflectionForm | None,
) -> ReflectionPart:
    """Return a reflection with what the person kept, or with what still waits to be kept."""
    address = [work.course_key, lesson.key, block.key]
    save_url = reverse("learning:reflection-save", args=address)
    waiting = take_kept(request, save_url)
    text = waiting.get("text", "") if waiting else kept.text if kept else ""
    return ReflectionPart(
        key=block.key,
        form=form or ReflectionForm(block=block.key, initial={"text": text}),
        save_url=save_url,
        delete_url=reverse("learning:reflection-delete", args=address),
        saved_at=kept.saved_at if kept else None,
        has_waiting_text=waiting is not None,
    )
