"""The checks of a course: each finds what it is for, says where, and leaves the rest alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.checking import check_package
from courses.checks import CHECKS, Allowed, QuizMaterial, check
from courses.checks.passages import plain_words, rich_passages, sentences_of
from courses.checks.wording import reading_grade
from courses.documents import (
    Callout,
    Column,
    Comparison,
    Reflection,
    Scenario,
    ScenarioChoice,
    Term,
)
from courses.language import language
from courses.packages import PackageErrors, read_package
from courses.packages.form import files_of
from courses.richtext import normal_form
from tests.courses.material import found, lesson, material, named, prose, question
from tests.factories import COURSE_FILES

FIRST = "Some things fit no bin. Ask"
CLAIM, AVOID, NOTE = "claim-without-source", "words-to-avoid", "content-note-missing"


@pytest.mark.parametrize(
    "sentence",
    [
        "About 40 in 100 bins hold glass.",
        "It began in 2014.",
        "A study of bins looked at pears.",
        "One in five bins is empty.",
        "Parliament changed the rule for bins.",
        "The Green Bin Act says so in plain words.",
        "Under section 12 nobody may burn a bin.",
    ],
)
def test_a_sentence_that_claims_a_fact_asks_for_a_source(sentence):
    (finding,) = found(CLAIM, prose(sentence))
    assert (finding.step, finding.block, finding.text) == ("one", "opening", sentence)
    assert "[@source-key]" in finding.message
    assert not found(CLAIM, prose(f"{sentence}[@a-study]"))


def test_a_citation_reaches_back_one_sentence_and_not_into_another_paragraph():
    assert not found(CLAIM, prose("It began in 2014. Pears were few.[@a-study]"))
    assert found(CLAIM, prose("It began in 2014. Nobody asked. Pears were few.[@a-study]"))
    assert found(CLAIM, prose("<p>It began in 2014.</p><p>Pears were few.[@a-study]</p>"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Put the pear in the green bin.",
        "Call 9-1-1 or 1-800-663-9122 at once.",
        "This is the rule as of 2026.",
        "Did it begin in 2014?",
        "The next lesson says more.",
    ],
)
def test_what_claims_nothing_needs_no_source(sentence):
    assert not found(CLAIM, prose(sentence))


def test_what_is_made_up_claims_nothing_but_why_it_is_better_does():
    choices = [
        ScenarioChoice(key="a", label="Wait 3 days", outcome="<p>In 2014 it rained.</p>"),
        ScenarioChoice(key="b", label="Ask", outcome="<p>She says so.</p>", is_better=True),
    ]
    story = Scenario(
        key="story",
        title="Bin 7",
        situation="<p>It is 2014 and 40 bins are full.</p>",
        question="What now?",
        choices=choices,
        why="<p>A study of 40 bins says so.</p>",
    )
    (finding,) = found(CLAIM, story, Reflection(key="think", prompt="<p>Think of 2014.</p>"))
    assert finding.text == "A study of 40 bins says so."


def test_an_item_without_a_source_is_found_where_it_stands():
    item = question("where", "Which bin takes glass?", "The grey one", "The green one", "None")
    quiz = QuizMaterial("quiz", "Quiz", [type(item)(item.item, [])])
    (finding,) = named(CLAIM, material(lesson(), quiz))
    assert (finding.step, finding.block) == ("quiz", "where")


@pytest.mark.parametrize(
    ("address", "is_dead"),
    [
        ("#try-it", False),
        ("#gone", True),
        ("/support/", False),
        ("/nowhere/", True),
        ("/courses/green-bins/lessons/one/", False),
        ("/courses/green-bins/lessons/two/", True),
        ("https://example.org/page", False),
        ("https://nohost", True),
        ("example.org/page", True),
        ("mailto:bins@elderbrook.example", False),
    ],
)
def test_a_link_that_leads_nowhere_stops_publishing(address, is_dead):
    pages = {"/support/", "/courses/green-bins/lessons/two/"}
    course = material(
        lesson(prose(f'<p>See <a href="{address}">this page</a>.</p>')),
        leads_somewhere=pages.__contains__,
    )
    findings = named("dead-link", course)
    assert bool(findings) == is_dead
    assert all(finding.is_error and not finding.may_waive for finding in findings)


def test_a_third_level_heading_needs_a_second_level_one_before_it():
    (finding,) = found("heading-order", prose("<h3>Pears</h3><p>Green.</p><h2>Glass</h2>"))
    assert finding.text == "Pears"
    assert not found("heading-order", prose("<h2>Glass</h2><h3>Pears</h3><p>Green.</p>"))


def test_a_long_lesson_and_one_without_a_check_are_found():
    assert not found("lesson-too-long", prose("Sort it."))
    assert found("lesson-too-long", prose("Sort it."), minutes=16)
    (finding,) = found("lesson-too-long", prose("Put the pear in its bin. " * 300))
    assert "1,8" in finding.message
    bare = lesson(prose("Sort it."))
    bare = type(bare)(
        **{name: getattr(bare, name) for name in bare.__struct_fields__} | {"blocks": []}
    )
    assert named("lesson-without-check", material(bare))
    assert not found("lesson-without-check", prose("Sort it."))


def test_a_quiz_wants_four_items_for_each_lesson_before_it():
    items = [question(f"item-{at}", f"{at * 7} pears in bin {at}?", "Yes", "No") for at in range(7)]
    two = (lesson(), lesson(key="two"))
    assert named("too-few-items", material(*two, QuizMaterial("quiz", "Quiz", items)))
    items.append(question("last", "Where does glass go, and why there?", "Grey", "Green"))
    assert not named("too-few-items", material(*two, QuizMaterial("quiz", "Quiz", items)))


def test_an_item_says_something_to_whoever_chose_a_choice():
    item = question("where", "Which bin?", "Grey", "Green", feedback="No.")
    (finding,) = named(
        "item-without-feedback", material(lesson(), QuizMaterial("quiz", "Quiz", [item]))
    )
    assert finding.is_error
    assert "“Grey”, “Green”" in finding.message


@pytest.mark.parametrize(
    ("texts", "side"),
    [
        (("The green bin, because pears rot and feed the soil", "Grey", "The blue bin"), "longest"),
        (("Green", "The grey bin by the gate", "The blue bin by the door"), "shortest"),
        (("The green bin", "The grey bin", "The blue bin"), ""),
    ],
)
def test_an_answer_that_stands_out_by_its_length_is_found(texts, side):
    item = question("where", "Which bin?", *texts)
    findings = named("answer-by-length", material(lesson(), QuizMaterial("q", "Q", [item])))
    assert [side in finding.message for finding in findings] == ([True] if side else [])


@pytest.mark.parametrize(
    ("stem", "severity"),
    [
        ("Which bin takes a pear?", "error"),
        ("Which of the bins takes your ripe pear?", "warning"),
        ("What happens to paper with tape on it?", None),
    ],
)
def test_a_check_may_not_give_a_graded_answer_away(stem, severity):
    texts = ("The green one", "The blue one", "Neither")
    quiz = QuizMaterial("quiz", "Quiz", [question("graded", stem, *texts)])
    findings = named("check-reveals-item", material(lesson(), quiz))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])
    assert all((one.step, one.block) == ("one", "try-it") for one in findings)


def test_words_to_avoid_come_with_a_better_one_a_reason_and_a_source():
    (finding,) = found(AVOID, prose("The Prostitutes met at noon."))
    assert finding.is_error and finding.may_waive
    assert finding.text == "prostitutes"
    for part in ("better sex worker", "label", "Source: "):
        assert part in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "They wrote “prostitutes” on the form.",
        'They wrote "prostitutes" on the form.',
        "<p>The word <em>prostitutes</em> is in the old law.</p>",
        "<blockquote><p>All prostitutes go free.</p></blockquote>",
        "The word prostitutesque is none.",
    ],
)
def test_quoted_words_and_parts_of_words_are_left_alone(text):
    assert not found(AVOID, prose(normal_form(text)))


def test_a_term_may_define_a_word_to_avoid():
    term = Term(key="pimp", name="pimp", definition="<p>A loaded word: pimp says too much.</p>")
    assert not named(AVOID, material(lesson(), terms=[term]))


def test_of_two_words_that_overlap_the_longer_is_said():
    findings = found(AVOID, prose("It was called child sex trafficking."))
    assert [finding.text for finding in findings] == ["child sex trafficking"]


def test_the_guard_has_thirty_entries_with_a_reason_and_a_source():
    guards = language().guards
    assert len(guards) >= 30
    assert all(guard.suggestion and guard.reason and guard.source for guard in guards)


def test_what_a_lesson_mentions_its_content_note_says():
    text = prose("She was assaulted at work.")
    (finding,) = found(NOTE, text)
    assert "violence (“assaulted” in opening)" in finding.message
    assert not found(NOTE, text, content_note="This lesson mentions violence.")
    assert found(NOTE, text, content_note="This lesson mentions law.")


def test_hard_sentences_are_found_with_the_block_to_begin_with():
    hard = (
        "Notwithstanding considerable administrative complications, departmental representatives"
        " systematically facilitated interdepartmental communication concerning prospective"
        " accommodations for disadvantaged constituencies throughout metropolitan jurisdictions. "
    )
    blocks = (prose("Put it in the bin. " * 20), Callout(key="hard", kind="key-idea", text=""))
    callout = Callout(key="hard", kind="key-idea", text=f"<p>{hard * 6}</p>")
    (finding,) = found("hard-to-read", blocks[0], callout)
    assert finding.block == "hard"
    assert not found("hard-to-read", blocks[0])


def test_the_reading_grade_is_flesch_and_kincaids():
    read = rich_passages("one", "opening", "text", "<p>" + "The bin is by the gate. " * 20 + "</p>")
    assert reading_grade(read) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert reading_grade([]) == 0


def test_short_words_have_the_syllables_that_people_say():
    said = "Many open the little table, used once. "
    read = rich_passages("one", "opening", "text", "<p>" + said * 20 + "</p>")
    assert reading_grade(read) == pytest.approx(0.39 * 7 + 11.8 * 11 / 7 - 15.59)


def test_a_column_is_read_as_well():
    columns = [Column("Green", ["Pears."]), Column("Grey", ["Since 2014 glass goes here."])]
    assert found(CLAIM, Comparison(key="both", title="Two bins", columns=columns))


def test_a_reason_lets_a_finding_stay_until_its_words_change():
    course = material(lesson(prose("It began in 2014.")))
    reason = Allowed(CLAIM, "one", "opening", "Everyone here remembers it.", "began in 2014")
    report = check(course, [reason])
    assert not report.findings
    ((finding, allowed),) = report.waived
    assert (finding.text, allowed) == ("It began in 2014.", reason)
    changed = check(material(lesson(prose("It ended in 2015."))), [reason])
    assert [finding.text for finding in changed.findings] == ["It ended in 2015."]
    assert changed.unused == [reason]


def test_no_reason_makes_a_dead_link_right():
    course = material(lesson(prose('<p><a href="#gone">there</a></p>')))
    report = check(course, [Allowed("dead-link", "one", "opening", "I like it.")])
    assert len(report.errors) == 1


def test_errors_come_first_and_then_what_weighs_most():
    text = '<p><a href="#gone">There</a> it began in 2014. The victims were assaulted.</p>'
    report = check(material(lesson(prose(text))))
    weights = [(not finding.is_error, -finding.weight) for finding in report.findings]
    assert weights == sorted(weights)
    assert report.findings[0].check == "dead-link"


def test_every_check_has_a_finding_of_its_own_name():
    assert len(CHECKS) == 14


@given(st.text())
def test_any_text_becomes_sentences_that_hold_all_of_its_words(text):
    kept = " ".join(plain_words(sentence) for sentence in sentences_of(text))
    assert "".join(kept.split()) == "".join(plain_words(text).split())


@given(st.text(max_size=300))
def test_no_text_can_break_the_checks(text):
    check(material(lesson(prose(normal_form(text)), content_note=text), summary=text))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("See s. 279.01 of the Code. It is long.", 2),
        ("R. v. Smith, 2024 SCC 38, decided it.[@a-study] Read it.", 2),
        ("It costs 3.5 million.[@a-study][@b] “So what?” she said.", 2),
        ("The B.C. rule holds.", 1),
    ],
)
def test_a_point_in_a_number_or_an_abbreviation_ends_no_sentence(text, count):
    assert len(sentences_of(text)) == count


def test_a_package_brings_its_reasons_along(folder):
    folder.edit("lessons/when-in-doubt.md", FIRST, "It began in 2014. It went on. Ask")
    assert any(one.check == CLAIM for one in check_package(read_package(folder.path)).findings)
    folder.write(
        "waivers.yaml",
        f"- check: {CLAIM}\n  step: when-in-doubt\n  block: opening\n"
        "  text: It began in 2014.\n  reason: Everyone remembers.\n",
    )
    report = check_package(read_package(folder.path))
    assert not any(one.check == CLAIM for one in report.findings)
    assert [allowed.reason for _finding, allowed in report.waived] == ["Everyone remembers."]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("- check: no-such\n  reason: r\n", "“check” must be one of"),
        ("- check: hard-to-read\n  step: when-in-doubt\n", "“reason” is missing"),
        ("- check: hard-to-read\n  step: gone\n  reason: r\n", "there is no step “gone”"),
        (
            "- check: hard-to-read\n  step: when-in-doubt\n  block: gone\n  reason: r\n",
            "there is no block or item “gone” there",
        ),
        ("check: hard-to-read\n", "this file must be a list"),
    ],
)
def test_a_reason_in_a_package_names_a_check_and_a_place(folder, entry, problem):
    folder.write("waivers.yaml", entry)
    with pytest.raises(PackageErrors, match=problem):
        read_package(folder.path)


def test_the_small_course_of_the_tests_has_no_errors():
    assert not check_package(read_package(COURSE_FILES / "green-bins")).errors


def test_reasons_are_written_in_one_form(folder):
    folder.write(
        "waivers.yaml",
        "- reason: It is law.\n  check: hard-to-read\n  step: when-in-doubt\n"
        "- {check: too-few-items, reason: Small., step: green-bins}\n",
    )
    written = files_of(read_package(folder.path))["waivers.yaml"]
    assert written == (
        "- check: too-few-items\n  step: green-bins\n  reason: Small.\n\n"
        "- check: hard-to-read\n  step: when-in-doubt\n  reason: It is law.\n"
    )
