"""Courses, lessons and their blocks, as drafts."""

from __future__ import annotations

from functools import partial
from typing import Any

from content_editor.admin import ContentEditor, ContentEditorInline
from django.contrib import admin, messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import models
from courses.admin.editor import RichTextAdmin
from courses.admin.forms import FORMS, CourseForm, LessonForm, NamedRows, StepForm
from courses.admin.guides import GUIDES
from courses.admin.home import (
    add_step,
    course_checks,
    course_home,
    duplicate_step,
    lesson_checks,
    lesson_context,
    move_step,
    remove_step,
    take_reason_back,
)
from courses.admin.inviting import send_course
from courses.admin.learned import course_learned
from courses.admin.packages import course_package, export_course, import_course
from courses.admin.publishing import publish_course
from courses.admin.readers import course_reports, reports_at_blocks
from courses.admin.releasing import MAY_PUBLISH
from courses.admin.reviews import comments_at_blocks, course_reviews
from courses.admin.said import together
from courses.admin.updates import course_update
from courses.admin.versioned import VersionedAdmin
from courses.drafts import CannotFreezeDraft, draft_document
from courses.loading import is_edited
from quizzes.admin import KeyStaysAdmin


class StepInline(admin.TabularInline):
    model = models.Step
    form = StepForm
    formset = NamedRows
    fields = ("position", "lesson", "quiz", "is_required")
    extra = 0


class BeforeInline(admin.TabularInline):
    model = models.BeforeEntry
    formset = NamedRows
    fields = ("position", "item")
    autocomplete_fields = ("item",)
    extra = 0
    verbose_name_plural = _("Questions before the course: five, or none")


@admin.register(models.Course)
class CourseAdmin(VersionedAdmin, RichTextAdmin, KeyStaysAdmin):
    form = CourseForm
    change_form_template = "admin/courses/course/change_form.html"
    list_display = ("home_link", "hours", "lesson_count", "newest_release")
    list_display_links = None
    search_fields = ("title", "key")
    readonly_fields = ("readiness",)
    inlines = (StepInline, BeforeInline)

    def get_urls(self) -> list[Any]:
        step = "<int:pk>/steps/<slug:step>/"
        pages = (
            ("<int:pk>/home/", course_home, "home"),
            ("<int:pk>/checks/", course_checks, "checks"),
            ("<int:pk>/checks/<int:waiver>/take-back/", take_reason_back, "reason_take_back"),
            ("<int:pk>/steps/add/", add_step, "step_add"),
            (step + "move/", move_step, "step_move"),
            (step + "duplicate/", duplicate_step, "step_duplicate"),
            (step + "remove/", remove_step, "step_remove"),
            ("<int:pk>/learned/", course_learned, "learned"),
            ("<int:pk>/update/", course_update, "update"),
            ("<int:pk>/readers/", course_reports, "readers"),
            ("<int:pk>/reviews/", course_reviews, "reviews"),
            ("<int:pk>/reviews/send/", send_course, "send"),
            ("<int:pk>/publish/", publish_course, "publish"),
            ("<int:pk>/package/", course_package, "package"),
            ("<int:pk>/package/draft/", export_course, "export"),
            ("<int:pk>/package/<int:number>/", export_course, "export_release"),
            ("import/", import_course, "import"),
        )
        own = [
            path(
                address,
                self.admin_site.admin_view(partial(view, self)),
                name=f"courses_course_{name}",
            )
            for address, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """Lead from a new course to its home, where its steps are added."""
        if "_continue" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, *args)
        messages.success(request, gettext("The course is there. Add its first lesson."))
        return redirect("admin:courses_course_home", obj.pk)

    @admin.display(description=_("title"), ordering="title")
    def home_link(self, course: models.Course) -> str:
        address = reverse("admin:courses_course_home", args=[course.pk])
        return format_html('<a href="{}">{}</a>', address, course.title)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context["may_publish"] = request.user.has_perm(MAY_PUBLISH)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the title first; a course that is new has no readiness to tell."""
        left_out = {"title"} if obj else {"title", "readiness"}
        fields = super().get_fields(request, obj)
        return ["title", *(name for name in fields if name not in left_out)]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Return no rows for a course that is new: its home adds its steps."""
        return super().get_inlines(request, obj) if obj else ()

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


