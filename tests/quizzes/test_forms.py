"""Answering one item on a page, and seeing it explained."""

from __future__ import annotations

import re

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from quizzes.forms import AnswerForm
from tests.quizzes.bank import RIGHT, WRONG, multiple, single, true_false

ALL = [single(), multiple(), true_false()]


def shown(body, data=None, **options) -> str:
    form = AnswerForm(data and QueryDict(data), body=body, order=body.written_order(), **options)
    return render_to_string(form.template, {"form": form})


def explained(body, response, *, show_key=False) -> str:
    context = {"body": body, "order": body.written_order(), "response": response}
    return render_to_string(body.result_template, context | {"show_key": show_key})


def inputs(html: str) -> list[str]:
    return re.findall(r"<input[^>]*>", html)


def test_a_good_answer_gives_the_response():
    form = AnswerForm(QueryDict("choice=c&choice=a"), body=multiple(), order=list("abcd"))
    assert form.is_valid()
    assert form.response == ["a", "c"]


@pytest.mark.parametrize(
    ("body", "data", "message"),
    [
        (single(), "", "Choose one answer."),
        (multiple(), "", "Choose at least one answer."),
        (true_false(), "", "Choose one answer."),
        (single(), "choice=zzz", "What was sent is not one of them."),
        (single(), "choice=a&choice=b", "Choose one answer."),
    ],
)
def test_an_answer_that_is_none_is_told_in_plain_words(body, data, message):
    form = AnswerForm(QueryDict(data), body=body, order=body.written_order())
    assert not form.is_valid()
    html = render_to_string(form.template, {"form": form})
    assert message in html
    assert 'aria-describedby="id_choice-hint id_choice-error"' in html


def test_the_choices_stand_in_the_order_of_the_paper():
    form = AnswerForm(body=single(), order=["c", "a", "b"])
    html = render_to_string(form.template, {"form": form})
    assert re.findall(r'value="(\w)"', html) == ["c", "a", "b"]


def test_one_choice_has_radio_buttons_and_several_have_checkboxes():
    assert all('type="radio"' in each for each in inputs(shown(single())))
    assert all('type="checkbox"' in each for each in inputs(shown(multiple())))
    assert "Choose all that apply." in shown(multiple())


def test_an_earlier_answer_is_ticked():
    ticked = [each for each in inputs(shown(multiple(), response=["b", "d"])) if "checked" in each]
    assert [re.search(r'value="(\w)"', each)[1] for each in ticked] == ["b", "d"]


def test_what_was_just_posted_stands_in_the_form_again():
    ticked = [
        each
        for each in inputs(shown(single(), "choice=a&choice=b", response=["c"]))
        if "checked" in each
    ]
    assert len(ticked) == 2


def test_two_forms_on_a_page_share_no_id_and_the_error_leads_to_the_first_choice():
    html = shown(single(), prefix="one") + shown(single(), prefix="two")
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert 'id="one-choice"' in inputs(html)[0]
    assert all('name="choice"' in each for each in inputs(html))


def test_the_question_is_the_heading_of_its_page_when_asked():
    form = AnswerForm(body=single("What?"), order=list("abc"))
    assert "<h1>What?</h1>" in render_to_string(form.template, {"form": form, "heading": True})
    assert "<h1>" not in render_to_string(form.template, {"form": form})


@pytest.mark.protection
@pytest.mark.parametrize("body", ALL)
def test_nothing_of_the_key_is_in_the_page_before_the_answer(body):
    for html in (shown(body), shown(body, response=["a"]), shown(body, "choice=zzz")):
        assert RIGHT not in html
        assert WRONG not in html
        assert "correct" not in html
        assert "right" not in html.casefold()


@pytest.mark.protection
@pytest.mark.parametrize("body", ALL)
def test_a_template_cannot_reach_the_body_through_the_form(body):
    form = AnswerForm(body=body, order=body.written_order())
    for place in (form, form.fields["choice"], form["choice"]):
        assert not any(
            value is body for name, value in vars(place).items() if not name.startswith("_")
        )
    assert set(vars(form.options[0])) == {"key", "text", "id", "is_chosen"}


def test_what_an_author_wrote_is_escaped():
    html = shown(single("<script>alert(1)</script>"))
    assert "<script>" not in html


def test_true_and_false_are_words_of_the_site():
    html = shown(true_false())
    assert re.findall(r"<span>(\w+)</span>", html) == ["True", "False"]


def test_without_the_key_the_result_explains_only_what_was_chosen():
    html = explained(single(), ["b"])
    assert html.count("Your answer") == 1
    assert WRONG in html
    assert RIGHT not in html
    assert "Right answer" not in html
    assert "Not right" not in html


def test_with_the_key_the_result_shows_what_is_right_in_words():
    html = explained(single(), ["b"], show_key=True)
    assert html.count("Right answer") == 1
    assert html.count("Not right") == 1
    assert RIGHT in html


def test_a_true_false_result_uses_the_same_words():
    html = explained(true_false(answer=False), ["true"])
    assert "True" in html
    assert WRONG in html
