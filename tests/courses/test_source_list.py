"""docs/sources.md is written from the shipped courses, and says of each source what is known."""

from __future__ import annotations

import shutil

import pytest
from django.core.management import call_command

from courses.management.commands.loadcourses import shipped_packages
from courses.management.commands.writesources import PAGE
from courses.packages import PackageErrors, read_package
from courses.source_list import source_list
from tests.courses.shipped import read_shipped


def test_the_page_is_current(capsys):
    call_command("writesources", "--check")

    assert "is current" in capsys.readouterr().out


def test_the_page_has_every_shipped_source_once():
    text = PAGE.read_text()
    for folder in shipped_packages():
        for source in read_shipped(folder).sources:
            assert text.count(f"Key: `{source.key}`.") == 1


def test_a_source_says_where_it_is_used_and_how_it_was_verified(folder):
    folder.edit("course.yaml", "as a course can be", "as a course can be[@bin-bylaw]")
    text = source_list([read_package(folder.path)])
    _head, laws, research = text.split("\n## ")

    assert research.startswith("Peer-reviewed research\n") or laws.startswith("Peer-reviewed")
    bylaw = next(part for part in (laws, research) if "bin-bylaw" in part)
    assert (
        "- **Bin Bylaw**. Town of Elderbrook. Made up for the tests. 2020. <https://elder" in bylaw
    )
    assert (
        "  - Used in Green bins: its description; lesson “What goes where”; "
        "lesson “When in doubt”; 4 questions on “What goes where”; 3 questions on “When in doubt”."
    ) in bylaw
    assert "  - Verified: Nothing, it is made up. Key: `bin-bylaw`." in bylaw
    study = next(part for part in (laws, research) if "compost-study" in part)
    assert "term “compost”" in study
    assert "Seen on 2026-11-23. Key: `compost-study`." in study


def test_two_courses_that_have_a_source_otherwise_are_named(folder, tmp_path):
    other = shutil.copytree(folder.path, tmp_path / "other")
    packages = [read_package(folder.path), read_package(other)]
    assert "Used in Green bins" in source_list(packages)

    folder.edit("sources.yaml", "title: Bin Bylaw", "title: Bin Bylaw, amended")
    with pytest.raises(PackageErrors, match=r"sources\.yaml:1: another course has the source"):
        source_list([packages[1], read_package(folder.path)])
