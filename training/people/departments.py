"""The department tree: the only place that writes a department's path."""

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When

from training.people.models import Department


class DepartmentWithinItself(ValueError):
    """A department was placed below itself or below one of its own sections."""


@transaction.atomic
def place(department: Department, *, parent: Department | None) -> Department:
    """Save `department` below `parent` (None: at the top) and rewrite the paths below it.

    Raises DepartmentWithinItself when that would make a circle; nothing is written then.
    """
    if parent is not None:
        parent = Department.objects.select_for_update().get(pk=parent.pk)
        if not department._state.adding and f"/{department.pk}/" in parent.path:
            raise DepartmentWithinItself(department.name)
    department.parent = parent
    if department._state.adding:
        department.save()
    before = department.path
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save()
    if before and before != department.path:
        below = Department.objects.filter(path__startswith=before).exclude(pk=department.pk)
        for section in below.select_for_update():
            section.path = department.path + section.path.removeprefix(before)
            section.save(update_fields=["path"])
    return department


def tree_order() -> Case:
    """Return what to order departments by: each below its parent, by name beside its siblings."""
    rows = Department.objects.values_list("pk", "name", "path")
    names = {str(pk): name.casefold() for pk, name, _path in rows}
    trails = {pk: [names[key] for key in path.strip("/").split("/")] for pk, _name, path in rows}
    in_order = sorted(trails, key=lambda pk: trails[pk])
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(in_order)]
    return Case(*places, default=Value(0), output_field=IntegerField())
