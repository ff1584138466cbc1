"""The department tree: the only place that writes a department's path."""

from django.db import transaction

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
