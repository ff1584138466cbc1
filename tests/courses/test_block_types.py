"""The newer parts of the course-file format: read, loaded, frozen, and loaded again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from courses.documents import CourseDocument, Figure, Noted, Quotation, Scenario, Sorting
from courses.drafts import CannotFreezeDraft, draft_document
from courses.loading import load_package
from courses.models import Course, Lesson, LocalNote
from courses.packages import PackageErrors, read_package
from courses.reading import read_release
from quizzes.documents import encode
from quizzes.models import Item, ItemVersion
from tests.courses.package_folder import PackageFolder

AT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LESSON = "lessons/when-in-doubt.md"
BEFORE = """
  - key: before-{n}
    type: true-false
    use: before
    stem: Question {n} before the course.
    answer: true
    feedback_true: So it is.
    feedback_false: It is not so.
    sources: [bin-bylaw]
"""


def load(folder: PackageFolder):
    return load_package(read_package(folder.path), at=AT)


def document(folder: PackageFolder) -> CourseDocument:
    return read_release(load(folder).release)


def ask_before(folder: PackageFolder, *, count: int = 5) -> None:
    """Give the course questions that are asked before it."""
    keys = [f"before-{n}" for n in range(1, count + 1)]
    items = "".join(BEFORE.format(n=n) for n in range(1, count + 1))
    folder.write(
        "items/when-in-doubt.yaml", folder.text("items/when-in-doubt.yaml").rstrip() + items
    )
    folder.edit("course.yaml", "notes:", f"before: [{', '.join(keys)}]\nnotes:")


def require(folder: PackageFolder, *keys: str) -> None:
    folder.edit("course.yaml", "notes:", f"requires: [{', '.join(keys)}]\nnotes:")


@pytest.mark.django_db
def test_the_new_blocks_are_frozen_as_they_were_written(folder):
    lesson = document(folder).step("when-in-doubt")

    second = lesson.block("the-second-battery")
    assert isinstance(second, Scenario)
    assert second.follows == "the-battery"
    sorting = lesson.block("three-things")
    assert isinstance(sorting, Sorting)
    assert [card.bin for card in sorting.cards] == ["green", "caretaker", "green"]
    quotation = lesson.block("what-the-bylaw-says")
    assert isinstance(quotation, Quotation)
    assert quotation.source == "bin-bylaw"
    noted = lesson.block("what-lay-there")
    assert isinstance(noted, Noted)
    assert noted.plainly == "<p>Empty the bin every day.</p>"


@pytest.mark.django_db
def test_a_figure_shows_a_drawing_of_the_project_by_its_name(folder):
    drawn = "::: figure ladder\ndrawing: decision-ladder\nalt: Five rungs.\n:::\n\n::: quotation"
    folder.edit(LESSON, "::: quotation", drawn)

    figure = document(folder).step("when-in-doubt").block("ladder")

    assert isinstance(figure, Figure)
    assert figure.drawing == "decision-ladder"


@pytest.mark.django_db
def test_a_course_without_the_new_parts_has_the_digest_it_always_had(folder):
    stored = encode(document(folder)).decode()

    for name in ('"requires"', '"before"', '"is_decorative"'):
        assert name not in stored
    assert stored.count('"follows"') == 1


@pytest.mark.django_db
def test_a_figure_shows_one_of_our_drawings(folder):
    figure = "::: figure f\ndrawing: two-definitions\nalt: Two columns of boxes.\n:::\n\n"
    folder.edit(LESSON, "::: quotation", f"{figure}::: quotation")

    frozen = document(folder).step("when-in-doubt").block("f")

    assert isinstance(frozen, Figure)
    assert (frozen.drawing, frozen.media) == ("two-definitions", None)


MISTAKES = [
    ("follows: the-battery", "follows: the-second-battery", -2, "no scenario before it"),
    ("follows: the-battery", "follows: nowhere", -2, "no scenario before it"),
    ("bin: caretaker", "bin: attic", None, "the card “old-phone” belongs in “attic”"),
    ("bin: caretaker", "bin: green", None, "no card belongs in “caretaker”"),
    ("  - key: caretaker\n    label: The caretaker\n", "", None, "two to four bins"),
    ("  - key: tea-leaves", "  - key: old-phone", 0, "stands twice in “cards”"),
    ("source: bin-bylaw", "source: by-law", 0, "there is no source “by-law”"),
    ("attribution: The council of Elderbrook\n", "", None, "“attribution” is missing"),
    ("plainly: |\n  Empty the bin every day.\n", "", None, "“plainly” is missing"),
    (
        "::: quotation",
        "::: figure f\ndrawing: nothing\nalt: A.\n:::\n\n::: quotation",
        1,
        "drawing",
    ),
    ("::: quotation", "::: figure f\nalt: A.\n:::\n\n::: quotation", 1, "either “media” or"),
    ("::: quotation", "::: figure f\nmedia: A.png\n:::\n\n::: quotation", 1, "such as town-hall"),
    ("::: quotation", "::: figure f\nmedia: a.png\n:::\n\n::: quotation", 1, "what the figure"),
    (
        "::: quotation",
        "::: figure f\nmedia: a.png\nalt: A.\n:::\n\n::: quotation",
        1,
        "there is no picture “a.png” in media/",
    ),
    (
        "::: quotation",
        "::: figure f\nmedia: a.png\nalt: A.\nis_decorative: true\n:::\n\n::: quotation",
        1,
        "has no “alt”",
    ),
]


@pytest.mark.parametrize(("old", "new", "below", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_line(folder, old, new, below, message):
    line = folder.edit(LESSON, old, new)

    problems = folder.problems()

    place = f"{LESSON}:" if below is None else f"{LESSON}:{line + below}: "
    assert any(place in problem and message in problem for problem in problems), problems


# --- The quiz before a course -------------------------------------------------------------------


@pytest.mark.django_db
def test_the_questions_before_a_course_are_frozen_with_it(folder):
    ask_before(folder)

    frozen = document(folder)

    assert [each.item.key for each in frozen.before] == [f"before-{n}" for n in range(1, 6)]
    assert frozen.before[0].sources == ["bin-bylaw"]
    assert ItemVersion.objects.filter(item__use=Item.Use.BEFORE).count() == 5
    assert load(folder).outcome == "unchanged"


def test_exactly_five_questions_are_asked_before_a_course(folder):
    ask_before(folder, count=4)

    assert any("“before” names 5 items" in problem for problem in folder.problems())


def test_a_question_before_the_course_is_one_that_is_written_for_it(folder):
    ask_before(folder)
    folder.edit("course.yaml", "before-5", "check-battery")

    problems = "\n".join(folder.problems())
    assert "the item “check-battery” has “use: check”; name one with “use: before”" in problems

    folder.edit("course.yaml", "before: ", "# before: ")
    assert any("“before-1” is not in “before”" in problem for problem in folder.problems())


# --- Courses that require others ----------------------------------------------------------------


@pytest.fixture
def second(folder, tmp_path) -> PackageFolder:
    """Give a course of one lesson that comes before the other in the alphabet."""
    path = tmp_path / "a-second"
    (path / "lessons").mkdir(parents=True)
    other = PackageFolder(path)
    text = folder.text("course.yaml")
    steps = text.index("steps:")
    other.write(
        "course.yaml",
        text[:steps] + "steps:\n  - lesson: only\n" + text[text.index("notes:") :],
    )
    other.write(
        "lessons/only.md",
        "---\ntitle: Only\nminutes: 1\nobjectives: [Read.]\n---\nA lesson.\n",
    )
    return other


@pytest.mark.django_db
def test_a_course_is_loaded_after_those_it_requires(folder, second):
    require(second, "green-bins")

    call_command("loadcourses", second.path, folder.path)

    course = Course.objects.get(key="a-second")
    assert [each.key for each in course.prerequisites.all()] == ["green-bins"]
    assert read_release(course.loaded_release).requires == ["green-bins"]


@pytest.mark.django_db
def test_a_dry_run_knows_the_courses_of_the_same_run(folder, second, capsys):
    require(second, "green-bins")

    call_command("loadcourses", second.path, folder.path, dry_run=True)

    assert "2 published" in capsys.readouterr().out
    assert not Course.objects.exists()


@pytest.mark.django_db
def test_a_course_that_is_nowhere_cannot_be_required(second):
    require(second, "green-bin")

    with pytest.raises(PackageErrors) as raised:
        load(second)

    (problem,) = raised.value.problems
    assert problem.line
    assert "there is no course “green-bin”" in problem.message


@pytest.mark.django_db
def test_courses_that_require_each_other_are_not_loaded(folder, second, capsys):
    require(second, "green-bins")
    require(folder, "a-second")

    with pytest.raises(CommandError, match="2 with problems"):
        call_command("loadcourses", second.path, folder.path)

    assert "these courses require each other: a-second, green-bins" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_draft_cannot_require_a_course_that_requires_it(folder, second):
    load(folder)
    require(second, "green-bins")
    load(second)
    first = Course.objects.get(key="green-bins")
    first.prerequisites.add(Course.objects.get(key="a-second"))

    with pytest.raises(CannotFreezeDraft, match="lead back to this one"):
        draft_document(first)


# --- Local notes --------------------------------------------------------------------------------


def add_local_note(*, ordering: int, text: str = "<p>Ring 5550.</p>") -> LocalNote:
    lesson = Lesson.objects.get(key="when-in-doubt")
    return LocalNote.objects.create(
        parent=lesson, key="local-1", region="main", ordering=ordering, text=text
    )


def keys_of(lesson: str = "when-in-doubt") -> list[str]:
    course = Course.objects.get(key="green-bins")
    return [block.key for block in draft_document(course).step(lesson).blocks]


@pytest.mark.django_db
def test_a_package_brings_no_local_note(folder):
    folder.edit(LESSON, "::: quotation", "::: local-note ours\nRing us.\n:::\n\n::: quotation")

    load(folder)

    assert not LocalNote.objects.exists()


@pytest.mark.django_db
def test_a_published_local_note_stays_where_it_stands_when_a_package_is_loaded(
    folder, publish_as_person
):
    load(folder)
    add_local_note(ordering=25)
    publish_as_person("green-bins")
    assert keys_of()[:3] == ["opening", "the-battery", "local-1"]
    assert load(folder).outcome == "unchanged"

    folder.edit(LESSON, "Some things fit", "::: prose first\nFirst.\n:::\n\nSome things fit")
    folder.edit(LESSON, "On your desk lies", "On your table lies")
    assert load(folder).outcome == "published"

    keys = keys_of()
    assert keys[keys.index("local-1") - 1] == "the-battery"
    assert LocalNote.objects.get().text == "<p>Ring 5550.</p>"


@pytest.mark.django_db
def test_a_local_note_that_is_not_published_yet_is_not_published_by_loading(folder):
    load(folder)
    add_local_note(ordering=25)
    folder.edit(LESSON, "On your desk lies", "On your table lies")

    assert load(folder).outcome == "update-available"


@pytest.mark.django_db
def test_a_lesson_with_a_local_note_is_not_taken_away(folder, publish_as_person):
    load(folder)
    add_local_note(ordering=25)
    publish_as_person("green-bins")
    (folder.path / LESSON).unlink()
    (folder.path / "items/when-in-doubt.yaml").unlink()
    folder.edit("course.yaml", "  - lesson: when-in-doubt\n", "")
    folder.edit("quizzes/green-bins.yaml", "  - topic: when-in-doubt\n    count: 1\n", "")

    with pytest.raises(PackageErrors, match="a local note stands in it here"):
        load(folder)
