"""Reading a package: each mistake is named with its file, its line and how to mend it."""

import os
import time

import pytest

from courses.documents import Callout, Comparison, Prose, Scenario
from courses.packages import CheckReference, PackageErrors, read_package
from courses.packages.files import LARGEST_FILE, MOST_FILES
from tests.courses.package_folder import PackageFolder
from tests.courses.shipped import read_shipped

LESSON = "lessons/what-goes-where.md"
OTHER_LESSON = "lessons/when-in-doubt.md"
ITEMS = "items/what-goes-where.yaml"
QUIZ = "quizzes/green-bins.yaml"


def test_a_package_is_read_with_its_texts_in_normal_form(folder):
    package = read_package(folder.path)

    assert package.key == "green-bins"
    assert str(package.course.hours) == "0.25"
    assert [step.key for step in package.course.steps] == [
        "what-goes-where",
        "when-in-doubt",
        "green-bins",
    ]
    lesson = package.lessons["what-goes-where"]
    assert [block.key for block in lesson.blocks] == [
        "opening",
        "words",
        "key-point",
        "two-bins",
        "check-apple-core",
        "your-kitchen",
    ]
    opening, _terms, callout, comparison, check, _reflection = lesson.blocks
    assert isinstance(opening, Prose)
    assert opening.text.startswith(
        "<h2>Three bins</h2><p>The town hall has three bins.[@bin-bylaw]"
    )
    assert isinstance(callout, Callout)
    assert callout.kind == "key-idea"
    assert isinstance(comparison, Comparison)
    assert comparison.columns[0].points == ["Apple cores", "Fish bones[@bin-bylaw]"]
    assert isinstance(check, CheckReference)
    assert check.item == "check-apple-core"
    assert package.topics["when-in-doubt"].items[0].key == "check-battery"
    scenario = package.lessons["when-in-doubt"].blocks[1]
    assert isinstance(scenario, Scenario)
    assert scenario.choices[1].outcome == "<p>The caretaker has a box for batteries.</p>"


def test_text_after_a_block_has_a_key_made_of_that_block(folder):
    folder.edit(LESSON, "::: callout", "More.\n\n::: callout")

    lesson = read_package(folder.path).lessons["what-goes-where"]

    assert [block.key for block in lesson.blocks][:3] == ["opening", "words", "after-words"]


def test_windows_line_ends_are_read_like_others(folder):
    before = read_package(folder.path)
    for path in folder.path.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_package(folder.path).lessons == before.lessons


