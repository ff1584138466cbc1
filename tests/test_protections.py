"""A protection counts when its test can fail: what is promised, how to switch it off, and a check.

Each row of PROTECTIONS is tried twice. As the site is, its check passes; with the protection
switched off, the same check goes red. Other protections have tests of their own, marked
`protection`; a new promise belongs here when it can be switched off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.db import DatabaseError, connection, models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses import publishing, reading, rendering, reviewing, uses
from courses.admin import used
from courses.admin.versioned import VersionedAdmin
from courses.checks import Report
from courses.documents import CourseDocument
from courses.models import Lesson, Prose, Release, Review, Source, Term
from courses.publishing import ChecksFailed, Decision, redact_release
from courses.reading import ReleaseRedacted
from courses.reviewing import Invitation
from quizzes import attempts
from quizzes.attempts import AttemptAlreadySubmitted, NotYourAttempt
from quizzes.documents import DigestMismatch
from quizzes.frozen import FrozenModel, FrozenQuerySet, RowIsFrozen
from quizzes.models import Attempt, PaperItem
from quizzes.papers import questions
from quizzes.types.base import Choice, ExplainedChoice
from quizzes.types.choosing import ChoosingBody, ShownChoice
from quizzes.types.multiple import Body as Multiple
from tests.conftest import NOW, Cast, canary
from tests.courses.test_admin import posted
from tests.factories import make_course_after, publish_early
from tests.learner import Learner
from tests.notices.conftest import make_notice
from tests.together import at_once, slowly
from training.learning import quiz_page
from training.learning.views import quizzes as quiz_views
from training.notices import reviews as review_mail
from training.notices import sending, watching
from training.notices.models import Notice, Outbox
from training.notices.outbox import hold_mail
from training.notices.reviews import queue_links
from training.notices.working import work
from training.people import keeping
from training.people.models import User
from training.people.organisation import current_organisation
from training.records import progress
from training.records.certificates import issue_certificate
from training.records.models import Certificate, Enrolment, Reflection
from training.reports import views as report_views

TOGETHER = 4
SEED = 1
"""Draws a paper of the small course on which one item takes several answers."""


@dataclass(frozen=True)
class Scene:
    """Lena and Otto have done the lessons of the same course; Max manages Lena alone."""

    cast: Cast
    lena: Learner
    otto: Learner
    client_for: Callable[..., Any]


class Switches:
    """Takes protections away, for the length of one test."""

    def __init__(self, patch: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self.patch = patch
        self._stack = stack

    def drop(self, model: type[models.Model], constraint: str) -> None:
        """Take a constraint out of the database."""
        self._stack.enter_context(_without(model, constraint))

    def let_all_in(self, verb: str) -> None:
        """Keep nobody waiting: no row lock (PostgreSQL), no transaction (SQLite)."""
        if connection.vendor == "postgresql":
            self.patch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows.all())
        else:
            self.patch.setattr(attempts, verb, getattr(attempts, verb).__wrapped__)


@contextmanager
def _without(model: type[models.Model], name: str) -> Iterator[None]:
    """Drop a unique constraint with a condition: to both engines that is an index."""
    constraint = next(each for each in model._meta.constraints if each.name == name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    if not connection.in_atomic_block:  # there the test's own rollback brings it back
        PaperItem.objects.all().delete()
        QuerySet(model).all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


# --- Answers and results ------------------------------------------------------------------------


def submitting_at_once_grades_once(scene: Scene) -> None:
    attempt = scene.lena.start_quiz()
    scene.lena.answer_all(attempt)

    def submit() -> Attempt:
        return attempts.submit_attempt(attempt, by=scene.lena.person, at=timezone.now())

    outcomes = at_once(*[submit] * TOGETHER, refusals=(AttemptAlreadySubmitted,))
    assert sum(isinstance(outcome, Attempt) for outcome in outcomes) == 1


def starting_at_once_makes_one_attempt(scene: Scene) -> None:
    version = Release.objects.get().steps.get(kind="quiz").quiz_version

    def start() -> Attempt:
        return attempts.start_attempt(
            version, by=scene.lena.person, scope="scope", at=timezone.now()
        )

    at_once(*[start] * TOGETHER)
    assert Attempt.objects.filter(scope="scope").count() == 1


def every_start_makes_an_attempt(off: Switches) -> None:
    off.let_all_in("start_attempt")
    off.drop(Attempt, "one_open_attempt_in_a_scope")


def a_submitted_attempt_takes_no_answer(scene: Scene) -> None:
    attempt = scene.lena.take_quiz(rightly=False)
    asked = questions(attempt)[0]
    with pytest.raises(AttemptAlreadySubmitted):
        save(attempt, by=scene.lena.person, choice=asked.order[-1])
    assert questions(attempt)[0].response == asked.response


def a_completion_has_one_valid_certificate(scene: Scene) -> None:
    scene.lena.take_quiz()
    completion = scene.lena.enrolment.completion
    with pytest.raises(DatabaseError):
        issue_certificate(completion, organisation=current_organisation(), at=timezone.now())


# --- The answer key -----------------------------------------------------------------------------


def text_of(response: Any) -> str:
    return response.content.decode()


def a_question_shows_no_key(scene: Scene) -> None:
    attempt = scene.lena.start_quiz()
    for asked in questions(attempt):
        page = text_of(scene.lena.client.get(scene.lena.question_url(asked.position)))
        assert asked.item.body.stem in page
        assert not [each for each in asked.item.body.all_choices() if each.feedback in page]


def a_check_shows_no_key(scene: Scene) -> None:
    lesson, check = scene.lena.check
    page = text_of(scene.lena.client.get(scene.lena.url("lesson", lesson.key)))
    assert check.item.body.stem in page
    assert not [each for each in check.item.body.all_choices() if each.feedback in page]


def a_failed_paper_marks_no_ticked_choice(scene: Scene) -> None:
    ticked: list[Choice] = []
    while not ticked:  # not every paper draws a question with several right answers
        attempt = scene.lena.start_quiz()
        for asked in questions(attempt):
            body = asked.item.body
            right = sorted(body.correct_keys())
            wrong = next(key for key in asked.order if key not in right)
            chosen = [right[0], wrong] if body.takes_many else [wrong]
            ticked += body.chosen(chosen) if body.takes_many else []
            fields = {"attempt": attempt.pk, "item": asked.digest, "choice": chosen}
            scene.lena.post(scene.lena.question_url(asked.position), fields)
        page = text_of(scene.lena.client.get(scene.lena.submit(attempt).url))
    assert not [choice for choice in ticked if choice.feedback in page]


def every_chosen_one_explained(
    body: Multiple, order: list[str], response: list[str], *, show_key: bool
) -> list[ExplainedChoice]:
    return [
        ExplainedChoice(each.key, each.text, True, None, each.feedback)
        for each in body.chosen(response)
    ]


def choices_tell_what_they_are(off: Switches) -> None:
    def shown(body: ChoosingBody, order: list[str]) -> list[ShownChoice]:
        return [
            ShownChoice(each.key, f"{each.text}: {each.feedback}") for each in body.all_choices()
        ]

    off.patch.setattr(ChoosingBody, "shown", shown)


# --- Other people -------------------------------------------------------------------------------


def save(attempt: Attempt, *, by: User, choice: str) -> PaperItem:
    digest = questions(attempt)[0].digest
    return attempts.save_response(
        attempt, by=by, position=1, item_digest=digest, posted=[choice], at=timezone.now()
    )


def nobody_answers_anothers_attempt(scene: Scene) -> None:
    attempt = scene.lena.start_quiz()
    with pytest.raises(NotYourAttempt):
        save(attempt, by=scene.otto.person, choice=questions(attempt)[0].order[0])
    assert questions(attempt)[0].response is None


def nobody_finds_anothers_attempt(scene: Scene) -> None:
    attempt = scene.lena.start_quiz()
    assert scene.otto.answer(attempt, 1).status_code == 404
    assert scene.otto.submit(attempt).status_code == 404


def anybody_finds_an_attempt(off: Switches) -> None:
    def posted_attempt(request: Any, sitting: Any) -> Attempt:
        return Attempt.objects.get(pk=request.POST["attempt"])

    off.patch.setattr(quiz_views, "posted_attempt_or_404", posted_attempt)


def nobody_sees_anothers_result(scene: Scene) -> None:
    attempt = scene.lena.take_quiz(rightly=False)
    url = scene.otto.url("result", scene.otto.quiz.key, attempt.pk)
    assert scene.otto.client.get(url).status_code == 404


def attempts_are_everybodys(off: Switches) -> None:
    off.patch.setattr(quiz_page, "own_attempts", lambda *whose: Attempt.objects.all())


def a_page_left_open_saves_nothing_for_the_next_person(scene: Scene) -> None:
    lesson, prompt = scene.lena.reflection
    url = scene.lena.url("reflection-save", lesson.key, prompt.key)
    owner = keeping.owner_token(person=scene.lena.person.pk, path=url)
    scene.otto.client.post(url, {"owner": owner, "text": "Lena wrote this."})
    assert not Reflection.objects.exists()


def a_manager_sees_only_the_people_they_manage(scene: Scene) -> None:
    page = text_of(scene.client_for(scene.cast.max).get("/team/"))
    assert canary(scene.cast.lena) in page
    assert canary(scene.cast.otto) not in page


# --- Drafts -------------------------------------------------------------------------------------


def trainers_page(scene: Scene, row: models.Model) -> tuple[Any, str]:
    scene.cast.ada.is_superuser = True
    scene.cast.ada.save()
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return scene.client_for(scene.cast.ada), reverse(name, args=[row.pk])


def nobody_saves_over_what_they_have_not_seen(scene: Scene) -> None:
    source = Source.objects.get(key="bin-bylaw")
    client, url = trainers_page(scene, source)
    first, second = client.get(url), client.get(url)
    client.post(url, posted(first, title="Theirs"))
    client.post(url, posted(second, title="Mine"))
    source.refresh_from_db()
    assert source.title == "Theirs"


def a_preview_stores_nothing(scene: Scene) -> None:
    lesson = Lesson.objects.get(key="what-goes-where")
    client, url = trainers_page(scene, lesson)
    preview = reverse("learning:preview-unsaved", args=[lesson.course.key, lesson.key])
    assert "Mine only" in text_of(client.post(preview, posted(client.get(url), title="Mine only")))
    lesson.refresh_from_db()
    assert lesson.title != "Mine only"


def what_is_used_is_not_deleted(scene: Scene) -> None:
    term = Term.objects.create(key="weir", name="weir", definition="<p>A dam.</p>")
    Prose.objects.filter(key="opening").update(text="<p>A [[weir]].</p>")
    client, url = trainers_page(scene, term)
    client.post(url.replace("/change/", "/delete/"), {"post": "yes"})
    assert Term.objects.filter(pk=term.pk).exists()


def nothing_is_used(off: Switches) -> None:
    off.patch.setattr(uses, "uses_of", lambda draft: [])
    off.patch.setattr(used, "uses_of", lambda draft: [])


# --- What comes first ---------------------------------------------------------------------------


def a_course_is_not_started_before_what_comes_first(scene: Scene) -> None:
    second = make_course_after(scene.lena.course, key="second", title="Second", at=timezone.now())
    with pytest.raises(progress.PrerequisitesOpen):
        progress.start_course(second, by=scene.lena.person, at=timezone.now())
    assert not Enrolment.objects.filter(course=second).exists()


# --- What is frozen -----------------------------------------------------------------------------


def an_edited_release_is_not_shown(scene: Scene) -> None:
    release = Release.objects.get()
    body = bytes(release.document.body).replace(b"Green bins", b"Brown bins")
    QuerySet(type(release.document)).filter(pk=release.document_id).update(body=body)
    reading.read_document.cache_clear()
    with pytest.raises(DigestMismatch):
        reading.read_release(release)


def bytes_are_read_unchecked(off: Switches) -> None:
    def decode(stored: bytes, kind: type[CourseDocument], *, digest: str) -> CourseDocument:
        return msgspec.json.decode(stored, type=kind)

    off.patch.setattr(reading, "decode", decode)


def what_was_taken_out_is_not_read(scene: Scene) -> None:
    release = Release.objects.get()
    kept = reading.read_release(release)
    assert kept.steps
    taken = redact_release(release, reason="Consent.", by=scene.cast.ada, at=timezone.now())
    with pytest.raises(ReleaseRedacted):
        reading.read_release(taken[0])


def nobody_is_told_that_it_was_taken_out(off: Switches) -> None:
    """Let the process read what it still remembers."""
    off.patch.setattr(
        reading, "read_release", lambda release: reading.read_document(release.document_id)
    )


def errors_of_the_checks_stop_publishing(scene: Scene) -> None:
    Prose.objects.filter(parent__key="when-in-doubt").update(text="<p>The prostitutes met.</p>")
    with pytest.raises(ChecksFailed):
        publish_early(scene.lena.course, by=scene.cast.ada, at=timezone.now())


def a_release_is_not_edited(scene: Scene) -> None:
    release = Release.objects.get()
    release.title = "Brown bins"
    with pytest.raises(RowIsFrozen):
        release.save()
    with pytest.raises(RowIsFrozen):
        Release.objects.update(title="Brown bins")


def rows_are_saved_like_any_other(off: Switches) -> None:
    off.patch.setattr(FrozenModel, "save", models.Model.save)


def rows_are_updated_like_any_other(off: Switches) -> None:
    off.patch.setattr(FrozenQuerySet, "update", QuerySet.update)


# --- Mail ---------------------------------------------------------------------------------------


def workers_at_once_send_a_mail_once(scene: Scene) -> None:
    make_notice(scene.lena.person)
    mail.outbox.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "claim_notice", slowly_before(sending.claim_notice))
        at_once(*[lambda: sending.send_due(at=NOW)] * TOGETHER)
    assert len(mail.outbox) == 1


def slowly_before(claim: Callable[..., bool]) -> Callable[..., bool]:
    """Let everybody find the same mail before the first claims it."""

    def claim_later(notice: Notice, *, at: datetime) -> bool:
        time.sleep(0.2)
        return claim(notice, at=at)

    return claim_later


def everybody_claims(off: Switches) -> None:
    off.patch.setattr(sending, "claim_notice", lambda notice, *, at: True)


def held_mail_does_not_go(scene: Scene) -> None:
    make_notice(scene.lena.person)
    hold_mail(reason="A drill", at=NOW)
    mail.outbox.clear()
    sending.send_due(at=NOW)
    assert mail.outbox == []


def a_restored_backup_holds_its_mail(scene: Scene) -> None:
    watching.look(at=NOW)
    backup = Outbox.objects.get()
    watching.look(at=NOW + timedelta(hours=1))
    backup.save()
    assert watching.look(at=NOW + timedelta(hours=2)).is_held


def nobody_is_mailed_whose_review_is_over(scene: Scene) -> None:
    review = ask_a_reviewer(scene)
    queue_links(at=NOW)
    mail.outbox.clear()
    sending.send_due(at=review.expires_at)
    assert mail.outbox == []


def no_address_outlives_the_link(scene: Scene) -> None:
    review = ask_a_reviewer(scene)
    work(at=review.expires_at)
    review.refresh_from_db()
    assert review.contact == ""


def ask_a_reviewer(scene: Scene) -> Review:
    """Invite a reviewer by mail to a candidate that is the small course as it stands."""
    _release, (invited,) = reviewing.send_to_reviewers(
        scene.lena.course,
        [Invitation(contact="wren@peers.example")],
        due_on=NOW.date() + timedelta(days=3),
        by=scene.cast.ada,
        at=NOW,
        decision=Decision(notes="New."),
    )
    return invited.review


# --- The list -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Protection:
    """A promise: the check that holds it, how to break it, and how the check goes red then."""

    check: Callable[[Scene], None]
    switch_off: Callable[[Switches], None]
    red: type[Exception] = AssertionError
    is_at_once: bool = False


def lock_only(off: Switches) -> None:
    off.patch.setattr(attempts, "_lock_open", lambda attempt, *, by: attempts._lock(attempt))


PROTECTIONS = [
    Protection(what_was_taken_out_is_not_read, nobody_is_told_that_it_was_taken_out),
    Protection(
        errors_of_the_checks_stop_publishing,
        lambda off: off.patch.setattr(publishing, "check_draft", lambda course: Report([], [], [])),
    ),
    Protection(
        submitting_at_once_grades_once,
        lambda off: off.let_all_in("submit_attempt"),
        is_at_once=True,
    ),
    Protection(starting_at_once_makes_one_attempt, every_start_makes_an_attempt, is_at_once=True),
    Protection(a_submitted_attempt_takes_no_answer, lock_only),
    Protection(
        a_completion_has_one_valid_certificate,
        lambda off: off.drop(Certificate, "one_valid_certificate_a_completion"),
    ),
    Protection(a_question_shows_no_key, choices_tell_what_they_are),
    Protection(a_check_shows_no_key, choices_tell_what_they_are),
    Protection(
        a_failed_paper_marks_no_ticked_choice,
        lambda off: off.patch.setattr(Multiple, "explained", every_chosen_one_explained),
    ),
    Protection(nobody_answers_anothers_attempt, lock_only),
    Protection(nobody_finds_anothers_attempt, anybody_finds_an_attempt, red=NotYourAttempt),
    Protection(nobody_sees_anothers_result, attempts_are_everybodys),
    Protection(
        a_page_left_open_saves_nothing_for_the_next_person,
        lambda off: off.patch.setattr(keeping, "owner_of", lambda request: None),
    ),
    Protection(
        a_manager_sees_only_the_people_they_manage,
        lambda off: off.patch.setattr(
            report_views, "people_visible_to", lambda manager: User.objects.all()
        ),
    ),
    Protection(
        nobody_saves_over_what_they_have_not_seen,
        lambda off: off.patch.setattr(VersionedAdmin, "_in_turn", lambda *given: None),
    ),
    Protection(
        a_preview_stores_nothing,
        lambda off: off.patch.setattr(transaction, "set_rollback", lambda rollback: None),
    ),
    Protection(what_is_used_is_not_deleted, nothing_is_used),
    Protection(
        a_course_is_not_started_before_what_comes_first,
        lambda off: off.patch.setattr(progress, "missing_before", lambda release, *, person: []),
    ),
    Protection(an_edited_release_is_not_shown, bytes_are_read_unchecked),
    Protection(a_release_is_not_edited, rows_are_saved_like_any_other),
    Protection(a_release_is_not_edited, rows_are_updated_like_any_other),
    Protection(workers_at_once_send_a_mail_once, everybody_claims, is_at_once=True),
    Protection(
        held_mail_does_not_go, lambda off: off.patch.setattr(sending, "is_held", lambda: False)
    ),
    Protection(
        a_restored_backup_holds_its_mail,
        lambda off: off.patch.setattr(watching, "read_seen", lambda row: None),
    ),
    Protection(
        nobody_is_mailed_whose_review_is_over,
        lambda off: off.patch.setattr(sending, "is_still_asked", lambda review, *, at: True),
    ),
    Protection(
        no_address_outlives_the_link,
        lambda off: off.patch.setattr(review_mail, "forget_late_contacts", lambda *, at: 0),
    ),
]


ROWS = [
    pytest.param(
        protection,
        id=protection.check.__name__.replace("_", "-"),
        marks=pytest.mark.django_db(transaction=protection.is_at_once),
    )
    for protection in PROTECTIONS
]


def forget_what_was_read() -> None:
    """Let nothing be kept that was read or rendered while a protection was switched off."""
    reading.read_document.cache_clear()
    rendering._render.cache_clear()


@pytest.fixture
def scene(request, learner_for, cast, client_for, monkeypatch) -> Scene:
    if request.node.callspec.params["protection"].is_at_once:
        for rule in ("grade_paper", "draw_paper"):
            monkeypatch.setattr(attempts, rule, slowly(getattr(attempts, rule)))
    monkeypatch.setattr(attempts.secrets, "randbits", lambda bits: SEED)
    forget_what_was_read()
    scene = Scene(cast, learner_for(cast.lena), learner_for(cast.otto), client_for)
    for learner in (scene.lena, scene.otto):
        learner.start()
        learner.do_lessons()
    return scene


@pytest.fixture
def off(scene) -> Iterator[Switches]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        yield Switches(patch, stack)
    forget_what_was_read()


@pytest.mark.protection
class TestEveryProtection:
    @pytest.mark.parametrize("protection", ROWS)
    def test_holds(self, protection, scene):
        protection.check(scene)

    @pytest.mark.parametrize("protection", ROWS)
    def test_is_missed_when_it_is_switched_off(self, protection, scene, off):
        protection.switch_off(off)
        with pytest.raises((protection.red, pytest.fail.Exception)):
            protection.check(scene)
