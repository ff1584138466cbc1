"""A lesson as it is shown: safe, its sources numbered, its terms explained."""

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from courses.documents import (
    Callout,
    Column,
    Comparison,
    CourseDocument,
    Further,
    LessonStep,
    Prose,
    Reading,
    Reflection,
    Scenario,
    ScenarioChoice,
    Source,
    Term,
    TermCards,
)
from courses.rendering import (
    kind_name,
    render_glossary,
    render_item_sources,
    render_lesson,
    render_text,
)

HOSTILE = "<script>alert(1)</script>\"'&"
SOURCES = [
    Source(
        key="one", kind="law", title=f"First {HOSTILE}", seen="Read.", url="https://a.example/1"
    ),
    Source(key="two", kind="community", title="Second " + "long " * 30, seen="Read.", doi="10.1/2"),
    Source(key="three", kind="inquiry", title="Third", seen="Read.", url="javascript:alert(1)"),
]
TERMS = [
    Term(key="soil", name=f"soil {HOSTILE}", definition="<p>What grows things.[@two]</p>"),
    Term(key="bin", name="Bin", definition="<p>A box for [[soil]].</p>"),
]


def document_of(*blocks) -> CourseDocument:
    lesson = LessonStep(key="lesson", title="L", minutes=1, objectives=[], blocks=list(blocks))
    return CourseDocument(
        key="made-up",
        language="en",
        title="Made up",
        summary="",
        description="<p>About [[bin]].[@three]</p>",
        hours=1,
        objectives=[],
        steps=[lesson],
        sources=SOURCES,
        terms=TERMS,
    )


_digests = iter(range(10_000))


def render(*blocks, **options):
    document = document_of(*blocks)
    return render_lesson(f"digest {next(_digests)}", document, document.steps[0], **options)


def shown(block) -> str:
    return render_to_string(block.template, {"block": block})


def prose(text: str, **options) -> str:
    return render(Prose(key="a", text=text), **options).blocks[0].text


def test_a_source_keeps_its_number_in_a_lesson():
    lesson = render(
        Prose(key="a", text="<p>A.[@two] B.[@one]</p>"),
        Callout(key="b", kind="evidence", text="<p>C.[@two][@three]</p>"),
    )

    assert [(cited.number, cited.source.key) for cited in lesson.sources] == [
        (1, "two"),
        (2, "one"),
        (3, "three"),
    ]
    assert 'href="#source-1"' in lesson.blocks[1].text
    assert ">3</a>" in lesson.blocks[1].text


def test_a_citation_says_which_source_it_leads_to():
    html = prose("<p>A.[@three]</p>")

    assert html == ('<p>A.<a class="cite" href="#source-1" aria-label="Source 1: Third">1</a></p>')


def test_a_long_title_is_cut_in_the_name_of_a_citation():
    label = prose("<p>A.[@two]</p>").split('aria-label="')[1].split('"')[0]

    assert label.startswith("Source 1: Second long")
    assert label.endswith("…")
    assert len(label) < 70


def test_a_term_leads_to_the_glossary_under_its_name_or_other_words():
    glossary = "/courses/made-up/glossary/"

    assert prose("<p>A [[bin]].</p>") == (
        f'<p>A <a class="term" href="{glossary}#term-bin">Bin</a>.</p>'
    )
    assert f'<a class="term" href="{glossary}#term-bin">big &amp; green</a>' in prose(
        "<p>A [[bin|big &amp; green]].</p>"
    )
    assert f'href="{glossary}?release=3#term-bin"' in prose("<p>A [[bin]].</p>", release_number=3)


def test_a_link_in_a_link_is_only_its_words():
    html = prose('<p><a href="https://a.example">see [[bin]] [@one]</a></p>')

    assert html.count("<a ") == 1
    assert 'see Bin <span class="cite">1</span></a>' in html


def test_marks_in_an_address_are_left_alone():
    html = prose('<p><a href="https://a.example/[@one]">a</a></p>')

    assert html.count("<a ") == 1


def test_links_that_lead_elsewhere_give_nothing_away():
    html = prose('<p><a href="https://a.example">a</a> <a href="/support/">b</a></p>')

    assert '<a href="https://a.example" rel="noopener noreferrer">' in html
    assert '<a href="/support/">' in html


def test_a_wide_table_scrolls_by_itself_and_can_be_reached_by_keyboard():
    table = (
        "<table><tbody><tr><th><p>A</p></th></tr><tr><th><p>B</p></th><td><p>c</p></td></tr>"
        "</tbody></table>"
    )
    html = prose(table + table)

    assert '<div class="table-wrap" role="region" aria-label="Table 1" tabindex="0"><table>' in html
    assert 'aria-label="Table 2"' in html
    assert html.count('<th scope="col">') == html.count('<th scope="row">') == 2
    assert html.count("</table></div>") == 2


