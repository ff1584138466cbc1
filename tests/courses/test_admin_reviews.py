"""Reviews in the admin: sent, asked again, noted, answered, and what it takes to publish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from courses import reviewing
from courses.models import Lesson, Prose, Release, Review, ReviewComment
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

DUE = (NOW + timedelta(days=14)).date().isoformat()
CONTACT = "pia@peers.example"


@pytest.fixture
def at(small_course):
    return lambda page: reverse(f"admin:courses_course_{page}", args=[small_course.pk])


@pytest.fixture
def edited(small_course) -> Lesson:
    return edit("Ask the caretaker.")


def edit(text: str) -> Lesson:
    Prose.objects.filter(parent__key="when-in-doubt").update(text=f"<p>{text}</p>")
    return Lesson.objects.get(key="when-in-doubt")


def text_of(response) -> str:
    return response.content.decode()


def asked(page, *rows: dict[str, str], **changes: str) -> dict[str, str]:
    """Return the form of a page that invites, with these reviewers in its rows."""
    context = page.context
    form = {"due_on": DUE, "seen": str(context["due"]["seen"].value()), "notes": "Whom to ask."}
    if context.get("form"):
        form["draft"] = context["form"]["draft"].value()
    form |= {"reviewers-TOTAL_FORMS": "4", "reviewers-INITIAL_FORMS": "0"}
    for number in range(4):
        row = {"how": "", "kind": "peer", "contact": ""}
        row |= rows[number] if number < len(rows) else {}
        form |= {f"reviewers-{number}-{name}": value for name, value in row.items()}
    return form | changes


BY_HAND = {"how": "hand"}
BY_MAIL = {"how": "mail", "contact": CONTACT}


@pytest.fixture
def send(trainer, at, edited):
    def send(*rows, **changes):
        page = trainer.get(at("send"))
        return trainer.post(at("send"), asked(page, *(rows or [BY_HAND]), **changes))

    return send


def link_in(response) -> str:
    (_name, url), *_others = response.context["links"]
    return url.removeprefix("http://testserver")


def test_sending_freezes_a_candidate_and_shows_the_links_once(send, trainer, at, small_course):
    page = send(BY_HAND, BY_MAIL, {"how": "hand", "kind": "subject"})
    assert "These links are shown once." in text_of(page)
    assert "no-store" in page["Cache-Control"]
    assert len(page.context["links"]) == 2
    release = Release.objects.latest("number")
    assert (release.state, release.notes) == ("candidate", "Whom to ask.")
    assert [review.kind for review in release.reviews.all()] == ["peer", "peer", "subject"]
    assert release.reviews.get(number=2).contact == CONTACT
    for review in release.reviews.all():
        token = link_in(page).split("/")[2]
        assert token not in (review.token_hash, review.link_to_mail)
    reviews = text_of(trainer.get(at("reviews")))
    assert "Candidate 2" in reviews and "not opened yet" in reviews
    assert link_in(page) not in reviews
    assert Release.objects.current().get(course=small_course).number == 1
    assert "Sent candidate 2" in LogEntry.objects.latest("pk").get_change_message()
    home = trainer.get(at("home"))
    assert home.context["home"].next.label == "Look at the reviews"


@pytest.mark.parametrize(
    ("rows", "changes", "words"),
    [
        ([{}], {}, "Nobody is invited yet"),
        ([{"how": "mail"}], {}, "Write the address, or make a link to be handed over."),
        ([{"contact": CONTACT}], {}, "Choose “Mail them a link”"),
        ([BY_HAND], {"due_on": NOW.date().isoformat()}, "Choose a day after today"),
        ([BY_HAND], {"due_on": "soon"}, "Write a day, such as"),
        ([BY_HAND], {"notes": " "}, "Say what is new in this release."),
        ([BY_HAND], {"draft": "0" * 64}, "Somebody changed the draft since you opened this page."),
        ([BY_HAND], {"seen": "0"}, "Somebody invited reviewers since you opened this page."),
    ],
)
def test_what_cannot_be_sent_says_why_and_freezes_nothing(send, rows, changes, words):
    response = send(*rows, **({"notes": "Kept as typed."} | changes))
    assert words in text_of(response)
    assert "Kept as typed." in text_of(response) or "notes" in changes
    assert Release.objects.count() == 1


def test_what_is_published_or_broken_is_not_sent(trainer, at, small_course):
    assert "there is nothing to review" in text_of(trainer.get(at("send")))
    edit("The prostitutes met.")
    page = trainer.get(at("send"))
    assert "Errors stop a candidate too." in text_of(page)
    assert "form" not in page.context


def test_enough_peers_who_approve_let_a_trainer_publish_it(
    send, trainer, at, client, small_course, ada
):
    link = link_in(send(BY_HAND, {"how": "hand", "kind": "subject"}))
    early = trainer.get(at("publish"))
    assert "1 more peer has to approve it" in text_of(early)
    assert "form" not in early.context
    trainer.post(at("publish"), {"candidate": "2"})
    assert Release.objects.current().get(course=small_course).number == 1

    client.post(f"{link}start/")
    client.post(f"{link}decision/", {"verdict": "approve", "credit": "none"})
    home = trainer.get(at("home"))
    assert home.context["home"].next.label == "Publish a new release"
    edit("Ask nobody.")
    page = trainer.get(at("publish"))
    assert "The draft has changed since" in text_of(page)
    assert "Publish candidate 2" in text_of(page)
    trainer.post(at("publish"), {"candidate": "1"})
    assert Release.objects.current().get(course=small_course).number == 1
    done = trainer.post(at("publish"), {"candidate": "2"}, follow=True)
    assert "Published release 2" in text_of(done)
    release = Release.objects.current().get(course=small_course)
    assert (release.number, release.published_by) == (2, ada)
    assert release.published_without_review_reason == ""


@pytest.mark.protection
def test_without_approvals_it_takes_the_permission_and_a_reason(send, trainer, at, edited):
    page = trainer.get(at("publish"))
    assert "1 peer has to approve a release of this course" in text_of(page)
    draft = trainer.get(at("send")).context["form"]["draft"].value()
    form = {"draft": draft, "notes": "New.", "published_without_review_reason": "Now."}
    trainer.post(at("publish"), form)
    assert Release.objects.count() == 1


def test_more_reviewers_are_invited_and_invitations_taken_back(send, trainer, at, client):
    link = link_in(send(BY_HAND))
    page = trainer.get(at("reviews"))
    more = trainer.post(at("reviews"), asked(page, BY_MAIL) | {"invite": "1"}, follow=True)
    assert "Invited 1 more reviewer." in text_of(more)
    assert CONTACT in text_of(more)
    again = trainer.post(at("reviews"), asked(page, BY_MAIL) | {"invite": "1"})
    assert "Somebody invited reviewers since you opened this page." in text_of(again)
    assert Review.objects.count() == 2

    mailed = Review.objects.get(number=2)
    trainer.post(at("reviews"), {"withdraw": mailed.pk})
    mailed.refresh_from_db()
    assert (mailed.contact, mailed.link_to_mail) == ("", "")
    assert "taken back" in text_of(trainer.get(at("reviews")))

    client.post(f"{link}start/")
    client.post(f"{link}decision/", {"verdict": "approve", "credit": "none"})
    kept = trainer.post(at("reviews"), {"withdraw": Review.objects.get(number=1).pk}, follow=True)
    assert "They have decided meanwhile." in text_of(kept)


def test_payment_is_noted_of_the_review(send, trainer, at):
    send(BY_HAND)
    review = Review.objects.get()
    trainer.post(at("reviews"), {"pay": review.pk, "payment": "paid"})
    review.refresh_from_db()
    assert review.payment == "paid"
    refused = trainer.post(at("reviews"), {"pay": review.pk, "payment": "much"}, follow=True)
    assert "Choose how the payment stands." in text_of(refused)
    assert trainer.post(at("reviews"), {"pay": "x"}).status_code == 404


def test_a_comment_stands_at_its_block_until_it_is_answered(send, trainer, at, client, edited):
    link = link_in(send(BY_HAND))
    client.post(f"{link}start/")
    block = Prose.objects.get(parent=edited).key
    client.post(f"{link}comments/when-in-doubt/{block}/", {"text": "Where is the caretaker?"})
    lesson = reverse("admin:courses_lesson_change", args=[edited.pk])
    assert "Where is the caretaker?" in text_of(trainer.get(lesson))
    assert "1 comment of a reviewer waits" in text_of(trainer.get(at("home")))
    comment = ReviewComment.objects.get()

    empty = trainer.post(at("reviews"), {"comment": comment.pk, "answer": " "}, follow=True)
    assert "Write an answer first." in text_of(empty)
    trainer.post(at("reviews"), {"comment": comment.pk, "answer": "In room 2."})
    comment.refresh_from_db()
    assert comment.answer == "In room 2."
    assert "Where is the caretaker?" not in text_of(trainer.get(lesson))
    assert "In room 2." in text_of(client.get(f"{link}lessons/when-in-doubt/"))


def test_a_reviewer_who_read_before_is_asked_once_more(send, trainer, at, client):
    link = link_in(send(BY_HAND))
    client.post(f"{link}start/")
    given = {"verdict": "changes", "words": "Say where.", "credit": "none"}
    client.post(f"{link}decision/", given)
    first = Review.objects.get()
    edit("Ask the caretaker in the cellar.")
    again = BY_HAND | {"follows": str(first.pk)}
    page = trainer.get(at("send"))
    assert "Peer 1 of candidate 2" in text_of(page)
    twice = trainer.post(at("send"), asked(page, again, again))
    assert "One reviewer is invited once." in text_of(twice)
    trainer.post(at("send"), asked(page, again))
    assert Review.objects.latest("pk").follows == first
    assert "Say where." in text_of(trainer.get(at("reviews")))


@pytest.mark.parametrize("role", ["lena", "amin", "ada"])
def test_only_trainers_see_and_send_reviews(send, at, client_for, cast, role):
    send(BY_MAIL)
    cast.ada.groups.clear()
    client = client_for(getattr(cast, role))
    for page in ("reviews", "send"):
        response = client.get(at(page))
        assert response.status_code in (302, 403)
        assert CONTACT not in text_of(response)
    posted = client.post(at("reviews"), {"withdraw": Review.objects.get().pk})
    assert posted.status_code in (302, 403)
    assert Review.objects.get().withdrawn_at is None


def test_the_approvals_that_are_missing_are_of_peers_alone(send, small_course, client):
    send({"how": "hand", "kind": "subject"})
    review = reviewing.open_review(Review.objects.get(), at=NOW)
    reviewing.decide(review, reviewing.Verdict(verdict="approve"), at=NOW)
    assert Release.objects.latest("number").approvals_missing == 1
