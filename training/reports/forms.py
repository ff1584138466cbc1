"""The filters of the team page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from training.people.models import Department
from training.records.rules import Status

OVERDUE = "overdue"
STATUSES = (
    ("", _("Any")),
    (Status.COMPLETE, _("Complete")),
    (Status.IN_PROGRESS, _("In progress")),
    (Status.NOT_STARTED, _("Not started")),
    (OVERDUE, _("Overdue")),
)


class TeamFilter(forms.Form):
    """Which course, and which of the people a manager may see."""

    course = forms.ChoiceField(required=False, label=_("Course"))
    department = forms.ChoiceField(required=False, label=_("Department"))
    status = forms.ChoiceField(choices=STATUSES, required=False, label=_("Status"))
    name = forms.CharField(required=False, max_length=100, label=_("Name"))

    def __init__(
        self,
        *args: Any,
        courses: Sequence[Course],
        departments: Sequence[Department],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("course", [(row.key, row.title) for row in courses])
        every = ("", _("All of them"))
        self._offer("department", [every, *((str(row.pk), row.name) for row in departments)])
        self._courses = {row.key: row for row in courses}
        self._departments = {str(row.pk): row for row in departments}

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def chosen(self, name: str) -> str:
        """Return a filter's value; a value that is not offered filters nothing."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def course_shown(self) -> Course | None:
        """Return the chosen course, or the first; None when none is offered."""
        return self._courses.get(self.chosen("course")) or next(iter(self._courses.values()), None)

    def narrow_by_status(self, people: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the people who stand where the chosen status says."""
        status = self.chosen("status")
        if status == OVERDUE:
            return people.filter(is_overdue=True)
        return people.filter(status=status) if status else people

    def narrow(self, people: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the people of the chosen department (its sections too) with the typed name."""
        department, name = self._departments.get(self.chosen("department")), self.chosen("name")
        if department is not None:
            people = people.filter(department__path__startswith=department.path)
        if name:
            people = people.filter(Q(name__icontains=name) | Q(email__icontains=name))
        return people
