"""Courses, lessons and their blocks, as drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import models
from courses.admin.forms import BlockForm, CourseForm, DraftForm, LessonForm
from courses.drafts import CannotFreezeDraft, draft_document
from courses.loading import is_edited
from quizzes.admin import KeyStaysAdmin


class StepInline(admin.TabularInline):
    model = models.Step
    form = DraftForm
    extra = 0
    autocomplete_fields = ("lesson", "quiz")


@admin.register(models.Course)
class CourseAdmin(KeyStaysAdmin):
    form = CourseForm
    list_display = ("title", "key", "hours", "lesson_count", "newest_release")
    search_fields = ("title", "key")
    readonly_fields = ("readiness",)
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Course]:
        published = Q(releases__published_at__isnull=False, releases__withdrawn_at=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                lesson_count=Count("lessons", distinct=True),
                newest_release=Max("releases__number", filter=published),
            )
        )

    @admin.display(description=_("lessons"), ordering="lesson_count")
    def lesson_count(self, course: Any) -> int:
        return int(course.lesson_count)

    @admin.display(description=_("published release"), ordering="newest_release")
    def newest_release(self, course: Any) -> int | None:
        number: int | None = course.newest_release
        return number

    @admin.display(description=_("can it be published"))
    def readiness(self, course: models.Course) -> str:
        """Return whether the saved draft can be published, and what is in the way."""
        if course._state.adding:
            return gettext("Save it first; then it says here what is still in the way.")
        try:
            draft_document(course)
        except CannotFreezeDraft as error:
            problems = format_html_join("", "<li>{}</li>", ((each,) for each in error.problems))
            return format_html("<ul>{}</ul>", problems)
        if course.loaded_release and is_edited(course):
            return gettext(
                "Yes. It was edited here since it was loaded, so loadcourses leaves it alone."
            )
        return gettext("Yes.")


class BlockInline(admin.StackedInline):
    """A block of a lesson; the ordering says where it stands among all of them."""

    form = BlockForm
    exclude = ("region",)
    extra = 0


class CheckInline(BlockInline):
    autocomplete_fields = ("item",)


class ListInline(BlockInline):
    """A block with a list: shown here, edited in the course files."""

    readonly_fields = ("entries",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("entries"))
    def entries(self, block: Any) -> str:
        rows = block.cards.all() if isinstance(block, models.TermCards) else block.entries.all()
        return format_html_join("", "<p>{}</p>", ((row,) for row in rows))


_INLINES: dict[type[models.Block], type[BlockInline]] = {
    models.Check: CheckInline,
    models.TermCards: ListInline,
    models.Further: ListInline,
}


def block_inline(block: type[models.Block]) -> type[BlockInline]:
    """Return the inline of a type of block."""
    base = _INLINES.get(block, BlockInline)
    return type(f"{block.__name__}Inline", (base,), {"model": block})


@admin.register(models.Lesson)
class LessonAdmin(KeyStaysAdmin):
    form = LessonForm
    list_display = ("title", "course", "key", "minutes")
    list_filter = ("course",)
    list_select_related = ("course",)
    search_fields = ("title", "key", "course__title")
    autocomplete_fields = ("course", "covers")
    inlines = tuple(block_inline(block) for block in models.BLOCK_MODELS)