# One edit each: file, what stands there, what is put there, the line of the problem counted from
# that of the edit, and words of the message.
MISTAKES = [
    # keys, values and types
    ("course.yaml", "title: Green bins", "titel: Green bins", 0, "did you mean “title”"),
    (
        "course.yaml",
        "hours: 0.25",
        "hours: 0.25\nprice: 3",
        1,
        "“price” is not read here; allowed are title",
    ),
    ("course.yaml", "hours: 0.25\n", "", None, "course.yaml:1: “hours” is missing; add it"),
    ("course.yaml", "hours: 0.25", "hours: long", 0, "“hours” must be a number such as 0.75"),
    ("course.yaml", "hours: 0.25", "hours: 0", 0, "“hours” must be from 0.05 to 500"),
    ("course.yaml", "hours: 0.25", "hours: 0.125", 0, "“hours” must be a number such as 0.75"),
    (
        "course.yaml",
        "title: Green bins",
        "title: 2026",
        0,
        "“title” must be text; put it in quotes",
    ),
    ("course.yaml", "title: Green bins", "title: [a]", 0, "“title” must be text; write one text"),
    ("course.yaml", "title: Green bins", "title: ''", 0, "the text is empty"),
    (
        "course.yaml",
        "title: Green bins",
        f"title: {'x' * 201}",
        0,
        "has 201 characters; shorten it to 200",
    ),
    (
        "course.yaml",
        "title: Green bins",
        "title: Green bins\ntitle: Blue bins",
        1,
        "“title” stands here again (first on line 1)",
    ),
    ("course.yaml", "language: en", "language: english language", 0, "a language code such as en"),
    ("course.yaml", "  - Put each", "  Put each", 0, "“objectives” must be a list"),
    (
        "course.yaml",
        "objectives:\n  - Put each thing into the right bin.",
        "objectives: []",
        0,
        "“objectives” is an empty list",
    ),
    (
        "course.yaml",
        "steps:\n  - lesson: what-goes-where",
        "steps:\n  - chapter: what-goes-where",
        1,
        "“chapter” is not read here",
    ),
    ("course.yaml", "  - lesson: what-goes-where", "  - {}", 0, "a step is either"),
    (
        "course.yaml",
        "  - lesson: what-goes-where",
        "  - what-goes-where",
        0,
        "entries of the form “key: value”",
    ),
    ("course.yaml", "title: Green bins", "[title]: Green bins", 0, "a key must be one word"),
    (
        "sources.yaml",
        "kind: law",
        "kind: leaflet",
        0,
        "“kind” must be one of community, government",
    ),
    ("sources.yaml", "year: 2020", "year: '2020'", 0, "“year” must be a whole number"),
    ("sources.yaml", "year: 2020", "year: 20", 0, "“year” must be from 1000"),
    (
        "sources.yaml",
        "url: https://",
        "url: javascript://",
        0,
        "an address that begins with https://",
    ),
    (
        "sources.yaml",
        "doi: 10.5555/apple-core",
        "doi: https://doi.org/10.5555/x",
        0,
        "a DOI such as",
    ),
    ("sources.yaml", "seen_on: 2026-11-23", "seen_on: 2026-13-23", 0, "a date such as 2026-11-23"),
    ("sources.yaml", "seen_on: 2026-11-23", "seen_on: last week", 0, "a date such as 2026-11-23"),
    ("sources.yaml", "key: bin-bylaw", "key: Bin_Bylaw", 0, "small letters, digits and hyphens"),
    ("sources.yaml", "key: compost-study", "key: bin-bylaw", 0, "stands at sources.yaml:1 too"),
    (
        "terms.yaml",
        "definition: What",
        "definition: '## What'\n  x: What",
        0,
        "a heading cannot stand here",
    ),
    (LESSON, "minutes: 5", "minutes: 5.5", 0, "“minutes” must be a whole number"),
    (LESSON, "minutes: 5", "minutes: 0", 0, "“minutes” must be from 1 to 600"),
    (QUIZ, "pass_percent: 60", "pass_percent: 101", 0, "“pass_percent” must be from 1 to 100"),
    (QUIZ, "count: 1", "count: -1", 0, "“count” must be a whole number"),
    (ITEMS, "use: check", "use: exam", 0, "“use” must be one of before, check, quiz"),
    (ITEMS, "is_correct: true", "is_correct: yes", 0, "“is_correct” must be true or false"),
    # YAML itself
    (
        "terms.yaml",
        "name: compost",
        "name: &compost compost",
        0,
        "anchors and aliases (&compost, *compost)",
    ),
    ("terms.yaml", "name: compost", "name: *compost", 0, "this is not YAML: found undefined alias"),
    ("terms.yaml", "name: compost", "name: com: post", 0, "this is not YAML: mapping values"),
    ("terms.yaml", "name: compost", "name: !!binary compost", 0, "“name” must be text"),
    ("terms.yaml", "name: compost", 'name: "\\0"', 0, "an escape makes a character"),
    ("terms.yaml", "name: compost", 'name: "\\ud800"', 0, "an escape makes a character"),
    ("terms.yaml", "name: compost", "name: com\x07post", 0, "an invisible control character"),
    # Markdown
    (LESSON, "## Three bins", "# Three bins", 0, "a first-level heading is the title"),
    (LESSON, "**blue**", "<b>blue</b>", 0, "HTML is not read"),
    (LESSON, "**blue**", "![blue](blue.png)", 0, "pictures are not read"),
    (LESSON, "If it once grew", "\nIf <br> it once grew", 1, "HTML is not read"),
    (OTHER_LESSON, "  On your desk", "  On\n  # your desk", 1, "a first-level heading"),
    # citations and terms
    (
        LESSON,
        "three bins.[@bin-bylaw]",
        "three bins.[@bin-bylow]",
        0,
        "no source “bin-bylow” in sources.yaml; did you mean “bin-bylaw”",
    ),
    (LESSON, "[[green-bin]]", "[[purple]]", 0, "no term “purple” in terms.yaml; add it"),
    (LESSON, "[[green-bin]]", "[[Green Bin]]", 0, "is no citation and no term"),
    (LESSON, "[[green-bin]]", "[[green-bin]", 0, "is no citation and no term"),
    (LESSON, "Fish bones[@bin-bylaw]", "Fish bones[@nothing]", 0, "no source “nothing”"),
    (LESSON, "- green-bin", "- blue-bin", 0, "no term “blue-bin”"),
    (OTHER_LESSON, "  The caretaker knows", "  The [@nothing] knows", 0, "no source “nothing”"),
    (OTHER_LESSON, "source: compost-study", "source: nothing", 0, "no source “nothing”"),
    (ITEMS, "sources: [bin-bylaw]", "sources: [nothing]", 0, "no source “nothing”"),
    (
        ITEMS,
        "stem: Where does an apple core go?",
        "stem: Where?[@bin-bylaw]",
        0,
        "[@bin-bylaw] cannot stand in plain text",
    ),
    (
        "terms.yaml",
        "[[compost]]",
        "[[composts]]",
        0,
        "no term “composts” in terms.yaml; did you mean",
    ),
    # blocks
    (
        LESSON,
        "::: callout key-point key-idea",
        "::: callout key-point",
        0,
        "“::: callout key kind”",
    ),
    (
        LESSON,
        "::: callout key-point key-idea",
        "::: callout key-point loud",
        0,
        "kind is one of key-idea",
    ),
    (LESSON, "::: callout key-point", "::: shout key-point", 0, "“shout” is no type of block"),
    (
        LESSON,
        "::: callout key-point",
        "::: callout words",
        0,
        "the key “words” stands twice in this lesson (first on line 16)",
    ),
    (LESSON, "::: terms words", "::: terms", 0, "give the block a key"),
    (
        LESSON,
        "::: terms words",
        "::: terms My_Words",
        0,
        "the key “My_Words” must be small letters",
    ),
    (LESSON, "::: terms words", "::: terms words more", 0, "“more” is not read here"),
    (LESSON, "::: terms words", ":::terms words", 0, "write a space after “:::”"),
    (
        LESSON,
        "- green-bin\n:::",
        "- green-bin\n",
        -2,
        "the block “terms words” opens here and is not closed",
    ),
    (LESSON, "## Three bins", ":::\n\n## Three bins", 0, "“:::” closes a block, and none is open"),
    (
        LESSON,
        "item: check-apple-core",
        "item: newspaper",
        0,
        "has “use: quiz”; name one with “use: check”",
    ),
    (LESSON, "item: check-apple-core", "item: check-pear", 0, "no item “check-pear” in items/"),
    (OTHER_LESSON, "    is_better: true\n", "", -11, "0 choices have is_better: true"),
    # items
    (ITEMS, "type: single", "type: essay", 0, "“type” must be one of"),
    (ITEMS, "    type: single\n", "", -1, "“type” is missing"),
    (
        ITEMS,
        "key: newspaper",
        "key: whom-to-ask",
        None,
        "the key “whom-to-ask” stands at items/what-goes-where.yaml",
    ),
    (ITEMS, "        is_correct: true\n", "", -7, "0 choices are marked is_correct"),
    (ITEMS, "answer: true", "answer: true\n    choices: []", 1, "“choices” is not read here"),
    (ITEMS, "      - key: b", "      - key: a", 0, "“a” stands twice in “choices”"),
    (ITEMS, "        feedback: Yes. It once grew.\n", "", -3, "“feedback” is missing"),
    # quizzes and what leads where
    (QUIZ, "topic: when-in-doubt", "topic: nothing", 0, "there is no topic “nothing” in items/"),
    (
        QUIZ,
        "topic: when-in-doubt",
        "topic: what-goes-where",
        0,
        "“what-goes-where” stands twice in “parts”",
    ),
    (
        QUIZ,
        "count: 2",
        "count: 9",
        None,
        "quizzes/green-bins.yaml:1: 9 items of “what-goes-where” are asked for and 4 can be drawn",
    ),
    (QUIZ, "pass_percent: 60", "pass_percent: 60\nfixed: [check-battery]", 1, "has “use: check”"),
    (
        LESSON,
        "covers: [what-goes-where]",
        "covers: [elsewhere]",
        0,
        "there is no topic “elsewhere” in items/",
    ),
    (
        "course.yaml",
        "- lesson: when-in-doubt",
        "- lesson: nothing",
        0,
        "there is no lesson “nothing” in lessons/",
    ),
    (
        "course.yaml",
        "- quiz: green-bins",
        "- quiz: nothing",
        0,
        "there is no quiz “nothing” in quizzes/",
    ),
    (
        "course.yaml",
        "- lesson: when-in-doubt",
        "- lesson: what-goes-where",
        0,
        "“what-goes-where” stands twice in “steps”",
    ),
    (
        "course.yaml",
        "  - lesson: when-in-doubt\n",
        "",
        None,
        "lessons/when-in-doubt.md:1: no step is this lesson",
    ),
    (
        "course.yaml",
        "  - quiz: green-bins\n",
        "",
        None,
        "quizzes/green-bins.yaml:1: no step is this quiz",
    ),
    (
        LESSON,
        "covers: [what-goes-where]\n",
        "",
        None,
        "items/what-goes-where.yaml:1: a quiz asks about this topic and no lesson covers it",
    ),
    (
        LESSON,
        "::: check check-apple-core\nitem: check-apple-core\n:::\n",
        "",
        None,
        "items/what-goes-where.yaml:3: no lesson shows the check",
    ),
    (
        QUIZ,
        "  - topic: when-in-doubt\n    count: 1\n",
        "",
        None,
        "no quiz asks the item “whom-to-ask”",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "below", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_line(folder, file, old, new, below, message):
    """`below`: how many lines below the edit the problem is; None: the message says where."""
    line = folder.edit(file, old, new)

    problems = folder.problems()

    place = "" if below is None else f"{file}:{line + below}: "
    assert any(place in problem and message in problem for problem in problems), problems


def test_one_mistake_is_named_once(folder):
    line = folder.edit(LESSON, "**blue**", "<b>blue</b>")

    # The opening tag and the closing one stand on one line and say the same.
    assert folder.problems() == [f"{LESSON}:{line}: HTML is not read; write Markdown"]


def test_all_mistakes_of_all_files_are_named_at_once(folder):
    folder.edit("course.yaml", "hours: 0.25", "hours: long")
    folder.edit("course.yaml", "language: en", "langage: en")
    folder.edit("sources.yaml", "kind: law", "kind: leaflet")
    folder.edit("sources.yaml", "kind: peer-reviewed", "kind: rumour")
    folder.edit(LESSON, "minutes: 5", "minutes: five")
    folder.edit(LESSON, "## Three bins", "# Three bins")
    folder.edit(LESSON, "[[green-bin]]", "[[purple]]")
    folder.edit(LESSON, "key-point key-idea", "key-point loud")
    folder.edit(ITEMS, "use: check", "use: exam")
    folder.edit(ITEMS, "answer: true", "answer: perhaps")
    folder.edit(QUIZ, "pass_percent: 60", "pass_percent: most")

    problems = "\n".join(folder.problems())

    for words in (
        "“hours” must be",
        "did you mean “language”",
        "“language” is missing",
        "sources.yaml:2: “kind”",
        "sources.yaml:10: “kind”",
        "“minutes” must be",
        "first-level heading",
        "no term “purple”",
        "kind is one of",
        "“use” must be",
        "“answer” must be",
        "“pass_percent” must be",
    ):
        assert words in problems


def test_a_block_that_is_open_at_the_end_is_named_where_it_opened(folder):
    text = folder.text(OTHER_LESSON).rstrip().removesuffix(":::")
    folder.write(OTHER_LESSON, text)
    line = text[: text.index("::: further")].count("\n") + 1

    message = "the block “further read-on” opens here and is not closed"
    assert any(f"{OTHER_LESSON}:{line}: {message}" in problem for problem in folder.problems())


def test_a_source_that_nothing_cites_is_named(folder):
    extra = "- key: unread\n  kind: law\n  title: Unread\n  seen: Nothing.\n"
    folder.write("sources.yaml", folder.text("sources.yaml") + extra)

    assert folder.problems() == [
        "sources.yaml:18: nothing cites the source “unread”; cite it with [@unread] or remove it"
    ]


def test_a_term_that_nothing_uses_is_named(folder):
    extra = "- key: bin\n  name: bin\n  definition: What [[compost]] is made in.\n"
    folder.write("terms.yaml", folder.text("terms.yaml") + extra)

    assert folder.problems() == [
        "terms.yaml:7: nothing uses the term “bin”; mark it with [[bin]] or remove it"
    ]


@pytest.mark.parametrize("file", ["course.yaml", LESSON, QUIZ, ITEMS])
def test_a_file_that_is_missing_is_named(folder, file):
    (folder.path / file).unlink()

    assert folder.problems()


@pytest.mark.parametrize("file", ["course.yaml", "sources.yaml", LESSON, QUIZ, ITEMS])
@pytest.mark.parametrize("text", ["", "\n", "---\n---\n", "- a\n", "a\n", "? \n: b", "1: 2"])
def test_a_file_without_its_content_is_named(folder, file, text):
    folder.write(file, text)

    assert any(problem.startswith(file) for problem in folder.problems())


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (b"\xef\xbb\xbftitle: a", "course.yaml:1: the file begins with a byte order mark"),
        (b"title: a\nsummary: caf\xe9", "course.yaml:2: this is not UTF-8"),
        (b"title: a\nsummary: a\0b", "course.yaml:2: an invisible control character"),
        ("title: a\n\nsummary: a\u2028b".encode(), "course.yaml:3: an invisible control"),
        (b"x" * (LARGEST_FILE + 1), "course.yaml: the file is over 1000 kB"),
        (b"[" * 20_000, "course.yaml:1: this is nested far too deep"),
        (b"- " * 20_000, "course.yaml:1: this is nested far too deep"),
        (b"{a: " * 20_000, "course.yaml:1: this is nested far too deep"),
    ],
)
def test_a_file_that_is_no_text_is_named(folder, stored, message):
    (folder.path / "course.yaml").write_bytes(stored)

    assert any(message in problem for problem in folder.problems())


