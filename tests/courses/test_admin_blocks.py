"""The newer types of block in the editor: plain forms, files, and what each type is for."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses import models
from courses.drawings import drawing_names
from courses.media import stored_path
from tests.courses.pictures import CAPTIONS, VIDEO, picture
from tests.courses.test_admin import address, field_of, new_block, posted

pytestmark = pytest.mark.django_db
DRAWING = drawing_names()[0]


@pytest.fixture
def client(small_course, client_for, ada):
    ada.is_staff = ada.is_superuser = True
    ada.save()
    return client_for(ada)


@pytest.fixture
def lesson(small_course) -> models.Lesson:
    return models.Lesson.objects.get(key="when-in-doubt")


def add(client, lesson, model, **values):
    page = client.get(address(lesson))
    sent = posted(page) | new_block(page, model, ordering=99, **values)
    return client.post(address(lesson), sent)


def png(name: str = "Town Hall.PNG", **size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(**size), "image/png")


def problems_of(response) -> str:
    found = []
    for each in response.context["inline_admin_formsets"]:
        for errors in each.formset.errors:
            found += [str(message) for messages in errors.values() for message in messages]
    return " ".join(found)


def test_every_type_says_what_it_is_for_with_an_example(client, lesson):
    page = client.get(address(lesson)).content.decode()

    assert page.count("For example:") >= len(models.BLOCK_MODELS)
    for word in ("equal, plain way", "Updates of the course never touch it", "Not graded"):
        assert word in page


def test_a_picture_is_uploaded_with_its_alternative(
    client, lesson, ada, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = add(client, lesson, models.Figure, picture=png(), alt="A hall.", caption="C.")
    assert response.status_code == 302, problems_of(response)

    figure = models.Figure.objects.get(parent=lesson)
    assert figure.media_name == "town-hall.png"
    assert (figure.media.width, figure.media.uploaded_by) == (1200, ada)
    assert stored_path(figure.media.sha256).exists()

    page = client.get(address(lesson))
    assert "Now: town-hall.png." in page.content.decode()
    assert client.post(address(lesson), posted(page)).status_code == 302
    figure.refresh_from_db()
    assert figure.media_name == "town-hall.png"


def test_two_pictures_of_one_course_have_two_names(client, lesson):
    for width in (20, 30):
        add(client, lesson, models.Figure, picture=png(width=width), alt="A hall.")

    names = models.Figure.objects.order_by("pk").values_list("media_name", flat=True)
    assert list(names) == ["town-hall.png", "town-hall-2.png"]


def test_a_drawing_takes_the_place_of_a_picture(client, lesson):
    add(client, lesson, models.Figure, picture=png(), alt="A hall.")
    page = client.get(address(lesson))

    client.post(
        address(lesson), posted(page, **{field_of(page, models.Figure, "drawing"): DRAWING})
    )

    figure = models.Figure.objects.get(parent=lesson)
    assert (figure.drawing, figure.media, figure.media_name) == (DRAWING, None, "")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"alt": "A hall."}, "Choose a picture, or one of our drawings."),
        ({"picture": png()}, "Say what the figure teaches, or tick"),
        ({"picture": png(), "drawing": DRAWING, "alt": "A."}, "not both"),
        ({"drawing": DRAWING, "is_decorative": "on"}, "A drawing teaches something"),
        ({"picture": png(), "alt": "A.", "is_decorative": "on"}, "Leave one of the two out"),
        ({"picture": png("a.gif"), "alt": "A."}, "Choose a file that ends in"),
        (
            {"picture": SimpleUploadedFile("a.png", b"<svg/>"), "alt": "A."},
            "This cannot be read as a picture",
        ),
        ({"drawing": DRAWING, "alt": "A.", "caption": "C.[@nowhere]"}, "There is no source"),
    ],
)
def test_a_figure_that_cannot_be_kept_says_why(client, lesson, values, message):
    for value in values.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)

    response = add(client, lesson, models.Figure, **values)

    assert response.status_code == 200
    assert message in problems_of(response)
    assert not models.Figure.objects.exists()


def test_a_video_needs_captions_and_a_transcript(client, lesson):
    film = SimpleUploadedFile("Film.mp4", VIDEO)
    response = add(client, lesson, models.Video, title="The film", video=film)
    assert "Choose the captions" in problems_of(response)
    assert "This field is required" in problems_of(response)

    film.seek(0)
    response = add(
        client,
        lesson,
        models.Video,
        title="The film",
        video=film,
        captions_file=SimpleUploadedFile("film.vtt", CAPTIONS),
        transcript="<p>The green bin.</p>",
    )
    assert response.status_code == 302, problems_of(response)
    video = models.Video.objects.get()
    assert (video.media_name, video.captions_name) == ("film.mp4", "film.vtt")
    assert video.captions.mime == "text/vtt"


def test_cards_name_their_bin_by_its_number(client, lesson):
    page = client.get(address(lesson))
    name = field_of(page, models.Sorting, "cards")

    changes = {f"{name}-bin": ["2", "2", "1", ""]}
    assert client.post(address(lesson), posted(page, **changes)).status_code == 302

    document = models.Sorting.objects.get().document
    assert [card["bin"] for card in document["cards"]] == ["caretaker", "caretaker", "green"]
    assert [bin_["key"] for bin_ in document["bins"]] == ["green", "caretaker"]


def test_a_new_sorting_exercise_is_written_in_rows(client, lesson):
    models.Sorting.objects.all().delete()
    values = {
        "title": "Sort",
        "instruction": "Put each where it belongs.",
        "bins__key": ["", "", ""],
        "bins__label": ["One", "Two", ""],
        "cards__key": ["", "", "", ""],
        "cards__text": ["A", "B", "C", ""],
        "cards__bin": ["1", "2", "2", ""],
        "cards__feedback": ["So.[@bin-bylaw]", "So.", "So.", ""],
    }

    response = add(client, lesson, models.Sorting, **values)
    assert response.status_code == 302, problems_of(response)

    cards = models.Sorting.objects.get().document["cards"]
    bins = models.Sorting.objects.get().document["bins"]
    assert [card["bin"] for card in cards] == [bins[0]["key"], bins[1]["key"], bins[1]["key"]]
    assert len({card["key"] for card in cards}) == 3

    models.Sorting.objects.all().delete()
    wrong = add(client, lesson, models.Sorting, **values | {"cards__bin": ["1", "2", "3", ""]})
    assert "Card 3 belongs in bin 3, and there are 2 bins." in problems_of(wrong)


def test_a_scenario_carries_on_another_of_the_lesson(client, lesson):
    page = client.get(address(lesson)).content.decode()

    assert '<option value="the-battery" selected>The battery</option>' in page
    assert models.Scenario.objects.get(key="the-second-battery").document["follows"]


def test_the_other_new_blocks_are_made_in_plain_forms(client, lesson):
    source = models.Source.objects.get(key="bin-bylaw")
    made = {
        models.Quotation: {"text": "Words.", "attribution": "A neighbour", "source": source.pk},
        models.Noted: {"note": "It smells.", "text": "<p>It does.</p>", "plainly": "<p>So.</p>"},
        models.LocalNote: {"text": "<p>Ring 5550.</p>"},
    }
    for model, values in made.items():
        before = model.objects.count()
        response = add(client, lesson, model, **values)
        assert response.status_code == 302, problems_of(response)
        assert model.objects.count() == before + 1


def test_sources_and_terms_can_be_picked_while_writing(client, lesson):
    page = client.get(address(lesson)).content.decode()

    assert 'id="editor-marks"' in page
    assert '["bin-bylaw", "Town of Elderbrook' in page
    assert "courses/picker.js" in page
    assert "data-marks" in page


def test_a_course_says_what_comes_before_it(client, small_course):
    page = client.get(reverse("admin:courses_course_change", args=[small_course.pk]))
    text = page.content.decode()

    assert "Courses to complete first" in text
    assert "Questions before the course" in text
