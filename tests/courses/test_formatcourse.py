"""manage.py formatcourse: the one form of a package's files, without a word lost."""

from __future__ import annotations

import io
import shutil

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from courses.packages import read_package
from courses.packages.form import files_of, unformed_files
from courses.packages.tidy import markdown_lines, scalar
from courses.richtext import from_markdown, plain_form

SIGNS = ["- ", ": ", " #", "&a", "*a", "!x", "yes", "12", "2026-11-23", '"', "'", "\\", "~", "<<"]
PLAIN = st.one_of(
    st.text(max_size=20), st.lists(st.sampled_from([*SIGNS, "bin"]), max_size=4).map("".join)
)


def format_course(folder, *arguments):
    said = io.StringIO()
    call_command("formatcourse", folder.path, *arguments, stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture
def formed(folder):
    """Give the small course in its form."""
    format_course(folder)
    return folder


def test_shipped_courses_are_in_their_form(shipped):
    assert unformed_files(shipped) == {}


def test_another_writing_of_the_same_course_is_brought_to_the_form(formed):
    before = {file: formed.text(file) for file in files_of(read_package(formed.path))}
    formed.edit("sources.yaml", "- key: bin-bylaw\n", "# The bylaw\n- key: 'bin-bylaw'\n")
    formed.edit(
        "terms.yaml", "definition: |\n    What kitchen", "definition: >\n    What\n    kitchen"
    )
    formed.edit(
        "lessons/when-in-doubt.md", "\nSome things fit", "\n::: prose opening\nSome things\nfit"
    )
    formed.edit("lessons/when-in-doubt.md", "those.[@bin-bylaw]", "those.[@bin-bylaw]\n:::\n")
    formed.edit("quizzes/green-bins.yaml", "pass_percent: 60", "fixed: []\npass_percent: 60")

    assert formed.problems() == []
    with pytest.raises(CommandError, match="4 files would change"):
        format_course(formed, "--check")
    assert "# The bylaw" in formed.text("sources.yaml")

    assert "4 files changed" in format_course(formed)
    assert {file: formed.text(file) for file in before} == before
    assert "0 files changed" in format_course(formed)


def test_items_stand_by_use_and_key(formed):
    text = formed.text("items/when-in-doubt.yaml")
    first = text.index("  - key: check-battery")
    second = text.index("  - key: caretaker-things")
    moved = text[:first] + text[second:].rstrip("\n") + "\n\n" + text[first:second]
    formed.write("items/when-in-doubt.yaml", moved)

    format_course(formed)

    assert formed.text("items/when-in-doubt.yaml") == text


def test_a_course_with_a_mistake_is_left_as_it_was(folder):
    folder.edit("sources.yaml", "- key: bin-bylaw\n", "# The bylaw\n- key: bin-bylaw\n")
    folder.edit("terms.yaml", "[[compost]]", "[[compots]]")

    with pytest.raises(CommandError, match="0 files changed"):
        format_course(folder)

    assert "# The bylaw" in folder.text("sources.yaml")


def test_beside_the_course_nothing_is_touched(folder):
    folder.write("README.md", "Ours, as it  is")
    format_course(folder)
    assert folder.text("README.md") == "Ours, as it  is"


@given(PLAIN)
def test_plain_text_is_read_as_it_was_written(text):
    value = plain_form(text)
    yaml = YAML(typ="rt", pure=True)
    node = yaml.compose(f"entry: {scalar(value)}\n")
    [[_key, read]] = node.value
    assert (read.value, read.tag) == (value, "tag:yaml.org,2002:str")


@pytest.mark.parametrize(
    "text", [r"\::: callout a key-idea", "a\\\n\\:::", "- one\n\n  \\:::", "a b", "::: b"]
)
def test_text_opens_and_closes_no_block(text):
    html = from_markdown(text)
    lines = markdown_lines(html)
    assert not any(line.strip().startswith(":::") for line in lines)
    assert from_markdown("\n".join(lines)) == html


def test_explicit_and_implicit_texts_come_back(folder, tmp_path):
    """A text takes its key from its place only where that is its key."""
    folder.write(
        "lessons/when-in-doubt.md",
        folder.text("lessons/when-in-doubt.md").replace(
            "Some things fit",
            "::: prose first\nOne.\n:::\n\nTwo.\n\n::: prose third\nThree.\n:::\n\nSome things fit",
        ),
    )
    before = read_package(folder.path)
    copy = shutil.copytree(folder.path, tmp_path / "copy" / "green-bins")
    for name, text in files_of(before).items():
        (copy / name).write_text(text)
    assert read_package(copy).lessons == before.lessons
    assert [block.key for block in before.lessons["when-in-doubt"].blocks][:4] == [
        *("first", "after-first", "third", "after-third")
    ]
