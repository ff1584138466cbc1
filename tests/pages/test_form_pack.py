"""Every form: labels that say what is needed, hints, and errors that lead to their field."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, ButtonHolder, Div, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.forms import formset_factory
from django.template import Context, Template


class Questions(forms.Form):
    name = forms.CharField(
        label="Your name",
        help_text="As on the certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    story = forms.CharField(label="What happened", required=False, widget=forms.Textarea)
    answer_by = forms.ChoiceField(
        label="Answer by",
        help_text="We answer within a week.",
        choices=[("mail", "Email"), ("call", "Telephone")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Topics",
        required=False,
        choices=[("law", "Law"), ("words", "Words")],
        widget=forms.CheckboxSelectMultiple,
    )
    has_read = forms.BooleanField(label="I have read it")
    key = forms.CharField(widget=forms.HiddenInput, initial="k")

    def clean(self):
        if self.data.get("name") == "nobody":
            raise forms.ValidationError("Nobody cannot ask.")
        return super().clean()


def render(form):
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def element(html, pattern):
    """Return the one tag that the pattern finds."""
    (found,) = re.findall(pattern, html, re.DOTALL)
    return found


@pytest.fixture
def empty():
    return render(Questions())


@pytest.fixture
def wrong():
    return render(Questions({"name": "", "answer_by": "owl", "topics": ["law"]}))


def test_a_label_says_whether_its_field_is_needed(empty):
    name = element(empty, r'<label for="id_name">(.*?)</label>')
    assert "Your name" in name
    assert "(required)" in name
    assert "(optional)" in element(empty, r'<label for="id_story">(.*?)</label>')


def test_a_hint_is_read_with_its_field(empty):
    assert 'aria-describedby="id_name_helptext"' in element(empty, r'<input[^>]*name="name"[^>]*>')
    assert '<div class="hint" id="id_name_helptext">As on the certificate.</div>' in empty


def test_what_the_browser_may_fill_in_stays(empty):
    assert 'autocomplete="name"' in element(empty, r'<input[^>]*name="name"[^>]*>')


def test_a_form_without_errors_has_no_summary(empty):
    assert "error-summary" not in empty
    assert "aria-invalid" not in empty


def test_choices_are_a_group_with_a_legend(empty):
    group = element(empty, r'<fieldset[^>]*id="div_id_answer_by".*?</fieldset>')
    assert "<legend>Answer by" in group
    assert 'aria-describedby="id_answer_by_helptext"' in group
    assert group.count('type="radio"') == 2
    assert '<label class="choice" for="id_answer_by_0">' in group


def test_a_hidden_field_has_no_label(empty):
    assert '<input type="hidden" name="key" value="k" id="id_key">' in empty
    assert "div_id_key" not in empty


def test_the_summary_comes_first_and_leads_to_each_field(wrong):
    summary = element(wrong, r'<div class="error-summary".*?</div>')
    assert wrong.index("error-summary") < wrong.index("id_name")
    assert 'role="alert"' in summary
    assert "There is a problem" in summary
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in wrong
    assert '"#id_name"' in summary
    assert '"#id_answer_by_0"' in summary
    assert '"#id_has_read"' in summary


def test_an_error_stands_at_its_field_and_is_read_with_it(wrong):
    name = element(wrong, r'<input[^>]*name="name"[^>]*>')
    assert 'aria-invalid="true"' in name
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'id="id_name_error"' in wrong
    group = element(wrong, r'<fieldset[^>]*id="div_id_answer_by"[^>]*>')
    assert 'aria-describedby="id_answer_by_helptext id_answer_by_error"' in group


def test_what_was_chosen_stays_chosen(wrong):
    assert "checked" in element(wrong, r'<input[^>]*value="law"[^>]*>')


def test_an_error_of_the_whole_form_is_in_the_summary():
    html = render(Questions({"name": "nobody", "answer_by": "mail", "has_read": "on", "key": "k"}))
    assert "Nobody cannot ask." in element(html, r'<div class="error-summary".*?</div>')


def test_nothing_is_styled_or_scripted_in_place(empty, wrong):
    for html in (empty, wrong):
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script", html)


def test_a_layout_gets_our_pieces():
    form = Questions()
    form.helper = FormHelper()
    form.helper.form_action = "/ask/"
    form.helper.layout = Layout(
        Fieldset("Who", "name"),
        Div("story", "answer_by", "topics", "has_read", "key", css_class="short"),
        HTML("<p>Thank you.</p>"),
        ButtonHolder(Submit("send", "Send")),
    )
    html = render_crispy_form(form, context={"csrf_token": "t0ken"})
    assert re.search(r'<form[^>]*action="/ask/"[^>]*method="post"[^>]*novalidate>', html)
    assert 'value="t0ken"' in html
    assert "<legend>Who</legend>" in html
    assert '<div class="actions"><button type="submit" class="button" name="send"' in html


def test_a_form_set_carries_its_own_bookkeeping():
    html = render(formset_factory(Questions, extra=2)())
    assert 'name="form-TOTAL_FORMS" value="2"' in html
    assert 'id="id_form-1-name"' in html


def test_a_form_set_with_a_helper_renders_whole():
    formset = formset_factory(Questions, extra=1)()
    helper = FormHelper()
    helper.add_input(Submit("send", "Send"))
    html = render_crispy_form(formset, helper)
    assert html.count("<form") == 1
    assert 'id="id_form-0-name"' in html
    assert ">Send</button>" in html
