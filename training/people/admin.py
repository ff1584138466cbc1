"""People, departments, job roles and the organisation in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from training.people.departments import place
from training.people.models import Department, JobRole, Organisation, User
from training.people.organisation import save_organisation


class DepartmentForm(forms.ModelForm):
    """A department; it may not be placed below itself."""

    class Meta:
        model = Department
        fields = ("name", "parent", "managers")

    def clean_parent(self) -> Department | None:
        parent: Department | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and f"/{self.instance.pk}/" in parent.path:
            raise ValidationError(
                _("A department cannot be part of itself or of one of its own sections.")
            )
        return parent


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    form = DepartmentForm
    list_display = ("name", "parent", "manager_names")
    list_select_related = ("parent",)
    search_fields = ("name",)
    autocomplete_fields = ("parent", "managers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        return super().get_queryset(request).prefetch_related("managers")

    @admin.display(description=_("managers"))
    def manager_names(self, department: Department) -> str:
        return ", ".join(person.name for person in department.managers.all())

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        place(obj, parent=obj.parent)


@admin.register(JobRole)
class JobRoleAdmin(admin.ModelAdmin):
    list_display = ("name", "key")
    search_fields = ("name", "key")
    prepopulated_fields = {"key": ("name",)}


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        save_organisation(obj)


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "department")


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = NewPersonForm
    list_display = ("name", "email", "department", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "job_roles", "department")
    list_select_related = ("department",)
    search_fields = ("name", "email")
    ordering = ("name",)
    autocomplete_fields = ("department",)
    filter_horizontal = ("job_roles", "groups")
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        (_("Work"), {"fields": ("department", "job_roles")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "groups")}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "email", "department", "usable_password")}),
        (_("Password"), {"fields": ("password1", "password2")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only a superuser change a superuser, whose password would open everything."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are never deleted: take away “can sign in” instead."""
        return False
