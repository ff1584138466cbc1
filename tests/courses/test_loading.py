"""From package to draft to release: once, completely, and never over what somebody edited."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.documents import Check, QuizStep, Scenario
from courses.loading import load_package
from courses.models import (
    BLOCK_MODELS,
    Course,
    ItemSource,
    Lesson,
    Prose,
    Release,
    Source,
    Step,
    Term,
)
from courses.packages import PackageErrors, read_package
from courses.reading import read_release
from quizzes.models import Item, ItemVersion, Quiz, QuizVersion, Topic
from tests.courses.package_folder import PackageFolder
from tests.courses.shipped import read_shipped
from tests.factories import publish_early

AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
LESSON = "lessons/what-goes-where.md"
ITEMS = "items/what-goes-where.yaml"

pytestmark = pytest.mark.django_db


def load(folder: PackageFolder, *, at: datetime = AT):
    return load_package(read_package(folder.path), at=at)


def rows() -> dict[str, int]:
    models = (Course, Lesson, Step, Source, Term, ItemSource, Release, Topic, Item, Quiz)
    versions = (ItemVersion, QuizVersion, *BLOCK_MODELS)
    return {model.__name__: model.objects.count() for model in (*models, *versions)}


def swap_lessons(folder: PackageFolder) -> None:
    folder.edit("course.yaml", "- lesson: what-goes-where", "- lesson: x")
    folder.edit("course.yaml", "- lesson: when-in-doubt", "- lesson: what-goes-where")
    folder.edit("course.yaml", "- lesson: x", "- lesson: when-in-doubt")


def test_a_new_package_becomes_a_draft_and_its_first_release(folder):
    loaded = load(folder)

    assert (loaded.course_key, loaded.outcome) == ("green-bins", "published")
    course = Course.objects.get()
    assert course.loaded_release == loaded.release
    assert [step.key for step in course.steps.all()] == [
        "what-goes-where",
        "when-in-doubt",
        "green-bins",
    ]
    assert list(Item.objects.filter(topic__key="when-in-doubt").values_list("key", flat=True)) == [
        "check-battery",
        "whom-to-ask",
        "caretaker-things",
    ]
    assert Prose.objects.get(key="opening", parent__key="what-goes-where").ordering == 10


def test_the_release_says_how_it_came_about(folder):
    release = load(folder).release

    assert release.number == 1
    assert release.channel == Release.Channel.PACKAGE
    assert (release.frozen_at, release.published_at) == (AT, AT)
    assert release.published_by is None
    assert release.notes == "The first release."
    assert release.published_without_review_reason == "It is made up, for the tests."
    assert list(release.steps.values_list("key", "kind", "minutes")) == [
        ("what-goes-where", "lesson", 5),
        ("when-in-doubt", "lesson", 5),
        ("green-bins", "quiz", None),
    ]


def test_the_document_holds_everything_a_learner_is_shown(folder):
    document = read_release(load(folder).release)

    assert document.title == "Green bins"
    assert [source.key for source in document.sources] == ["bin-bylaw", "compost-study"]
    assert [term.key for term in document.terms] == ["compost", "green-bin"]
    check = document.step("what-goes-where").block("check-apple-core")
    assert isinstance(check, Check)
    assert check.item.body.stem == "Where does an apple core go?"
    assert check.sources == ["bin-bylaw"]
    assert isinstance(document.step("when-in-doubt").block("the-battery"), Scenario)
    quiz = document.step("green-bins")
    assert isinstance(quiz, QuizStep)
    assert (quiz.question_count, quiz.pass_percent, quiz.attempts) == (3, 60, None)
    assert quiz.item_sources["green-bin-things"] == ["bin-bylaw", "compost-study"]
    assert "check-apple-core" not in quiz.item_sources
    assert [lesson.key for lesson in document.lessons_covering("when-in-doubt")] == [
        "when-in-doubt"
    ]


def test_an_unchanged_package_writes_nothing(folder):
    first = load(folder)
    before = rows()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = load(folder, at=LATER)

    assert (again.outcome, again.release) == ("unchanged", first.release)
    assert rows() == before
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [query["sql"] for query in queries if query["sql"].startswith(writes)] == []


def test_a_changed_package_makes_the_next_release_and_leaves_the_first_as_it_was(folder):
    first = load(folder).release
    read = read_release(first)
    folder.edit(LESSON, "three bins", "three good bins")

    second = load(folder, at=LATER)

    assert second.outcome == "published"
    assert second.release.number == 2
    assert "three good bins" in read_release(second.release).step("what-goes-where").blocks[0].text
    first.refresh_from_db()
    assert read_release(first) == read
    assert Release.objects.current().get() == second.release


def test_a_step_that_did_not_change_keeps_its_digest(folder):
    first = load(folder).release
    folder.edit(LESSON, "three bins", "three good bins")
    second = load(folder, at=LATER).release

    old = dict(first.steps.values_list("key", "digest"))
    new = dict(second.steps.values_list("key", "digest"))
    assert old["what-goes-where"] != new["what-goes-where"]
    assert old["when-in-doubt"] == new["when-in-doubt"]
    assert old["green-bins"] == new["green-bins"]
    assert QuizVersion.objects.count() == 1


def test_notes_alone_make_no_release(folder):
    load(folder)
    folder.edit("course.yaml", "notes: The first release.", "notes: Other words.")

    assert load(folder, at=LATER).outcome == "unchanged"


def test_a_draft_that_somebody_edited_is_left_alone(folder):
    load(folder)
    Lesson.objects.filter(key="what-goes-where").update(title="Edited here")
    folder.edit(LESSON, "three bins", "three good bins")

    loaded = load(folder, at=LATER)

    assert loaded.outcome == "update-available"
    assert [offer.key for offer in loaded.offers] == ["lesson:what-goes-where"]
    assert Lesson.objects.get(key="what-goes-where").title == "Edited here"
    assert Release.objects.count() == 1


def test_a_draft_that_cannot_be_frozen_any_more_counts_as_edited(folder):
    load(folder)
    Prose.objects.filter(key="opening").update(text="<p>[@nothing]</p>")

    assert load(folder, at=LATER).outcome == "edited-here"


def test_a_course_that_was_made_here_is_left_alone(folder):
    Course.objects.create(
        key="green-bins", title="Ours", summary="a", description="<p>a</p>", hours=1
    )

    assert load(folder).outcome == "edited-here"
    assert Course.objects.get().title == "Ours"


def test_a_draft_that_was_edited_back_is_loaded_again(folder):
    load(folder)
    Lesson.objects.filter(key="what-goes-where").update(title="Edited here")
    Lesson.objects.filter(key="what-goes-where").update(title="What goes where")
    folder.edit(LESSON, "three bins", "three good bins")

    assert load(folder, at=LATER).outcome == "published"


def test_everything_can_change_between_two_releases(folder):
    load(folder)
    folder.edit("course.yaml", "hours: 0.25", "hours: 0.5")
    swap_lessons(folder)
    folder.edit("sources.yaml", "year: 2020", "year: 2022")
    folder.edit("terms.yaml", "name: compost", "name: fine compost")
    folder.edit(ITEMS, "stem: Where does a newspaper go?", "stem: Where does an old newspaper go?")
    folder.edit("quizzes/green-bins.yaml", "count: 2", "count: 3")
    folder.edit(LESSON, "- compost\n- green-bin", "- green-bin\n- compost")
    folder.edit(LESSON, "::: callout key-point key-idea", "::: prose key-point")
    text = folder.text(LESSON)
    folder.write(LESSON, text[: text.index("::: reflection your-kitchen")])

    document = read_release(load(folder, at=LATER).release)

    assert str(document.hours) == "0.50"
    assert document.steps[0].key == "when-in-doubt"
    assert document.sources[0].year == 2022
    assert document.terms[0].name == "fine compost"
    assert document.step("green-bins").question_count == 4
    lesson = document.step("what-goes-where")
    assert lesson.block("words").terms == ["green-bin", "compost"]
    assert type(lesson.block("key-point")).__name__ == "Prose"
    assert lesson.block("your-kitchen") is None
    assert load(folder, at=LATER).outcome == "unchanged"


def test_an_item_that_is_gone_is_retired_and_comes_back_when_it_does(folder):
    load(folder)
    whole = folder.text(ITEMS)
    folder.write(ITEMS, whole[: whole.index("  - key: spoon-in-the-green-bin")])

    load(folder, at=LATER)
    assert Item.objects.get(key="spoon-in-the-green-bin").retired_at == LATER

    folder.write(ITEMS, whole)
    load(folder, at=LATER)
    assert Item.objects.get(key="spoon-in-the-green-bin").retired_at is None


def test_the_items_of_a_topic_that_is_gone_are_retired(folder):
    load(folder)
    (folder.path / "items/when-in-doubt.yaml").unlink()
    folder.edit("quizzes/green-bins.yaml", "  - topic: when-in-doubt\n    count: 1\n", "")
    folder.edit("lessons/when-in-doubt.md", "covers: [when-in-doubt]\n", "")
    folder.edit(
        "lessons/when-in-doubt.md", "::: check check-battery\nitem: check-battery\n:::\n", ""
    )

    load(folder, at=LATER)

    retired = Item.objects.exclude(retired_at=None)
    assert {item.key for item in retired} == {"check-battery", "whom-to-ask", "caretaker-things"}


def test_a_lesson_that_is_gone_leaves_the_draft_and_stays_in_the_release(folder):
    first = load(folder).release
    (folder.path / "lessons/when-in-doubt.md").unlink()
    (folder.path / "items/when-in-doubt.yaml").unlink()
    folder.edit("course.yaml", "  - lesson: when-in-doubt\n", "")
    folder.edit("quizzes/green-bins.yaml", "  - topic: when-in-doubt\n    count: 1\n", "")

    second = load(folder, at=LATER).release

    assert read_release(second).step("when-in-doubt") is None
    assert not Lesson.objects.filter(key="when-in-doubt").exists()
    assert read_release(first).step("when-in-doubt") is not None
    assert first.steps.filter(key="when-in-doubt").exists()


def test_a_step_that_becomes_a_quiz_under_its_old_key_is_taken(folder):
    """A key may not be used again for something else by habit; the software does not break."""
    load(folder)
    (folder.path / "lessons/when-in-doubt.md").unlink()
    (folder.path / "quizzes/green-bins.yaml").rename(folder.path / "quizzes/when-in-doubt.yaml")
    folder.edit(
        "course.yaml",
        "  - lesson: when-in-doubt\n  - quiz: green-bins\n",
        "  - quiz: when-in-doubt\n",
    )
    folder.edit(LESSON, "covers: [what-goes-where]", "covers: [what-goes-where, when-in-doubt]")
    text = folder.text("items/when-in-doubt.yaml")
    start, end = text.index("  - key: check-battery"), text.index("  - key: whom-to-ask")
    folder.write("items/when-in-doubt.yaml", text[:start] + text[end:])

    document = read_release(load(folder, at=LATER).release)

    assert isinstance(document.step("when-in-doubt"), QuizStep)


# --- Two courses --------------------------------------------------------------------------------


@pytest.fixture
def second(folder, tmp_path) -> PackageFolder:
    """Give a second course that shares sources and terms with the first, and nothing else."""
    other = PackageFolder.copy(tmp_path / "blue-bins")
    for path in other.path.rglob("*.*"):
        text = path.read_text()
        for word in ("what-goes-where", "when-in-doubt", "green-bins", "check-apple-core"):
            text = text.replace(word, f"blue-{word}")
        for word in (
            "newspaper",
            "green-bin-things",
            "scraps-become-soil",
            "spoon-in-the-green-bin",
        ):
            text = text.replace(f"key: {word}\n", f"key: blue-{word}\n")
        for word in ("check-battery", "whom-to-ask", "caretaker-things"):
            text = text.replace(word, f"blue-{word}")
        path.write_text(text.replace("title: Green bins\n", "title: Blue bins\n"))
        if any(word in path.stem for word in ("what-goes", "when-in", "green-bins")):
            path.rename(path.with_stem(f"blue-{path.stem}"))
    return other


def test_courses_may_share_sources_and_terms_that_are_the_same(folder, second):
    load(folder)

    assert load(second).outcome == "published"
    assert Source.objects.count() == 2
    assert load(folder, at=LATER).outcome == "unchanged"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("sources.yaml", "year: 2020", "year: 2022", "sources.yaml:1: "),
        ("terms.yaml", "name: compost", "name: fine compost", "terms.yaml:1: "),
    ],
)
def test_a_package_cannot_change_what_another_course_cites(folder, second, file, old, new, place):
    load(folder)
    second.edit(file, old, new)
    before = rows()

    with pytest.raises(PackageErrors) as raised:
        load(second)

    (problem,) = raised.value.problems
    assert str(problem).startswith(place)
    assert "the course “Green bins” uses" in problem.message
    assert rows() == before


def test_a_package_cannot_take_the_items_of_another_course(folder, second):
    load(folder)
    second.edit("items/blue-what-goes-where.yaml", "key: blue-newspaper", "key: newspaper")

    with pytest.raises(PackageErrors) as raised:
        load(second)

    assert "the course “Green bins” uses the topic “what-goes-where”" in str(raised.value)
    assert Item.objects.get(key="newspaper").topic.key == "what-goes-where"


def test_a_package_cannot_change_the_quiz_of_another_course(folder, second):
    load(folder)
    (second.path / "quizzes/blue-green-bins.yaml").rename(second.path / "quizzes/green-bins.yaml")
    second.edit("course.yaml", "- quiz: blue-green-bins", "- quiz: green-bins")

    with pytest.raises(PackageErrors) as raised:
        load(second)

    assert "the course “Green bins” uses the quiz “green-bins”" in str(raised.value)


def test_a_package_that_fails_loads_nothing_of_itself(folder, second):
    load(folder)
    second.edit("sources.yaml", "year: 2020", "year: 2022")
    before = rows()

    with pytest.raises(PackageErrors):
        load(second)

    assert rows() == before
    assert not Course.objects.filter(key="blue-bins").exists()


def test_an_unchanged_package_goes_on_with_what_a_person_published_since(folder, django_user_model):
    first = load(folder).release
    person = django_user_model.objects.create_user(email="ada@elderbrook.example", name="Ada")
    course = Course.objects.get()
    publish_early(course, by=person, at=LATER)

    assert load(folder, at=LATER).release == first
    assert Release.objects.count() == 2


def test_the_shipped_courses_are_published(shipped):
    package = read_shipped(shipped)
    for required in package.course.requires:
        load_package(read_shipped(shipped.parent / required), at=AT)

    loaded = load_package(package, at=AT)

    assert loaded.outcome == "published"
    assert load_package(read_shipped(shipped), at=LATER).outcome == "unchanged"
