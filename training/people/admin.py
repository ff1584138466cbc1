"""People, departments, job roles and the organisation in the admin."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.people.choosing import DepartmentChoice, PeopleByEmail
from training.people.departments import place, tree_order
from training.people.logo import LogoProblem, current_logo, read_logo, save_logo
from training.people.models import Department, JobRole, Organisation, User
from training.people.organisation import save_organisation


class DepartmentTree(ChangeList):
    """The list of departments in the order of the tree, with how many work in each."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        departments = super().get_queryset(request, exclude_parameters).order_by(tree_order())
        return departments.annotate(
            people_count=Count("people", filter=Q(people__is_active=True), distinct=True)
        )


class DepartmentForm(forms.ModelForm):
    """A department; it may not be placed below itself."""

    parent = DepartmentChoice(label=_("part of"), required=False)
    managers = PeopleByEmail(
        label=_("managers"),
        required=False,
        help_text=_(
            "Their email addresses, one on each line. Managers see who has completed which "
            "course in the department and its sections."
        ),
    )

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


class HasManagers(admin.SimpleListFilter):
    """Departments with a manager, and those that nobody looks after."""

    title = _("managers")
    parameter_name = "managers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("With a manager")), ("no", _("Without a manager"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        managed = Department.objects.filter(managers__isnull=False).values("pk")
        return queryset.filter(Q(pk__in=managed) if self.value() == "yes" else ~Q(pk__in=managed))


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    """The departments as a tree: each section indented, below what it is part of."""

    form = DepartmentForm
    list_display = ("tree_name", "manager_names", "people_count")
    list_filter = (HasManagers,)
    list_per_page = 500
    search_fields = ("name", "managers__name")
    search_help_text = _("Search by the name of a department or of a manager.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        return super().get_queryset(request).prefetch_related("managers")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        # The list counts and orders as a tree; look-ups by autocomplete need neither.
        return ("name",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DepartmentTree

    @admin.display(description=_("department"))
    def tree_name(self, department: Department) -> str:
        depth = department.path.count("/") - 2
        return format_html('<span class="tree-{}">{}</span>', min(depth, 6), department.name)

    @admin.display(description=_("managers"))
    def manager_names(self, department: Department) -> str:
        return ", ".join(person.name for person in department.managers.all())

    @admin.display(description=_("people"))
    def people_count(self, department: Any) -> int:
        return department.people_count

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        place(obj, parent=obj.parent)


@admin.register(JobRole)
class JobRoleAdmin(admin.ModelAdmin):
    list_display = ("name", "key", "people_count")
    search_fields = ("name", "key")
    prepopulated_fields = {"key": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = Count("people", filter=Q(people__is_active=True))
        return super().get_queryset(request).annotate(people_count=active)

    @admin.display(description=_("people"), ordering="people_count")
    def people_count(self, role: Any) -> int:
        return role.people_count


class OrganisationForm(forms.ModelForm):
    """The organisation, with its logo, which is decoded and written anew."""

    new_logo = forms.FileField(
        label=_("logo"),
        required=False,
        help_text=_(
            "Stands on certificates made from now on. PNG, JPEG or WebP, up to 2 MB; a wide one "
            "with a transparent background looks best."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=_("remove the logo"), required=False)

    class Meta:
        model = Organisation
        fields = ("name", "time_zone", "support_text", "contact_email")

    def clean_new_logo(self) -> bytes | None:
        uploaded = self.cleaned_data["new_logo"]
        if not uploaded:
            return None
        try:
            return read_logo(uploaded)
        except LogoProblem as problem:
            raise ValidationError(str(problem)) from problem


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    form = OrganisationForm
    readonly_fields = ("logo_now",)
    fields = (
        "name",
        "time_zone",
        "support_text",
        "contact_email",
        "logo_now",
        "new_logo",
        "remove_logo",
    )

    @admin.display(description=_("logo now"))
    def logo_now(self, organisation: Organisation) -> str:
        logo = current_logo()
        if logo is None:
            return gettext("None: certificates show the mark of this site.")
        source = "data:image/png;base64," + base64.b64encode(logo).decode("ascii")
        return format_html('<img src="{}" alt="{}" height="80">', source, organisation.name)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        save_organisation(obj)
        logo = form.cleaned_data.get("new_logo")
        if logo or form.cleaned_data.get("remove_logo"):
            save_logo(obj, logo)


class NewPersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "department")


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = NewPersonForm
    list_display = ("name", "email", "department", "job_role_names", "is_active", "is_staff")
    list_filter = (
        "is_active",
        "is_staff",
        ("department", admin.RelatedOnlyFieldListFilter),
        ("job_roles", admin.RelatedOnlyFieldListFilter),
        ("groups", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("department",)
    search_fields = ("name", "email")
    search_help_text = _("Search by name or email address.")
    ordering = ("name",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("name", "email", "password")}),
        (_("Work"), {"fields": ("department", "job_roles")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "groups")}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "email", "department", "usable_password")}),
        (_("Password"), {"fields": ("password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("job_roles")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "department":
            kwargs["form_class"] = DepartmentChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("job roles"))
    def job_role_names(self, person: User) -> str:
        return ", ".join(role.name for role in person.job_roles.all())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only a superuser change a superuser, whose password would open everything."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are never deleted: take away “can sign in” instead."""
        return False
