"""A release that is only read: its lessons are open, nothing done on them is kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.http import Http404, HttpRequest

from courses.documents import Check, CourseDocument, LessonStep
from courses.models import Release
from courses.rendering import RenderedBlock, RenderedLesson, RenderedSorting, render_lesson
from training.learning.coursework import RailStep
from training.learning.lesson_page import (
    CheckPart,
    LessonPart,
    SortingPart,
    answered_part,
    sorting_part,
)

Part = CheckPart | SortingPart | None


@dataclass(frozen=True)
class Reading(ABC):
    """A release in the place of somebody's work. Quizzes stay closed."""

    is_only_read: ClassVar[bool] = True
    is_done: ClassVar[bool] = False
    """Whether the reader has completed it."""
    release: Release
    document: CourseDocument

    @abstractmethod
    def lesson_url(self, key: str) -> str:
        """Return the address of a lesson."""

    def say_url(self, key: str) -> str:
        """Return where something is said about a lesson's blocks, but for the block's key."""
        return ""

    @property
    def glossary_url(self) -> str:
        """Return the glossary that terms lead to; empty: that of the release."""
        return ""

    @property
    def course_key(self) -> str:
        return self.document.key

    @property
    def done_count(self) -> int:
        return len(self.rail) if self.is_done else 0

    @cached_property
    def rail(self) -> list[RailStep]:
        return [
            RailStep(
                key=step.key,
                title=step.title,
                minutes=step.minutes if isinstance(step, LessonStep) else None,
                url=self.lesson_url(step.key),
                is_quiz=not isinstance(step, LessonStep),
                is_done=self.is_done,
                is_open=isinstance(step, LessonStep),
            )
            for step in self.document.steps
        ]

    @cached_property
    def lessons(self) -> list[RailStep]:
        return [step for step in self.rail if step.is_open]

    def beside(self, key: str, by: int) -> RailStep | None:
        """Return the lesson that stands `by` lessons after `key`, or None."""
        place = self.number(key) - 1 + by
        return self.lessons[place] if 0 <= place < len(self.lessons) else None

    def number(self, key: str) -> int:
        """Return which of the lessons `key` is, from 1."""
        return [step.key for step in self.lessons].index(key) + 1

    def lesson_or_404(self, key: str) -> LessonStep:
        step = self.document.step(key)
        if not isinstance(step, LessonStep):
            raise Http404(f"no lesson {key}")
        return step

    def rendered(self, page: LessonStep) -> RenderedLesson:
        return render_lesson(
            self.release.document_id,
            self.document,
            page,
            release_number=self.release.number,
            glossary=self.glossary_url,
        )

    def parts(
        self, request: HttpRequest, page: LessonStep, rendered: RenderedLesson, *, asked: str
    ) -> list[LessonPart]:
        """Return the blocks of a lesson; `asked` is the one that was answered just now."""
        return [
            LessonPart(shown, self._part(request, page, shown, is_asked=shown.key == asked))
            for shown in rendered.blocks
        ]

    def _part(
        self, request: HttpRequest, page: LessonStep, shown: RenderedBlock, *, is_asked: bool
    ) -> Part:
        """Return what can be tried out on a block; a reflection shows its prompt alone."""
        block = page.block(shown.key)
        action = f"{self.lesson_url(page.key)}?block={shown.key}"
        posted = request.POST if is_asked else None
        if isinstance(shown, RenderedSorting):
            return sorting_part(shown, action=action, answer=posted)
        if isinstance(block, Check):
            sources = [each for each in self.document.sources if each.key in block.sources]
            return answered_part(
                block.item, key=block.key, action=action, sources=sources, posted=posted
            )
        return None