@pytest.mark.protection
@pytest.mark.parametrize("name", ["lessons", "lessons/other.md", "course.yaml"])
def test_links_are_not_followed(folder, tmp_path, name):
    """A package from elsewhere could otherwise show the server's own files."""
    outside = tmp_path / "outside"
    outside.mkdir() if name == "lessons" else outside.write_text("secret: word")
    target = folder.path / name
    if target.is_dir():
        target.rename(tmp_path / "away")
    target.unlink(missing_ok=True)
    target.symlink_to(outside)

    problems = folder.problems()

    assert any(f"{name}: links are not followed" in problem for problem in problems)
    assert not any("secret" in problem for problem in problems)


def test_what_is_no_part_of_a_course_is_named(folder):
    folder.write("lessons/notes.txt", "a")
    folder.write("pictures/a.png", "a")
    folder.write("sauces.yaml", "a")
    folder.write("README.md", "For those who edit this course.")
    folder.write(".hidden", "a")

    assert folder.problems() == [
        "lessons/notes.txt: only files that end in .md belong here",
        "pictures: this is no part of a course; see docs/course-files.md",
        "sauces.yaml: this is no part of a course; see docs/course-files.md",
    ]


def test_a_pipe_among_the_files_holds_nothing_up(folder):
    os.mkfifo(folder.path / "lessons" / "pipe.md")

    assert folder.problems() == ["lessons/pipe.md: only files that end in .md belong here"]


def test_a_course_has_a_bounded_number_of_files(folder):
    for number in range(MOST_FILES + 1):
        folder.write(f"lessons/extra-{number}.md", "")

    assert any(f"at most {MOST_FILES} files" in problem for problem in folder.problems())


@pytest.mark.parametrize("name", ["Green Bins", "green_bins", "grün"])
def test_the_name_of_the_folder_is_a_key(folder, name):
    renamed = PackageFolder(folder.path.rename(folder.path.parent / name))

    assert any("the folder's name is the course's key" in problem for problem in renamed.problems())


def test_a_file_whose_name_is_no_key_is_named(folder):
    (folder.path / LESSON).rename(folder.path / "lessons/What Goes.md")

    assert any(
        problem.startswith("lessons/What Goes.md: the file's name is a key")
        for problem in folder.problems()
    )


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PackageErrors, match="the folder cannot be read"):
        read_package(tmp_path / "nowhere")


def test_the_shipped_courses_have_no_problems(shipped):
    read_shipped(shipped)


def test_a_large_list_is_read_in_good_time(folder):
    entry = "- key: s{n}\n  kind: law\n  title: T\n  seen: N.\n"
    folder.write("sources.yaml", "".join(entry.format(n=number) for number in range(3000)))
    started = time.perf_counter()

    folder.problems()

    assert time.perf_counter() - started < 20
