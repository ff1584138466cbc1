"""Courses in the admin: found, read, edited as drafts; releases only looked at."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import site
from django.urls import reverse

from courses import models
from courses.admin.fields import RowsField
from quizzes.models import Item

pytestmark = pytest.mark.django_db

REGISTERED = [
    models.Course,
    models.Lesson,
    models.Source,
    models.Term,
    models.Release,
    Item,
]


@pytest.fixture
def client(small_course, client_for, ada):
    ada.is_superuser = True
    ada.save()
    return client_for(ada)


def address(row, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def posted(response, **changes) -> dict[str, str | list[str]]:
    """Return what the browser would send from a change page, with changes."""
    forms = [response.context["adminform"].form]
    sent = {
        "version": response.context["opened_version"],
        "opened": response.context["opened_parts"],
    }
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, bool):
                sent |= {field.html_name: "on"} if value else {}
            elif isinstance(field.field, RowsField):
                sent |= posted_rows(field, value or [])
            elif isinstance(value, list):
                sent |= {field.html_name: value} if value else {}
            elif value is not None:
                sent[field.html_name] = str(value)
    return sent | changes


def posted_rows(field, rows) -> dict[str, list[str]]:
    """Return what the rows of a block send, the empty one at their end too."""
    return {
        f"{field.html_name}-{name}": [
            str(column.prepare_value(row.get(name, "")) or "") for row in [*rows, {}]
        ]
        for name, column in field.field.columns.items()
    }


def form_of(response, model):
    """Return the first form of a type of block on the page of a lesson."""
    return next(
        each.formset.forms[0]
        for each in response.context["inline_admin_formsets"]
        if each.formset.model is model
    )


def field_of(response, model, name: str) -> str:
    return form_of(response, model)[name].html_name


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_list_and_every_row_can_be_opened(client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    assert client.get(reverse(f"{name}_changelist"), {"q": "bin"}).status_code == 200
    for row in model.objects.all()[:3]:
        assert client.get(address(row)).status_code == 200


@pytest.mark.parametrize("model", REGISTERED[:4], ids=lambda model: model.__name__)
def test_a_row_that_is_saved_without_a_change_changes_nothing(client, model, small_course):
    release = models.Release.objects.get()
    for row in model.objects.all():
        response = client.post(address(row), posted(client.get(address(row))))
        assert response.status_code == 302, response.context["errors"]

    course = client.get(address(small_course)).content.decode()
    assert "Yes." in course
    assert "edited here" not in course
    assert models.Release.objects.get() == release


def test_a_course_says_whether_it_can_be_published(client, small_course):
    models.Prose.objects.filter(key="opening").update(text="<p>A.[@nothing]</p>")

    assert "no source nothing" in client.get(address(small_course)).content.decode()


def test_a_course_says_that_it_was_edited_since_it_was_loaded(client, small_course):
    models.Lesson.objects.update(minutes=9)

    assert "loadcourses leaves it alone" in client.get(address(small_course)).content.decode()


@pytest.mark.protection
def test_what_is_written_in_the_admin_is_cleaned(client):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    field = field_of(page, models.Prose, "text")

    client.post(address(lesson), posted(page, **{field: "<script>alert(1)</script><b>Words</b>"}))

    assert models.Prose.objects.get(key="opening", parent=lesson).text == (
        "<p><strong>Words</strong></p>"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<p>[@Not A Key]</p>", "“[@Not A Key]” is no citation and no term."),
        ("<p>Bins.[@nothing]</p>", "There is no source “nothing”."),
        ("<p>A [[nothing]].</p>", "There is no term “nothing”."),
        ("<p></p>", "This field is required."),
    ],
)
def test_a_text_that_cannot_be_kept_says_why_at_its_field(client, text, message):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))

    sent = posted(page, **{field_of(page, models.Prose, "text"): text})
    response = client.post(address(lesson), sent)

    assert message in " ".join(form_of(response, models.Prose).errors["text"])


def test_marks_are_kept_as_they_are_written(client):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    text = "<p>Bins.[@bin-bylaw] The [[green-bin|bin]].</p>"

    client.post(address(lesson), posted(page, **{field_of(page, models.Prose, "text"): text}))

    assert models.Prose.objects.get(key="opening", parent=lesson).text == text


def new_block(page, model, *, ordering: int, **values) -> dict[str, str | list[str]]:
    """Return what the browser sends when a block was added at the end of its type."""
    formset = next(
        each.formset
        for each in page.context["inline_admin_formsets"]
        if each.formset.model is model
    )
    prefix, count = formset.prefix, formset.total_form_count()
    sent = {f"{prefix}-{count}-{name.replace('__', '-')}": each for name, each in values.items()}
    return {
        f"{prefix}-TOTAL_FORMS": str(count + 1),
        f"{prefix}-{count}-region": "main",
        f"{prefix}-{count}-ordering": str(ordering),
        **sent,
    }


def test_a_new_block_gets_its_place_and_a_key_that_nobody_had_to_write(client):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    sent = new_block(page, models.Callout, ordering=15, kind="take-care", text="<p>Gloves.</p>")

    assert client.post(address(lesson), posted(page, **sent)).status_code == 302

    made = models.Callout.objects.get(text="<p>Gloves.</p>")
    assert (made.region, made.ordering) == ("main", 15)
    assert made.key.startswith("callout-")
    again = client.get(address(lesson))
    client.post(address(lesson), posted(again))
    assert models.Callout.objects.get(pk=made.pk).key == made.key
    assert 'name="courses_callout_set-0-key"' not in again.content.decode()


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (models.TermCards, {}, "Fill in at least 1."),
        (models.Further, {"entries__source": ["999999"]}, "Source 1, Source: Select a valid"),
        (
            models.Comparison,
            {"title": "T", "columns__heading": ["A"], "columns__points": ["x"]},
            "Fill in at least 2.",
        ),
        (
            models.Comparison,
            {"columns__heading": ["A", "B"], "columns__points": ["x", "[@nothing]"]},
            "Column 2, Points: There is no source “nothing”.",
        ),
        (
            models.Scenario,
            {"choices__label": ["A", "B"], "choices__outcome": ["<p>a</p>", "<p>b</p>"]},
            "Mark exactly one choice as the better response.",
        ),
    ],
)
def test_rows_that_cannot_be_kept_say_why(client, model, values, message):
    lesson = models.Lesson.objects.get(key="when-in-doubt")
    page = client.get(address(lesson))

    sent = posted(page, **new_block(page, model, ordering=99, **values))
    response = client.post(address(lesson), sent)

    assert response.status_code == 200
    assert message in " ".join(map(str, response.context["errors"]))


def test_blocks_with_rows_are_made_and_changed(client, small_course):
    lesson = models.Lesson.objects.get(key="when-in-doubt")
    compost, bin_ = models.Term.objects.get(key="compost"), models.Term.objects.get(key="green-bin")
    page = client.get(address(lesson))
    sent = posted(
        page,
        **new_block(
            page, models.TermCards, ordering=98, entries__term=["", str(bin_.pk), str(compost.pk)]
        ),
        **new_block(
            page,
            models.Comparison,
            ordering=99,
            title="Two ways",
            columns__heading=["Walk", "Ride", ""],
            columns__points=["Slow\r\n\r\nCheap", "Fast[@bin-bylaw]", ""],
        ),
    )
    assert client.post(address(lesson), sent).status_code == 302

    cards = models.TermCards.objects.get(parent=lesson)
    assert [card.term for card in cards.cards.all()] == [bin_, compost]
    assert models.Comparison.objects.get(parent=lesson).document == {
        "title": "Two ways",
        "columns": [
            {"heading": "Walk", "points": ["Slow", "Cheap"]},
            {"heading": "Ride", "points": ["Fast[@bin-bylaw]"]},
        ],
    }
    scenario = models.Scenario.objects.get(parent=lesson, key="the-battery")
    keys = [choice["key"] for choice in scenario.document["choices"]]
    page = client.get(address(lesson))
    name = field_of(page, models.Scenario, "choices")
    sent = posted(page, **{f"{name}-label": ["Throw it out.", "Bring it back.", ""]})
    assert client.post(address(lesson), sent).status_code == 302

    scenario.refresh_from_db()
    choices = scenario.document["choices"]
    assert [choice["label"] for choice in choices] == ["Throw it out.", "Bring it back."]
    assert [choice["key"] for choice in choices] == keys
    assert "Yes." in client.get(address(small_course)).content.decode()


def test_what_was_changed_is_in_the_history_in_words(client):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    field = field_of(page, models.Callout, "text")

    client.post(address(lesson), posted(page, **{field: "<p>If it once grew.</p>"}))

    entry = LogEntry.objects.get()
    assert entry.get_change_message() == "Changed Text for callout “If it once grew.”."


def test_a_step_takes_the_key_of_its_lesson(client, small_course):
    lesson = models.Lesson.objects.create(
        course=small_course, key="glass", title="Glass", minutes=3
    )
    page = client.get(address(small_course))
    sent = {
        "steps-TOTAL_FORMS": "4",
        "steps-3-position": "9",
        "steps-3-lesson": str(lesson.pk),
        "steps-3-is_required": "on",
    }

    assert client.post(address(small_course), posted(page, **sent)).status_code == 302

    assert small_course.steps.get(lesson=lesson).key == "glass"


def test_the_scripts_of_the_editor_carry_a_nonce_and_nothing_else_may_run(client):
    response = client.get(address(models.Lesson.objects.first()))
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    nonce = re.search(r"'nonce-([^']+)'", policy["script-src"])[1]

    assert "unsafe" not in response["Content-Security-Policy"]
    assert "style-src" not in policy
    import_map = re.search(r"<script[^>]*importmap[^>]*>", response.content.decode())[0]
    assert f'nonce="{nonce}"' in import_map
    other = client.get(reverse("admin:index"))
    assert "nonce" not in other["Content-Security-Policy"]


@pytest.mark.protection
def test_a_release_can_only_be_looked_at(client):
    release = models.Release.objects.get()

    assert client.post(address(release), {"title": "Edited"}).status_code == 403
    assert client.post(address(release, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:courses_release_add")).status_code == 403
    release.refresh_from_db()
    assert release.title == "Green bins"


def test_an_item_shows_its_sources(client):
    text = client.get(address(Item.objects.get(key="newspaper"))).content.decode()

    assert "Bin Bylaw" in text


def test_the_key_of_a_row_stays(client, small_course):
    page = client.get(address(small_course))

    client.post(address(small_course), posted(page, key="other-key"))

    small_course.refresh_from_db()
    assert small_course.key == "green-bins"


def test_every_block_can_be_edited_in_its_lesson():
    inlines = {inline.model for inline in site._registry[models.Lesson].inlines}

    assert inlines == set(models.BLOCK_MODELS)


def test_a_course_chooses_what_comes_first_and_never_in_a_circle(client, small_course):
    second = models.Course.objects.create(key="second", title="Second", summary="", hours=1)
    third = models.Course.objects.create(key="third", title="Third", summary="", hours=1)
    second.prerequisites.add(small_course)
    third.prerequisites.add(second)
    page = client.get(address(small_course))
    offered = page.context["adminform"].form.fields["prerequisites"].queryset
    assert set(offered) == {second, third}

    refused = client.post(address(small_course), posted(page, prerequisites=[str(third.pk)]))

    assert "This course comes before Third" in refused.content.decode()
    assert not small_course.prerequisites.exists()
    page = client.get(address(third))
    texts = {"summary": "More.", "description": "<p>More.</p>", "objectives": "Sort."}
    sent = posted(page, prerequisites=[str(small_course.pk)], **texts)
    assert client.post(address(third), sent).status_code == 302
    assert third.prerequisites.get() == small_course


def test_a_course_chooses_the_questions_before_it(client, small_course):
    item = Item.objects.create(
        key="guess", topic=Item.objects.first().topic, use=Item.Use.BEFORE, body=SOME_BODY
    )
    page = client.get(address(small_course))
    assert "Questions before the course: five, or none" in page.content.decode()
    row = {"before-TOTAL_FORMS": "1", "before-0-position": "1", "before-0-item": str(item.pk)}

    assert client.post(address(small_course), posted(page) | row).status_code == 302

    assert small_course.before.get().item == item
    assert "ask 5 or none" in client.get(address(small_course)).content.decode()


SOME_BODY = {
    "type": "true-false",
    "stem": "A pear is a fruit.",
    "answer": True,
    "feedback_true": "Yes.",
    "feedback_false": "Not quite.",
}
