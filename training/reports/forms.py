"""The filters of the team page."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from training.people.models import Department
from training.records.rules import Status

STATUS_LABELS = {
    Status.COMPLETE: _("Complete"),
    Status.IN_PROGRESS: _("In progress"),
    Status.NOT_STARTED: _("Not started"),
}


class TeamFilter(forms.Form):
    """Which course, and which of the people a manager may see."""

    course = ModelChoiceField(
        Course.objects.none(),
        to_field_name="key",
        required=False,
        empty_label=None,
        label=_("Course"),
    )
    department = ModelChoiceField(
        Department.objects.none(),
        required=False,
        empty_label=_("All of them"),
        label=_("Department"),
    )
    status = forms.ChoiceField(
        choices=[("", _("Any")), *STATUS_LABELS.items()], required=False, label=_("Status")
    )
    name = forms.CharField(required=False, max_length=100, label=_("Name"))

    def __init__(
        self,
        *args: Any,
        courses: QuerySet[Course],
        departments: QuerySet[Department],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoiceField, self.fields["course"]).queryset = courses
        cast(ModelChoiceField, self.fields["department"]).queryset = departments

    def chosen(self, name: str) -> Any:
        """Return a filter's value; a value that is not offered filters nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def narrow(self, people: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the people of the chosen department (its sections too) with the typed name."""
        department, name = self.chosen("department"), self.chosen("name")
        if department is not None:
            people = people.filter(department__path__startswith=department.path)
        if name:
            people = people.filter(Q(name__icontains=name) | Q(email__icontains=name))
        return people
