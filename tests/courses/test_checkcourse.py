"""manage.py checkcourse: what is to be mended in a folder, and an exit code that says so."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

FIRST = "Some things fit no bin. Ask"


def run(*args) -> int:
    try:
        call_command("checkcourse", *args)
    except CommandError as error:
        return error.returncode
    return 0


def test_warnings_are_said_with_their_file_and_leave_with_two(folder, capsys):
    folder.edit("lessons/when-in-doubt.md", FIRST, "It began in 2014. It went on. Ask")
    assert run(str(folder.path)) == 2
    said = capsys.readouterr().out
    assert "lessons/when-in-doubt.md [opening]: warning, claim-without-source" in said
    assert "“It began in 2014.” names a figure or a year" in said


def test_errors_leave_with_one(folder, capsys):
    folder.edit("lessons/when-in-doubt.md", FIRST, "The prostitutes met. Ask")
    assert run(str(folder.path)) == 1
    assert "error, words-to-avoid" in capsys.readouterr().out


def test_files_that_cannot_be_read_leave_with_one(folder, capsys):
    folder.edit("course.yaml", "title:", "titel:")
    assert run(str(folder.path)) == 1
    assert "did you mean “title”?" in capsys.readouterr().out


def test_a_reason_that_nothing_asks_for_is_said(folder, capsys):
    folder.write(
        "waivers.yaml", "- check: hard-to-read\n  step: when-in-doubt\n  reason: It is law.\n"
    )
    run(str(folder.path))
    assert "nothing asks for hard-to-read at when-in-doubt any more" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_course_without_findings_leaves_with_nothing(folder):
    entry = "- check: too-few-items\n  step: green-bins\n  reason: It is a small course.\n"
    folder.write("waivers.yaml", entry)
    assert run(str(folder.path)) == 0
