"""People, departments and job roles, as training.people shows them; a change is brought down to
what is assigned to whom at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.people.admin import DepartmentAdmin, JobRoleAdmin, PersonAdmin
from training.people.models import Department, JobRole, User
from training.records.assigning import people_reached, sync
from training.records.models import Assignment


class MovesAssignments(admin.ModelAdmin):
    """After every change, whoever is now assigned a course has it, and whoever is not has not."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sync(at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        sync(at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        sync(at=timezone.now())


class ReachedBy(admin.SimpleListFilter):
    """The people whom an assignment reaches; where its page leads to."""

    title = _("assignment")
    parameter_name = "assignment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        running = Assignment.objects.filter(ended_at=None).select_related("course")
        return [(str(row.pk), row.course.title) for row in running]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = str(self.value() or "")
        assignment = Assignment.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        if assignment is None:
            return queryset
        return queryset.filter(pk__in=people_reached(assignment).values("pk"))


admin.site.unregister([User, Department, JobRole])


@admin.register(User)
class AssignedPersonAdmin(MovesAssignments, PersonAdmin):
    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), ReachedBy]


@admin.register(Department)
class AssignedDepartmentAdmin(MovesAssignments, DepartmentAdmin):
    pass


@admin.register(JobRole)
class AssignedJobRoleAdmin(MovesAssignments, JobRoleAdmin):
    pass
