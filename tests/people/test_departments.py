"""The department tree."""

import pytest

from tests.factories import make_department, make_person
from training.people.departments import DepartmentWithinItself, place
from training.people.models import Department

pytestmark = pytest.mark.django_db


def test_a_section_lies_on_the_path_of_its_department():
    top = make_department("Top")
    section = make_department("Section", parent=top)
    assert section.path == f"/{top.pk}/{section.pk}/"


def test_moving_a_department_moves_what_is_below_it():
    first, second = make_department("First"), make_department("Second")
    middle = make_department("Middle", parent=first)
    low = make_department("Low", parent=middle)
    place(middle, parent=second)
    low.refresh_from_db()
    assert low.path == f"/{second.pk}/{middle.pk}/{low.pk}/"


def test_a_department_cannot_be_placed_below_itself():
    top = make_department("Top")
    low = make_department("Low", parent=make_department("Middle", parent=top))
    for parent in (top, low):
        with pytest.raises(DepartmentWithinItself):
            place(top, parent=parent)
    assert Department.objects.get(pk=top.pk).parent is None


def test_a_manager_manages_the_sections_too_and_nothing_beside():
    manager = make_person("Mara")
    top = make_department("Top", managers=(manager,))
    low = make_department("Low", parent=make_department("Middle", parent=top))
    beside = make_department("Beside")
    managed = Department.objects.managed_by(manager)
    assert {top, low.parent, low} == set(managed)
    assert beside not in managed


def test_whoever_manages_nothing_has_no_departments():
    make_department("Top")
    assert not Department.objects.managed_by(make_person("Nobody")).exists()