@pytest.mark.protection
def test_nothing_that_is_stored_runs_in_a_lesson():
    """Rich text is cleaned on display too; everything else is escaped."""
    rich = f"<p>a</p>{HOSTILE}<img src=x onerror=alert(1)><p>[@one] [[soil]]</p>"
    lesson = render(
        Prose(key="prose", text=rich),
        Callout(key="callout", kind="evidence", text=rich),
        TermCards(key="terms", terms=["soil"]),
        Comparison(
            key="comparison",
            title=HOSTILE,
            columns=[Column(heading=HOSTILE, points=[HOSTILE + "[@one]"])],
        ),
        Scenario(
            key="scenario",
            title=HOSTILE,
            situation=rich,
            question=HOSTILE,
            choices=[ScenarioChoice(key="a", label=HOSTILE, outcome=rich, is_better=True)],
            why=rich,
        ),
        Further(key="further", readings=[Reading(source="one", note=HOSTILE)]),
    )
    reflection = render(Reflection(key="reflection", prompt=rich)).blocks[0].prompt
    html = "".join(shown(block) for block in lesson.blocks) + reflection
    html += render_to_string("courses/_sources.html", {"sources": lesson.sources})

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_an_address_that_would_run_is_no_link():
    lesson = render(Prose(key="a", text="<p>[@three]</p>"))

    html = render_to_string("courses/_sources.html", {"sources": lesson.sources})

    assert "javascript:" not in html
    assert "Third" in html


def test_a_source_without_an_address_leads_to_its_doi():
    assert SOURCES[1].link == "https://doi.org/10.1/2"


def test_plain_text_may_cite():
    lesson = render(
        Comparison(
            key="a", title="T", columns=[Column(heading="H", points=["Fish & bones.[@one]"])]
        )
    )

    point = lesson.blocks[0].columns[0].points[0]
    assert point.startswith('Fish &amp; bones.<a class="cite"')
    assert point in shown(lesson.blocks[0])


def test_a_scenario_works_without_a_script_and_ends_with_the_better_response():
    html = shown(
        render(
            Scenario(
                key="s",
                title="T",
                situation="<p>Here.</p>",
                question="What now?",
                choices=[
                    ScenarioChoice(key="a", label="Leave it", outcome="<p>It stays.</p>"),
                    ScenarioChoice(
                        key="b", label="Ask", outcome="<p>They tell.</p>", is_better=True
                    ),
                ],
                why="<p>Because.</p>",
            )
        ).blocks[0]
    )

    assert html.count("<details") == 3
    assert "<form" not in html
    words = strip_tags(html).split()
    assert words.index("Because.") > words.index("stays.")
    assert "The better response, and why" in html


def test_a_block_can_be_returned_to_by_its_key():
    blocks = render(
        Prose(key="a-prose", text="<p>a</p>"),
        Callout(key="a-callout", kind="take-care", text="<p>a</p>"),
        TermCards(key="some-terms", terms=["bin"]),
        Further(key="more", readings=[Reading(source="one")]),
    ).blocks

    for block in blocks:
        assert f'id="{block.key}"' in shown(block)


def test_a_callout_says_what_it_is():
    html = shown(render(Callout(key="a", kind="take-care", text="<p>a</p>")).blocks[0])

    assert "Take care</h3>" in html


def test_the_glossary_is_sorted_and_cites_its_sources():
    glossary = render_glossary(document_of())

    assert [term.key for term in glossary.terms] == ["bin", "soil"]
    assert [cited.source.key for cited in glossary.sources] == ["two"]


def test_the_citations_of_a_single_text_lead_to_the_evidence_page():
    document = document_of()

    html = render_text(document, document.description)

    assert 'href="/courses/made-up/evidence/#source-three"' in html
    assert 'href="/courses/made-up/glossary/#term-bin"' in html


def test_a_mark_that_means_nothing_any_more_is_not_shown_as_code():
    assert prose("<p>A.[@gone] [[gone|word]]</p>") == "<p>A. word</p>"


def test_the_sources_of_an_item_are_in_its_order():
    assert [
        source.key for source in render_item_sources(document_of(), ["two", "one", "gone"])
    ] == [
        "two",
        "one",
    ]


def test_a_lesson_is_rendered_once():
    document = document_of(Prose(key="a", text="<p>a</p>"))

    first = render_lesson("kept", document, document.steps[0])

    assert render_lesson("kept", document, document.steps[0]) is first


def test_kinds_have_names():
    assert kind_name(SOURCES[1]) == "Community and peer-led organisations"
