"""A candidate as its reviewer reads it: like a learner, with what they said of it at each block."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest
from django.urls import reverse

from courses.comparing import beginning_of
from courses.documents import LessonStep, QuizStep, Source
from courses.models import Review, ReviewComment
from courses.rendering import RenderedLesson
from courses.reviewing import comments_of
from quizzes.documents import ItemDocument
from training.learning.coursework import RailStep, step_beside
from training.learning.lesson_page import LessonPart
from training.learning.reading import Reading

BEFORE = "before"
"""Where the questions before the course stand, as if they were a step of it."""


@dataclass(frozen=True)
class ReviewedPart(LessonPart):
    """A block with what its reviewer said of it, and the answers."""

    comments: tuple[ReviewComment, ...] = ()
    comment_url: str = ""


@dataclass(frozen=True)
class ReviewedItem:
    """A question with its answers and sources, and what its reviewer said of it."""

    item: ItemDocument
    sources: list[Source]
    comments: list[ReviewComment]
    comment_url: str


@dataclass(frozen=True)
class Passage:
    """What a comment is about: a block of a lesson, or a question."""

    title: str
    words: str
    back_url: str


@dataclass(frozen=True)
class CandidateReading(Reading):
    """A candidate with the review through which somebody reads it."""

    review: Review
    token: str

    def address(self, page: str, *args: object) -> str:
        return reverse(f"learning:{page}", args=[self.token, *args])

    @property
    def url(self) -> str:
        return self.address("review")

    @property
    def course_url(self) -> str:
        return self.address("review-course")

    @property
    def evidence_url(self) -> str:
        return self.address("review-evidence")

    @property
    def glossary_url(self) -> str:
        return self.address("review-glossary")

    @property
    def decide_url(self) -> str:
        return self.address("review-decide")

    def lesson_url(self, key: str) -> str:
        return self.address("review-lesson", key)

    def step_url(self, key: str) -> str:
        """Return the page of a step, whichever kind it is."""
        if isinstance(self.document.step(key), LessonStep):
            return self.lesson_url(key)
        return self.address("review-quiz", key)

    def comment_url(self, step: str, key: str) -> str:
        return self.address("review-comment", step, key)

    @cached_property
    def rail(self) -> list[RailStep]:
        """Return the steps, all of them open: a reviewer reads the questions too."""
        return [
            RailStep(
                key=step.key,
                title=step.title,
                minutes=step.minutes if isinstance(step, LessonStep) else None,
                url=self.step_url(step.key),
                is_quiz=isinstance(step, QuizStep),
                is_done=False,
                is_open=True,
            )
            for step in self.document.steps
        ]

    @cached_property
    def lessons(self) -> list[RailStep]:
        return [step for step in self.rail if not step.is_quiz]

    def beside(self, key: str, by: int) -> RailStep | None:
        """Return the step that stands `by` places after `key`, or None."""
        return step_beside(self.rail, key, by)

    @cached_property
    def comments(self) -> list[ReviewComment]:
        """Return what this reviewer said of the course, of earlier candidates too."""
        return comments_of(self.review)

    @cached_property
    def comments_at(self) -> dict[tuple[str, str], list[ReviewComment]]:
        found: dict[tuple[str, str], list[ReviewComment]] = defaultdict(list)
        for each in self.comments:
            found[each.step_key, each.block_key].append(each)
        return found

    def parts(
        self, request: HttpRequest, page: LessonStep, rendered: RenderedLesson, *, asked: str
    ) -> list[LessonPart]:
        return [
            ReviewedPart(
                block=row.block,
                part=row.part,
                comments=tuple(self.comments_at.get((page.key, row.block.key), ())),
                comment_url=self.comment_url(page.key, row.block.key),
            )
            for row in super().parts(request, page, rendered, asked=asked)
        ]

    # --- Questions ------------------------------------------------------------------------------

    def items(self, step: str) -> list[ReviewedItem]:
        """Return the questions from which a quiz draws, or those before the course; or 404."""
        return [
            ReviewedItem(
                item=item,
                sources=[each for each in self.document.sources if each.key in sources],
                comments=self.comments_at.get((step, item.key), []),
                comment_url=self.comment_url(step, item.key),
            )
            for item, sources in self._items(step)
        ]

    def _items(self, key: str) -> list[tuple[ItemDocument, list[str]]]:
        if key == BEFORE and self.document.before:
            return [(each.item, each.sources) for each in self.document.before]
        step = self.document.step(key)
        row = self.release.steps.filter(key=key).select_related("quiz_version").first()
        if not isinstance(step, QuizStep) or row is None or row.quiz_version is None:
            raise Http404(f"no questions at {key}")
        items = row.quiz_version.items.select_related("item").order_by("item__topic", "item__key")
        return [(each.read(), step.item_sources.get(each.item.key, [])) for each in items]

    def passage_or_404(self, step: str, key: str) -> Passage:
        """Return what stands at a place of the candidate; 404 where nothing does."""
        page = self.document.step(step)
        if isinstance(page, LessonStep):
            block = page.block(key)
            if block is None:
                raise Http404(f"no block {key}")
            return Passage(page.title, beginning_of(block), f"{self.lesson_url(step)}#{key}")
        items = {item.key: item for item, _sources in self._items(step)}
        if key not in items:
            raise Http404(f"no question {key}")
        back = self.address("review-before") if step == BEFORE else self.step_url(step)
        return Passage(page.title if page else "", beginning_of(items[key]), f"{back}#{key}")
