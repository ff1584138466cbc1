"""The commands that take a course away and bring one into a draft."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.models import Course, Prose, Release
from courses.packages import read_package
from courses.packages.form import files_of
from tests.courses.hostile_zips import with_member

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    said = StringIO()
    call_command(*map(str, arguments), stdout=said, stderr=said)
    return said.getvalue()


def test_a_course_goes_through_a_zip_and_a_folder(small_course, tmp_path):
    zipped, folder = tmp_path / "green-bins.zip", tmp_path / "out" / "green-bins"
    assert run("exportcourse", "green-bins", "--to", zipped) == f"{zipped} written.\n"
    run("exportcourse", "green-bins", "--release", 1, "--to", folder)
    before = files_of(read_package(folder))
    Prose.objects.update(text="<p>Other words.</p>")

    said = run("importcourse", zipped, "--dry-run")
    assert "onto the draft that is here" in said
    assert "  - prose opening: changed" in said
    assert Prose.objects.filter(text="<p>Other words.</p>").exists()

    run("importcourse", zipped)
    again = tmp_path / "again" / "green-bins"
    run("exportcourse", "green-bins", "--to", again)
    assert files_of(read_package(again)) == before
    assert "nothing changes" in run("importcourse", folder, "--dry-run")
    assert Release.objects.count() == 1


def test_a_new_course_becomes_a_draft_and_no_release(folder):
    assert "a new draft" in run("importcourse", folder.path, "--dry-run")
    assert not Course.objects.exists()

    assert "publish it in the admin" in run("importcourse", folder.path)

    assert Course.objects.get().releases.count() == 0


def test_a_package_with_problems_is_not_imported(tmp_path):
    hostile = tmp_path / "green-bins.zip"
    hostile.write_bytes(with_member("../evil.md").getvalue())

    with pytest.raises(CommandError, match="Nothing was imported"):
        run("importcourse", hostile)
    with pytest.raises(CommandError, match="cannot be read"):
        run("importcourse", tmp_path / "nowhere.zip")

    assert not Course.objects.exists()


def test_what_cannot_be_exported_is_said(small_course, tmp_path):
    with pytest.raises(CommandError, match=r"no course “red-bins”\. There are: green-bins"):
        run("exportcourse", "red-bins")
    with pytest.raises(CommandError, match="has no release 7"):
        run("exportcourse", "green-bins", "--release", 7, "--to", tmp_path / "a.zip")
    with pytest.raises(CommandError, match="is there already"):
        run("exportcourse", "green-bins", "--to", tmp_path)
    small_course.steps.all().delete()
    with pytest.raises(CommandError, match="The course has no steps"):
        run("exportcourse", "green-bins", "--to", tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []
