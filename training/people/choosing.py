"""Form fields that name departments and people, in plain controls that every browser knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from training.people.departments import tree_order
from training.people.models import Department, User, normalise_email

INDENT = "\N{NO-BREAK SPACE}" * 4
NOBODY = _("Nobody is registered with the address “%(email)s”.")


class InTreeOrder(ModelChoiceIterator):
    """Departments in the order of the tree, which is read when they are shown."""

    def __iter__(self) -> Iterator[Any]:
        self.queryset = self.queryset.order_by(tree_order())
        return super().__iter__()


class DepartmentChoice(forms.ModelChoiceField):
    """One department out of the tree, each section indented below what it is part of."""

    iterator = InTreeOrder

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        super().__init__(Department.objects.all() if queryset is None else queryset, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return INDENT * (obj.path.count("/") - 2) + obj.name


class PersonByEmail(forms.CharField):
    """One person, named by their email address."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return User.objects.filter(pk=value).values_list("email", flat=True).first()
        return value

    def clean(self, value: Any) -> Any:
        email = normalise_email(super().clean(value))
        if not email:
            return None
        person = User.objects.filter(email=email).first()
        if person is None:
            raise ValidationError(NOBODY, params={"email": email})
        return person

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial) or ""
        return normalise_email(data or "") != before


class PeopleByEmail(forms.CharField):
    """People, named by their email addresses, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(sorted(person.email for person in value))
        return value

    def clean(self, value: Any) -> Any:
        emails = {normalise_email(line) for line in super().clean(value).splitlines()} - {""}
        people = list(User.objects.filter(email__in=emails))
        for email in sorted(emails - {person.email for person in people}):
            raise ValidationError(NOBODY, params={"email": email})
        return people

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = str(self.prepare_value(initial or []))
        after = {normalise_email(line) for line in (data or "").splitlines()} - {""}
        return after != set(before.split())