class BlockInline(ContentEditorInline):
    """A block of a lesson, in its place among all of them."""

    def get_formset(
        self, request: HttpRequest, obj: models.Lesson | None = None, **kwargs: Any
    ) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        known = {"person": request.user, "lesson": obj, "said": getattr(obj, "said", {})}
        formset.form = type(formset.form.__name__, (formset.form,), known)
        return formset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields, with what the type of block is for above them."""
        guide = render_to_string("courses/admin/guide.html", {"guide": GUIDES[self.model]})
        fields = self.get_fields(request, obj)
        return [(None, {"fields": fields, "description": SafeString(guide)})]


_FIELDS: dict[type[models.Block], tuple[str, ...]] = {
    models.Prose: ("text",),
    models.Callout: ("kind", "text"),
    models.Figure: ("picture", "drawing", "alt", "is_decorative", "caption", "credit"),
    models.Video: ("title", "video", "captions_file", "transcript"),
    models.TermCards: ("entries",),
    models.Comparison: ("title", "columns"),
    models.Quotation: ("text", "attribution", "source"),
    models.Scenario: ("title", "follows", "situation", "question", "choices", "why"),
    models.Sorting: ("title", "instruction", "bins", "cards"),
    models.Noted: ("note", "text", "plainly"),
    models.Check: ("item",),
    models.Reflection: ("prompt",),
    models.Further: ("entries",),
    models.LocalNote: ("text",),
}
_ICONS: dict[type[models.Block], str] = {
    models.Prose: "notes",
    models.Callout: "lightbulb",
    models.Figure: "image",
    models.Video: "movie",
    models.TermCards: "style",
    models.Comparison: "view_column",
    models.Quotation: "format_quote",
    models.Scenario: "call_split",
    models.Sorting: "inbox",
    models.Noted: "info",
    models.Check: "quiz",
    models.Reflection: "edit_note",
    models.Further: "menu_book",
    models.LocalNote: "home",
}


def block_inline(block: type[models.Block]) -> type[BlockInline]:
    """Return the inline of a type of block."""
    options: dict[str, Any] = {
        "form": FORMS[block],
        "fields": (*_FIELDS[block], "region", "ordering"),
        "icon": _ICONS[block],
        "color": "inherit",
    }
    inline: type[BlockInline] = BlockInline.create(block, **options)
    return inline


@admin.register(models.Lesson)
class LessonAdmin(VersionedAdmin, RichTextAdmin, KeyStaysAdmin, ContentEditor):
    form = LessonForm
    change_form_template = "admin/courses/lesson/change_form.html"
    list_display = ("title", "course", "minutes")
    list_filter = ("course",)
    list_select_related = ("course",)
    search_fields = ("title", "key", "course__title")
    inlines = tuple(block_inline(block) for block in models.BLOCK_MODELS)

    def get_urls(self) -> list[Any]:
        checks = self.admin_site.admin_view(partial(lesson_checks, self))
        name = "courses_lesson_checks"
        return [path("<int:pk>/checks/", checks, name=name), *super().get_urls()]

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return a lesson with what was said of its blocks, for the forms of the blocks."""
        lesson: Any = super().get_object(*args, **kwargs)
        if lesson is not None:
            lesson.said = together(comments_at_blocks(lesson), reports_at_blocks(lesson))
        return lesson

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Lead from a saved lesson back to its course, which says what the checks find in it."""
        return redirect("admin:courses_course_home", obj.course_id)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        lesson = context.get("original")
        if lesson is not None:
            context |= lesson_context(lesson)
        return super().render_change_form(request, context, *args, **kwargs)
