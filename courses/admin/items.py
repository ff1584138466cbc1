"""The item bank and quizzes in the admin: found, tried, edited in plain forms, retired."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.admin.editor import RichTextAdmin
from courses.admin.item_forms import ITEM_FORMS, TYPES, QuizForm
from courses.admin.used import links
from courses.admin.versioned import VersionedAdmin
from courses.item_bank import save_item, save_quiz
from courses.models import Course
from courses.uses import Place, item_uses
from quizzes.admin import ItemAdmin, QuizAdmin, as_list
from quizzes.freezing import CannotFreezeItem, item_document
from quizzes.models import Item, Quiz, Topic
from quizzes.retiring import restore_item, retire_item

_BELONGS = (_("Where it belongs"), {"fields": ("topic", "use", "is_critical")})
_SOURCES = (_("Sources"), {"fields": ("sources",)})
_USE = (_("Where it is used"), {"fields": ("where_used", "readiness", "retired_at")})
_WRITTEN: dict[str, tuple[str, ...]] = {
    "single": ("stem", "choices"),
    "multiple": ("stem", "choices", "scoring"),
    "true-false": ("stem", "answer", "feedback_true", "feedback_false"),
}


class TypeFilter(admin.SimpleListFilter):
    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(tag, name) for tag, (name, _said) in TYPES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        return queryset.filter(body__type=self.value()) if self.value() else queryset


class CourseFilter(admin.SimpleListFilter):
    """Items that a course asks or shows as checks, or whose topics its lessons cover."""

    title = _("course")
    parameter_name = "course"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(course.key, course.title) for course in Course.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        if not self.value():
            return queryset
        key = self.value()
        topics = Topic.objects.filter(lessons__course__key=key).values("pk")
        quizzes = Quiz.objects.filter(steps__course__key=key)
        belongs = (
            Q(topic__in=topics)
            | Q(topic__in=quizzes.values("parts__topic"))
            | Q(pk__in=quizzes.values("fixed__item"))
            | Q(checks__parent__course__key=key)
            | Q(asked_before__course__key=key)
        )
        return queryset.filter(pk__in=Item.objects.filter(belongs).values("pk"))


admin.site.unregister([Item, Quiz])


@admin.register(Item)
class ItemBankAdmin(VersionedAdmin, RichTextAdmin, ItemAdmin):
    """A question of the bank; its type is chosen once, then it has the form of that type."""

    change_form_template = "admin/quizzes/item/change_form.html"
    list_display = ("__str__", "topic", "use_name", "kind", "remarks")
    list_per_page = 50
    list_filter = (
        "use",
        "topic",
        TypeFilter,
        CourseFilter,
        "is_critical",
        ("retired_at", admin.EmptyFieldListFilter),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/retire/", view(self.retire), name="quizzes_item_retire"),
            path("<int:pk>/restore/", view(self.restore), name="quizzes_item_restore"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.GET.get("type") in ITEM_FORMS or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Add a question"),
            "opts": self.opts,
            "types": [(tag, name, said) for tag, (name, said) in TYPES.items()],
        }
        return render(request, "admin/quizzes/item/choose_type.html", context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if (tag := _type_of(request, obj)) in ITEM_FORMS:
            kwargs["form"] = ITEM_FORMS[tag]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        tag = _type_of(request, obj)
        if tag not in ITEM_FORMS:
            return [(None, {"fields": ("as_shown", "type_name")}), _BELONGS, _USE]
        fieldsets = [(TYPES[tag][0], {"fields": _WRITTEN[tag]}), _BELONGS, _SOURCES]
        return [*fieldsets, _USE] if obj else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("as_shown", "type_name", "where_used", "readiness", "retired_at")
        return (*shown, "use") if obj else shown

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if _type_of(request, obj if change else None) in ITEM_FORMS:
            save_item(obj, body=form.body, sources=form.cleaned_data["sources"])
        else:
            super().save_model(request, obj, form, change)

    def retire(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the item on no new paper."""
        said = _("Retired. No new paper asks it; papers that have it keep it.")
        return self._turn(request, pk, lambda item: retire_item(item, at=timezone.now()), said)

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let papers ask the item again."""
        return self._turn(request, pk, restore_item, _("Restored. New papers may ask it again."))

    def _turn(self, request: HttpRequest, pk: int, verb: Any, said: Any) -> HttpResponse:
        item = get_object_or_404(Item, pk=pk)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        if request.method == "POST":
            verb(item)
            self.log_change(request, item, str(said))
            messages.success(request, said)
        return redirect("admin:quizzes_item_change", pk)

    @admin.display(description=_("use"), ordering="use")
    def use_name(self, item: Item) -> str:
        """Return what it is for in one word; the filter beside the list says the rest."""
        return item.get_use_display().partition(":")[0]

    @admin.display(description=_("type"), ordering="body__type")
    def kind(self, item: Item) -> str:
        tag = str(item.body.get("type", ""))
        return str(TYPES[tag][0]) if tag in TYPES else tag

    @admin.display(description=_("remarks"))
    def remarks(self, item: Item) -> str:
        """Return what is special about an item; of most there is nothing to say."""
        special = {_("critical"): item.is_critical, _("retired"): item.retired_at is not None}
        return ", ".join(str(word) for word, is_so in special.items() if is_so)

    @admin.display(description=_("where it is used"))
    def where_used(self, item: Item) -> str:
        places = item_uses(item)
        return links(places) if places else gettext("Nowhere yet.")

    @admin.display(description=_("can it be asked"))
    def readiness(self, item: Item) -> str:
        """Return whether the saved item can be asked, and what is in the way."""
        try:
            item_document(item)
        except CannotFreezeItem as error:
            return as_list(error.problems)
        return gettext("Yes.")


def _type_of(request: HttpRequest, item: Item | None) -> str:
    if item is not None and item.pk:
        return str(item.body.get("type", ""))
    return request.GET.get("type", "")


@admin.register(Quiz)
class PlainQuizAdmin(VersionedAdmin, RichTextAdmin, QuizAdmin):
    """A quiz: how it draws, in rows, and what it takes to pass."""

    form = QuizForm
    readonly_fields = ("readiness", "where_used")
    fieldsets = (
        (None, {"fields": ("title", "key", "pass_percent", "attempts")}),
        (_("What it asks"), {"fields": ("parts", "fixed")}),
        (_("Where it is used"), {"fields": ("where_used", "readiness")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj)[: None if obj else 2]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        parts = [(row["topic"], row["count"]) for row in form.cleaned_data["parts"]]
        save_quiz(obj, parts=parts, fixed=[row["item"] for row in form.cleaned_data["fixed"]])

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Lead from a saved quiz back to the course whose step it is."""
        courses = Course.objects.filter(steps__quiz=obj)[:2]
        if len(courses) != 1:
            return super().response_post_save_change(request, obj)
        return redirect("admin:courses_course_home", courses[0].pk)

    @admin.display(description=_("where it is used"))
    def where_used(self, quiz: Quiz) -> str:
        steps = quiz.steps.select_related("course")
        return links(Place(step.course) for step in steps) or gettext("In no course yet.")
