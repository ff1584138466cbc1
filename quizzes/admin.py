"""Topics, items and quizzes in the admin. Papers and answers are nobody's to look at here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.freezing import CannotFreezeItem, CannotFreezeQuiz, item_document, quiz_document
from quizzes.models import Item, Quiz, Topic


def as_list(problems: list[str]) -> SafeString:
    """Return problems as an HTML list."""
    rows = format_html_join("", "<li>{}</li>", ((problem,) for problem in problems))
    return format_html_join("", "<ul>{}</ul>", [(rows,)])


class KeyStaysAdmin(admin.ModelAdmin):
    """A key is chosen once: files, papers and releases go by it. It is made from what is named."""

    named_by = "title"

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj is not None or not self.named_by else {"key": (self.named_by,)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "key":
            kwargs["help_text"] = _(
                "What files and links call it: small letters, digits and hyphens. It fills itself"
                " in, and stays as it is once you have saved."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "key") if obj is not None else fields


@admin.register(Topic)
class TopicAdmin(KeyStaysAdmin):
    fields = ("title", "key")
    list_display = ("title", "key", "graded_count", "check_count")
    search_fields = ("title", "key")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                graded_count=Count("items", Q(items__use=Item.Use.QUIZ, items__retired_at=None)),
                check_count=Count("items", Q(items__use=Item.Use.CHECK, items__retired_at=None)),
            )
        )

    @admin.display(description=_("graded items"), ordering="graded_count")
    def graded_count(self, topic: Any) -> int:
        return int(topic.graded_count)

    @admin.display(description=_("checks"), ordering="check_count")
    def check_count(self, topic: Any) -> int:
        return int(topic.check_count)


@admin.register(Item)
class ItemAdmin(KeyStaysAdmin):
    """Items are found and read here; courses adds their forms, since it knows their sources."""

    named_by = ""  # its key is made when it is saved
    list_display: tuple[str, ...] = (
        "__str__",
        "topic",
        "use",
        "type_name",
        "is_critical",
        "retired_at",
    )
    list_select_related = ("topic",)
    search_fields = ("key", "body__stem", "topic__title")

    @admin.display(description=_("type"))
    def type_name(self, item: Item) -> str:
        return str(item.body.get("type", ""))

    @admin.display(description=_("question"))
    def as_shown(self, item: Item) -> SafeString:
        """Return the item with its key and all feedback, or what is wrong with it."""
        try:
            body = item_document(item).body
        except CannotFreezeItem as error:
            return as_list(error.problems)
        context = {"body": body, "order": body.written_order(), "show_key": True}
        stem = format_html_join("", "<p><strong>{}</strong></p>", [(body.stem,)])
        return stem + SafeString(render_to_string(body.result_template, context))


@admin.register(Quiz)
class QuizAdmin(KeyStaysAdmin):
    list_display = ("title", "key", "pass_percent", "attempts")
    search_fields = ("title", "key")

    @admin.display(description=_("can it be published"))
    def readiness(self, quiz: Quiz) -> str:
        """Return whether the saved quiz can be published, and what is in the way."""
        if quiz._state.adding:
            return gettext("Save it first; then it says here what is still in the way.")
        try:
            document = quiz_document(quiz)
        except CannotFreezeQuiz as error:
            return as_list(error.problems)
        return gettext("Yes. It draws from %(count)s items.") % {"count": len(document.items)}
