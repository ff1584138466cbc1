"""Courses in the admin: found, read, edited as drafts; releases only looked at."""

import json

import pytest
from django.contrib.admin.sites import site
from django.urls import reverse

from courses import models
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


def posted(response, **changes) -> dict[str, str]:
    """Return what the browser would send from a change page, with changes."""
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, bool):
                sent |= {field.html_name: "on"} if value else {}
            elif isinstance(value, list):
                sent |= {field.html_name: value} if value else {}
            elif value is not None:
                sent[field.html_name] = str(value)
    return sent | changes


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


def prose_field(response, name: str) -> str:
    formset = next(
        each.formset
        for each in response.context["inline_admin_formsets"]
        if each.formset.model is models.Prose
    )
    return formset.forms[0][name].html_name


@pytest.mark.protection
def test_what_is_written_in_the_admin_is_cleaned(client):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    field = prose_field(page, "text")

    client.post(address(lesson), posted(page, **{field: "<script>alert(1)</script><b>Words</b>"}))

    assert models.Prose.objects.get(key="opening", parent=lesson).text == (
        "<p><strong>Words</strong></p>"
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("text", "<p>[@Not A Key]</p>", "is no citation and no term"),
        ("key", "Not_a_key", "Use small letters, digits and hyphens."),
    ],
)
def test_a_block_that_cannot_be_kept_says_why(client, name, value, message):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))

    response = client.post(address(lesson), posted(page, **{prose_field(page, name): value}))

    assert message in response.content.decode()


@pytest.mark.parametrize("document", [[], {}, {"title": "T", "columns": [], "more": 1}])
def test_a_comparison_that_is_none_says_why(client, document):
    lesson = models.Lesson.objects.get(key="what-goes-where")
    page = client.get(address(lesson))
    formset = next(
        each.formset
        for each in page.context["inline_admin_formsets"]
        if each.formset.model is models.Comparison
    )
    field = formset.forms[0]["document"].html_name

    response = client.post(address(lesson), posted(page, **{field: json.dumps(document)}))

    assert response.status_code == 200
    assert response.context["errors"]


@pytest.mark.protection
def test_a_release_can_only_be_looked_at(client):
    release = models.Release.objects.get()

    assert client.post(address(release), {"title": "Edited"}).status_code == 403
    assert client.post(address(release, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:courses_release_add")).status_code == 403
    release.refresh_from_db()
    assert release.title == "Green bins"


def test_the_entries_of_a_list_are_shown(client):
    text = client.get(address(models.Lesson.objects.get(key="what-goes-where"))).content.decode()

    assert "<p>compost</p><p>green bin</p>" in text


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
