"""The home of a course: steps, checks, changes, releases, and the next thing to do."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from courses.models import Course, Lesson, Prose, Release, Waiver
from training.administration.roles import EARLY_PUBLISHERS, TRAINERS, ensure_roles

pytestmark = pytest.mark.django_db
STEPS = ["what-goes-where", "when-in-doubt", "green-bins"]


@pytest.fixture
def trainer(small_course, client_for, ada):
    ensure_roles()
    ada.groups.add(*Group.objects.filter(name__in=[TRAINERS, EARLY_PUBLISHERS]))
    return client_for(ada)


@pytest.fixture
def at(small_course):
    """Give the address of a page of the course."""
    return lambda name, *args: reverse(
        f"admin:courses_course_{name}", args=[small_course.pk, *args]
    )


def text_of(response) -> str:
    return response.content.decode()


def edit(text: str) -> None:
    Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")


def keys(course: Course) -> list[str]:
    return list(course.steps.values_list("key", flat=True))


def test_the_list_of_courses_leads_to_the_home(trainer, at):
    assert at("home") in text_of(trainer.get(reverse("admin:courses_course_changelist")))


def test_the_home_shows_the_steps_in_order_and_what_comes_next(trainer, at):
    page = text_of(trainer.get(at("home")))
    places = [
        page.index(title) for title in ("What goes where", "When in doubt", "Green bins quiz")
    ]
    assert places == sorted(places)
    assert "The draft is what is published." in page
    assert "The checks find nothing to mend." in page


def test_an_edited_draft_says_what_changed_and_asks_to_send_it_to_reviewers(trainer, at):
    edit("Ask the caretaker at noon.")
    response = trainer.get(at("home"))
    page = text_of(response)
    assert response.context["home"].next.label == "Send to reviewers"
    assert "[added:" in page and "<ins>" in page
    assert "[removed:" in page and "<del>" in page


def test_an_error_of_the_checks_is_what_comes_next(trainer, at, small_course):
    edit("The prostitutes met.")
    page = trainer.get(at("home"))
    assert page.context["home"].next.label == "Mend what is in the way"
    assert "1 error stops publishing." in text_of(page)
    lesson = Lesson.objects.get(key="when-in-doubt")
    place = reverse("admin:courses_lesson_change", args=[lesson.pk])
    assert f'href="{place}#courses_prose_set-0"' in text_of(page)


def test_warnings_are_shown_few_at_a_time(trainer, at):
    edit("</p><p>".join(f"It began in {year}. So it was." for year in range(2001, 2010)))
    page = trainer.get(at("home"))
    assert "5 of 9 shown" in text_of(page)
    assert len(trainer.get(at("checks")).context["findings"]) == 9


def test_steps_are_moved_duplicated_and_removed(trainer, at, small_course):
    move = at("step_move", "when-in-doubt")
    assert trainer.post(move, {"direction": "up"}, follow=True).status_code == 200
    assert keys(small_course) == ["when-in-doubt", "what-goes-where", "green-bins"]
    stays = trainer.post(move, {"direction": "up"}, follow=True)
    assert "stays where it is" in text_of(stays)

    trainer.post(at("step_duplicate", "when-in-doubt"))
    copied = Lesson.objects.get(title="Copy of When in doubt")
    assert keys(small_course)[1] == copied.key == "copy-of-when-in-doubt"
    original = Lesson.objects.get(key="when-in-doubt")
    assert copied.courses_prose_set.count() == original.courses_prose_set.count()
    blocks = set(copied.courses_prose_set.values_list("key", flat=True))
    assert not blocks & set(original.courses_prose_set.values_list("key", flat=True))

    trainer.post(at("step_duplicate", "green-bins"))
    assert keys(small_course)[-1] == "copy-of-green-bins-quiz"

    remove = at("step_remove", copied.key)
    assert "goes out of the draft" in text_of(trainer.get(remove))
    assert Lesson.objects.filter(pk=copied.pk).exists()
    trainer.post(remove)
    assert not Lesson.objects.filter(pk=copied.pk).exists()
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said[0] == "“When in doubt” is step 1 now."
    assert said[-1] == "Removed “Copy of When in doubt”."


def test_a_lesson_and_a_quiz_are_added_at_the_end(trainer, at, small_course):
    response = trainer.post(at("step_add"), {"title": "Glass & tape", "kind": "lesson"})
    lesson = Lesson.objects.get(key="glass-tape")
    assert response.url == reverse("admin:courses_lesson_change", args=[lesson.pk])
    trainer.post(at("step_add"), {"title": "Second quiz", "kind": "quiz"})
    assert keys(small_course)[-2:] == ["glass-tape", "second-quiz"]
    assert small_course.steps.last().quiz.parts.count() == 2


def test_a_step_without_a_title_is_asked_for_one(trainer, at, small_course):
    response = trainer.post(at("step_add"), {"title": "", "kind": "lesson"})
    assert response.status_code == 422
    assert "Give it a title." in text_of(response)
    assert keys(small_course) == STEPS


def test_a_key_that_a_release_had_is_not_used_again(trainer, at, small_course):
    trainer.post(at("step_remove", "when-in-doubt"))
    trainer.post(at("step_add"), {"title": "When in doubt", "kind": "lesson"})
    made = keys(small_course)[-1]
    assert made.startswith("when-in-doubt-")


def test_a_reason_is_kept_and_taken_back(trainer, at, small_course, ada):
    edit("It began in 2014. So it was.")
    (finding,) = trainer.get(at("checks")).context["findings"]
    trainer.post(at("checks"), {f"reason-{finding.token}": "Everyone remembers."})
    waiver = Waiver.objects.latest("pk")
    assert (waiver.by, waiver.reason, waiver.text) == (
        ada,
        "Everyone remembers.",
        "It began in 2014.",
    )
    page = trainer.get(at("checks"))
    assert not page.context["findings"]
    assert "Everyone remembers." in text_of(page)

    trainer.post(at("reason_take_back", waiver.pk))
    assert trainer.get(at("checks")).context["findings"]
    edit("It ended in 2015. So it was.")
    assert trainer.get(at("checks")).context["findings"]


def test_without_a_reason_nothing_is_kept(trainer, at):
    edit("It began in 2014. So it was.")
    before = Waiver.objects.count()
    assert "no reason was written" in text_of(trainer.post(at("checks"), {}))
    assert Waiver.objects.count() == before


def test_publishing_asks_about_warnings_and_stops_at_errors(trainer, at, small_course):
    edit("It began in 2014. So it was. The victims spoke.")
    page = trainer.get(at("publish"))
    assert "2 of 2 shown" in text_of(page)
    data = {
        "draft": page.context["form"]["draft"].value(),
        "notes": "New.",
        "published_without_review_reason": "Soon.",
    }
    refused = trainer.post(at("publish"), data)
    assert "2 things are still open." in text_of(refused)
    first = page.context["prepared"].asked[0]
    given = data | {f"reason-{first.token}": "It is so.", "leave_open": "on"}
    trainer.post(at("publish"), given)
    assert Release.objects.current().get(course=small_course).number == 2
    assert Waiver.objects.latest("pk").reason == "It is so."

    edit("The prostitutes met.")
    stopped = trainer.get(at("publish"))
    assert "Errors stop publishing." in text_of(stopped)
    assert "form" not in stopped.context


def test_the_lesson_shows_what_the_checks_find_in_it(trainer, at):
    edit("It began in 2014. So it was.")
    lesson = Lesson.objects.get(key="when-in-doubt")
    other = Lesson.objects.get(key="what-goes-where")
    page = reverse("admin:courses_lesson_change", args=[lesson.pk])
    assert "1 of 1 shown" in text_of(trainer.get(page))
    checked = trainer.get(reverse("admin:courses_lesson_checks", args=[lesson.pk]))
    assert "names a figure or a year" in text_of(checked)
    nothing = trainer.get(reverse("admin:courses_lesson_checks", args=[other.pk]))
    assert "nothing to mend in this lesson" in text_of(nothing)


def test_a_new_course_begins_at_its_home(trainer, at, client_for, ada):
    data = {
        "title": "Blue bins",
        "key": "blue-bins",
        "language": "en",
        "summary": "Paper.",
        "description": "<p>For all.</p>",
        "hours": "0.5",
        "objectives": "Sort paper.",
        "content_note": "",
        "approvals_needed": "2",
    }
    response = trainer.post(reverse("admin:courses_course_add"), data | empty_formsets(trainer))
    course = Course.objects.get(key="blue-bins")
    assert response.url == reverse("admin:courses_course_home", args=[course.pk])
    page = trainer.get(response.url)
    assert page.context["home"].next.label == "Add the first lesson"
    assert "There is no release yet" in text_of(page)


def empty_formsets(client) -> dict[str, int]:
    """Return what the rows below a new course send when none is filled in."""
    page = client.get(reverse("admin:courses_course_add"))
    formsets = page.context["inline_admin_formsets"]
    return {
        f"{each.formset.prefix}-{name}": 0
        for each in formsets
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }


@pytest.mark.protection
@pytest.mark.parametrize("who", ["lena", "amin"])
def test_only_trainers_open_and_change_a_course(who, request, client_for, small_course, at):
    ensure_roles()
    client = client_for(request.getfixturevalue(who))
    pages = [
        at("home"),
        at("checks"),
        at("publish"),
        at("step_add"),
        *(at(f"step_{verb}", "when-in-doubt") for verb in ("move", "duplicate", "remove")),
    ]
    for page in pages:
        assert client.get(page).status_code in (302, 403)
        assert client.post(page, {"direction": "up"}).status_code in (302, 403)
    assert keys(small_course) == STEPS
