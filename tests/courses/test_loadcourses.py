"""The command that loads course packages."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.management.commands.loadcourses import shipped_packages
from courses.models import Course, Lesson, Release, Source
from quizzes.models import Item
from tests.courses.package_folder import PackageFolder

pytestmark = pytest.mark.django_db


def run(*folders, **options) -> tuple[list[str], list[str]]:
    """Return the lines of both outputs, the final words of a failure among the second."""
    said, complaints = StringIO(), StringIO()
    try:
        call_command("loadcourses", *map(str, folders), stdout=said, stderr=complaints, **options)
    except CommandError as error:
        assert error.returncode == 1
        complaints.write(str(error))
    return said.getvalue().splitlines(), complaints.getvalue().splitlines()


def test_a_package_is_loaded_once(folder):
    assert run(folder.path) == (
        [
            "green-bins: release 1 published.",
            "1 published, 0 unchanged, 0 edited here, 0 to decide about, 0 with problems",
        ],
        [],
    )
    assert run(folder.path)[0] == [
        "green-bins: nothing changed since release 1.",
        "0 published, 1 unchanged, 0 edited here, 0 to decide about, 0 with problems",
    ]


def test_an_edited_draft_is_left_alone_and_it_says_so(folder):
    run(folder.path)
    Lesson.objects.update(title="Edited here")

    said, complaints = run(folder.path)

    assert said[0] == (
        "green-bins: the draft was edited here and is left alone; nothing was loaded."
    )
    assert said[-1] == "0 published, 0 unchanged, 1 edited here, 0 to decide about, 0 with problems"
    assert complaints == []


def test_one_broken_package_does_not_hold_up_the_others(folder, tmp_path):
    folder.edit("lessons/when-in-doubt.md", "minutes: 5", "minutes: five")
    whole = folder.copy(tmp_path / "other-bins")

    said, complaints = run(folder.path, whole.path)

    assert complaints[0] == (
        f"{folder.path}/lessons/when-in-doubt.md:3: “minutes” must be a whole number"
    )
    assert (
        complaints[-1]
        == "1 published, 0 unchanged, 0 edited here, 0 to decide about, 1 with problems"
    )
    assert said == ["other-bins: release 1 published."]
    assert list(Course.objects.values_list("key", flat=True)) == ["other-bins"]


def test_a_dry_run_writes_nothing(folder):
    said, _complaints = run(folder.path, dry_run=True)

    assert said[0] == "green-bins: release 1 published."
    assert said[-1].endswith("(dry run: nothing was written)")
    assert not Course.objects.exists()
    assert not Release.objects.exists()
    assert not Item.objects.exists()


def test_a_folder_that_is_not_there_is_a_problem(tmp_path):
    _said, complaints = run(tmp_path / "nowhere")

    assert "the folder cannot be read" in complaints[0]
    assert complaints[-1].endswith("1 with problems")


def test_without_a_folder_the_shipped_courses_are_loaded():
    said, complaints = run(dry_run=True)

    assert complaints == []
    assert len(said) == len(shipped_packages()) + 1


# --- What courses share -------------------------------------------------------------------------


@pytest.fixture
def two(folder, tmp_path):
    """Load two courses that share every source, term, question and quiz, and return them."""
    other = PackageFolder(Path(shutil.copytree(folder.path, tmp_path / "other-bins")))
    run(folder.path, other.path)
    return folder, other


def cite_anew(*folders: PackageFolder) -> None:
    for each in folders:
        each.edit("sources.yaml", "title: ", "title: Second edition of ")


def test_what_two_courses_share_changes_with_both(two):
    cite_anew(*two)
    said, complaints = run(*(each.path for each in two))
    assert complaints == []
    assert said[:2] == ["green-bins: release 2 published.", "other-bins: release 2 published."]
    again, _complaints = run(*(each.path for each in two))
    assert again[-1].startswith("0 published, 2 unchanged")


def test_what_only_one_of_them_changes_is_refused(two):
    cite_anew(two[0])
    _said, complaints = run(*(each.path for each in two))
    assert "uses the source" in "\n".join(complaints)
    assert not Source.objects.filter(title__startswith="Second edition").exists()


@pytest.mark.protection
def test_what_a_course_that_was_edited_here_shares_stays(two):
    Lesson.objects.filter(course__key="other-bins", key="when-in-doubt").update(title="Ours")
    cite_anew(*two)
    said, complaints = run(*(each.path for each in two))
    assert "uses the source" in "\n".join(complaints)
    assert any("An update is available" in line for line in said)
    assert not Source.objects.filter(title__startswith="Second edition").exists()
