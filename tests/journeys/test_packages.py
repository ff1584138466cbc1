"""A course brought in as a package, in a real browser: looked at first, then imported."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.models import Prose
from tests.courses.hostile_zips import SMALL, zipped
from training.administration.roles import TRAINERS, ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trainer(small_course, cast):
    ensure_roles()
    cast.ada.groups.add(Group.objects.get(name=TRAINERS))
    return cast.ada


@pytest.fixture
def package(tmp_path):
    old, new = b"Some things fit no bin", b"A few things fit no bin"
    path = tmp_path / "green-bins.zip"
    path.write_bytes(
        zipped((name, text.replace(old, new)) for name, text in SMALL.items()).getvalue()
    )
    return path


def test_a_package_is_looked_at_and_then_imported(
    page_at, trainer, small_course, package, axe, fits
):
    page = page_at(390, scheme="dark", person=trainer)
    page.goto(reverse("admin:courses_course_package", args=[small_course.pk]))
    axe(page)
    fits(page)
    page.get_by_role("link", name="Import a package").press("Enter")

    page.get_by_label("Package").set_input_files(package)
    page.get_by_role("button", name="Show what would change").press("Enter")
    page.get_by_role("heading", name="What would change in “Green bins”").wait_for()
    axe(page)
    fits(page)
    assert Prose.objects.filter(text__contains="Some things fit no bin").exists()

    # The file stays chosen. Without scripts the page asks to choose it once more.
    page.get_by_role("button", name="Import it into the draft").press("Enter")
    page.get_by_text("Nothing is published yet").wait_for()

    assert Prose.objects.filter(text__contains="A few things fit no bin").exists()
    assert small_course.releases.count() == 1
