"""Assignments: which course, to whom, by when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Release
from training.people.choosing import DepartmentChoice, PersonByEmail
from training.people.models import JobRole
from training.records.assigning import (
    end_assignment,
    organisation_day,
    people_fitting,
    people_reached,
    sync,
)
from training.records.models import Assignment, AudienceClause

MANY_DAYS = 3650
LINE_LABELS = {
    "is_everyone": _("Everyone"),
    "department": _("Department, with its sections"),
    "job_role": _("Job role"),
    "person": _("Person, by email address"),
}


class DayInput(forms.DateInput):
    """A date in the browser's own control."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AssignmentForm(forms.ModelForm):
    """A course that people can start, and the day by which, or the days in which."""

    class Meta:
        model = Assignment
        fields = ("course", "due_on", "due_days", "starts_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("course")
        if isinstance(field, forms.ModelChoiceField):
            offered = Release.objects.current().values("course")
            field.queryset = Course.objects.filter(pk__in=offered).order_by("title")

    def clean_due_days(self) -> int | None:
        days: int | None = self.cleaned_data["due_days"]
        if days is not None and days > MANY_DAYS:
            raise ValidationError(_("Give at most ten years: 3650 days."))
        return days

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        starts_on, due_on = cleaned.get("starts_on"), cleaned.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", _("This day is before the one on which it starts."))
        return cleaned


class AudienceFormSet(BaseInlineFormSet):
    """Whom an assignment reaches: at least one line, each with one thing."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Take this line away")

    def clean(self) -> None:
        super().clean()
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.has_changed() or form.instance.pk)
        ]
        if not kept and not any(self.errors):
            raise ValidationError(_("Say whom it reaches: fill in at least one line."))


class AudienceForm(forms.ModelForm):
    """One line of whom an assignment reaches."""

    department = DepartmentChoice(required=False)
    job_role = forms.ModelChoiceField(JobRole.objects.all(), required=False)
    person = PersonByEmail(required=False, max_length=254)

    class Meta:
        model = AudienceClause
        fields = ("is_everyone", "department", "job_role", "person")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LINE_LABELS.items():
            if name in self.fields:
                self.fields[name].label = label


class AudienceInline(admin.StackedInline):
    """Who may change an assignment may change whom it reaches."""

    model = AudienceClause
    form = AudienceForm
    formset = AudienceFormSet
    fields = (("is_everyone", "department"), ("job_role", "person"))
    extra = 0
    min_num = 1
    verbose_name = _("line")
    verbose_name_plural = _("Whom it reaches: one thing on each line")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("records.view_assignment")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)


def may_edit(request: HttpRequest) -> bool:
    """Say whether somebody may add or change assignments."""
    user: Any = request.user
    return user.has_perm("records.change_assignment") or user.has_perm("records.add_assignment")


class IsEnded(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", _("Not ended")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("running", "ended"):
            return queryset
        return queryset.filter(ended_at__isnull=self.value() == "running")


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):
    formfield_overrides = {models.DateField: {"widget": DayInput}}
    form = AssignmentForm
    inlines = (AudienceInline,)
    list_display = ("course", "audience_names", "due", "state", "reach")
    list_filter = (IsEnded, ("course", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("course",)
    search_fields = (
        "course__title",
        "audience__department__name",
        "audience__job_role__name",
        "audience__person__name",
    )
    search_help_text = _("Search by course, department, job role or person.")
    readonly_fields = ("state", "reach")
    fields = ("course", "due_on", "due_days", "starts_on", "state", "reach")
    actions = ("end",)
    change_form_template = "admin/records/assignment/change_form.html"

    class Media:
        js = (forms.Script("administration/assignment.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        named = ("audience__department", "audience__job_role", "audience__person")
        rows = super().get_queryset(request).prefetch_related(*named)
        return rows.annotate(reach_count=Count("reaches", distinct=True))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:4]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the course of an assignment: another course is another assignment."""
        return ("course", *self.readonly_fields) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """Leave an ended assignment as it was."""
        return super().has_change_permission(request, obj) and not (obj and obj.ended_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Assignments are ended, not deleted: what they asked of people stays on record."""
        return False

    # --- Whom it would reach ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        count = self.admin_site.admin_view(self.count_reach)
        return [path("reach/", count, name="records_assignment_reach"), *super().get_urls()]

    def count_reach(self, request: HttpRequest) -> HttpResponse:
        """Say how many people the lines of a form reach as it stands; nothing is saved."""
        if not may_edit(request):
            raise PermissionDenied
        said = reach_said(request.POST)
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(said, content_type="text/plain")
        context = {**self.admin_site.each_context(request), "said": said, "title": said}
        return render(request, "admin/records/assignment/reach.html", context)

    # --- Columns --------------------------------------------------------------------------------

    @admin.display(description=_("to whom"))
    def audience_names(self, assignment: Assignment) -> str:
        return ", ".join(str(clause) for clause in assignment.audience.all())

    @admin.display(description=_("due"), ordering="due_on")
    def due(self, assignment: Assignment) -> Any:
        days = assignment.due_days
        if days is None:
            return assignment.due_on
        return ngettext("after %(days)s day", "after %(days)s days", days) % {"days": days}

    @admin.display(description=_("state"))
    def state(self, assignment: Assignment) -> str:
        if assignment.ended_at is not None:
            return gettext("Ended")
        return gettext("Not begun") if is_to_begin(assignment) else gettext("Running")

    @admin.display(description=_("reaches"))
    def reach(self, assignment: Any) -> str:
        if assignment.ended_at is not None:
            return gettext("Nobody any more")
        if is_to_begin(assignment):
            return people_link(assignment, people_reached(assignment).count())
        return people_link(assignment, assignment.reach_count)

    # --- Changes --------------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sync(at=timezone.now())
        said = gettext("This assignment reaches {}. Whoever has not completed the course sees it.")
        link = people_link(form.instance, people_reached(form.instance).count())
        messages.info(request, format_html(said, link))

    @admin.action(description=_("End the chosen assignments"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        """End assignments, and take back what nobody has started."""
        for assignment in queryset.filter(ended_at=None):
            end_assignment(assignment, at=timezone.now())
            self.log_change(request, assignment, gettext("Ended."))
        removed = sync(at=timezone.now()).removed
        said = ngettext(
            "Ended. It was taken back from %(people)s person who had not started.",
            "Ended. It was taken back from %(people)s people who had not started.",
            removed,
        )
        messages.success(request, said % {"people": removed})


def reach_said(posted: QueryDict) -> str:
    """Return how many people the posted lines reach; lines that are not finished are left out."""
    formset_class = forms.inlineformset_factory(
        Assignment, AudienceClause, form=AudienceForm, formset=AudienceFormSet, extra=0
    )
    formset = formset_class(posted, prefix="audience")
    if not formset.management_form.is_valid():
        return gettext("Fill in whom it reaches first.")
    lines = [line_of(form) for form in formset.forms]
    count = people_fitting(line for line in lines if line is not None).count()
    said = ngettext(
        "As it stands it reaches %(people)s person.",
        "As it stands it reaches %(people)s people.",
        count,
    )
    return said % {"people": count}


def line_of(form: Any) -> AudienceClause | None:
    """Return a line of the form that says one thing and is not to go, else None."""
    form.is_valid()
    cleaned = form.cleaned_data
    names = ("department", "job_role", "person")
    given = {name: cleaned[name] for name in names if cleaned.get(name)}
    is_everyone = bool(cleaned.get("is_everyone"))
    if cleaned.get("DELETE") or len(given) + is_everyone != 1:
        return None
    return AudienceClause(is_everyone=is_everyone, **given)


def is_to_begin(assignment: Assignment) -> bool:
    """Say whether an assignment starts on a later day."""
    today = organisation_day(timezone.now())
    return assignment.starts_on is not None and assignment.starts_on > today


def people_link(assignment: Assignment, count: int) -> str:
    """Return "3 people", which leads to the list of them."""
    said = ngettext("%(people)s person", "%(people)s people", count) % {"people": count}
    url = reverse("admin:people_user_changelist")
    return format_html('<a href="{}?assignment={}">{}</a>', url, assignment.pk, said)
