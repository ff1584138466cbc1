"""Every address of the site against every role, made from the URL conf.

An address without a row here fails. In the rows, a role's answer is a status: 200 the page, 302 to
the sign-in page or to the page that an address belongs to, 403 a role is missing, 404 it is nobody
else's business that this exists. Lena owns what the addresses name; Otto has taken the same course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from courses.models import Course, ReaderReport, Release
from courses.reporting import Spot, send_report
from quizzes.models import Attempt
from tests import factories
from tests.conftest import NOW, Cast, canary, learners_of, make_cast
from training.administration.roles import ADMINISTRATORS, TRAINERS, ensure_roles
from training.pages.models import SavedWorksheet
from training.pages.worksheets import Filled, save_worksheet
from training.people.models import User
from training.records.models import Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.protection]

ROLES = ("nobody", "lena", "otto", "max", "ada", "amin")


@dataclass(frozen=True)
class Row:
    """What opening an address answers, by role; `others` for those not named."""

    others: int
    nobody: int = 302
    named: dict[str, int] = field(default_factory=dict)
    args: Callable[[Scene], list[object]] = lambda scene: []
    post: int | None = None
    """What posting to it answers when the poster has no right to it (Otto), if it takes POST."""

    def expected(self, role: str) -> int:
        return self.nobody if role == "nobody" else self.named.get(role, self.others)


@dataclass(frozen=True)
class Scene:
    """Lena has completed the course, Otto has started it; nobody else has."""

    lena: object
    otto: object
    attempt: Attempt
    certificate: Certificate
    report: ReaderReport
    """What Lena said with her name."""
    worksheet: SavedWorksheet
    """What Lena kept of a tool, under her own family name."""
    link: str
    """The token of a reviewer, who has started to read."""


def public() -> Row:
    return Row(200, nobody=200)


def course(scene):
    return [scene.lena.course.key]


def lesson(scene):
    return [*course(scene), scene.lena.lessons[0].key]


def check(scene):
    step, block = scene.lena.check
    return [*course(scene), step.key, block.key]


def checked_item(scene):
    return [scene.lena.check[1].item.key]


def sorting(scene):
    return [*course(scene), "when-in-doubt", "three-things"]


def passage(scene):
    return [*lesson(scene), scene.lena.lessons[0].blocks[0].key]


def reflection(scene):
    step, block = scene.lena.reflection
    return [*course(scene), step.key, block.key]


def quiz(scene):
    return [*course(scene), scene.lena.quiz.key]


def question(scene):
    return [*quiz(scene), 1]


def result(scene):
    return [*quiz(scene), scene.attempt.pk]


def taken(scene):
    return [*course(scene), 1]


def taken_lesson(scene):
    return [*taken(scene), scene.lena.lessons[0].key]


def kept(scene):
    return [scene.worksheet.pk]


def code(scene):
    return [scene.certificate.code]


def link(scene):
    return [scene.link]


def linked_lesson(scene):
    return [scene.link, scene.lena.lessons[0].key]


def linked_quiz(scene):
    return [scene.link, scene.lena.quiz.key]


def linked_passage(scene):
    return [*linked_lesson(scene), scene.lena.lessons[0].blocks[0].key]


def by_link(args: Callable[[Scene], list[object]] = link, status: int = 200) -> Row:
    """Return the row of a page for whoever has the link of a reviewer, signed in or not."""
    return Row(status, nobody=status, args=args)


STARTED = {"lena": 200, "otto": 200}

ROWS: dict[str, Row] = {
    # Anyone
    "pages:home": Row(302, nobody=200),
    "pages:support": public(),
    "pages:privacy": public(),
    "pages:accessibility": public(),
    "pages:tools": public(),
    "pages:six-questions": public(),
    "pages:industries": public(),
    "pages:glossary": public(),
    "pages:who-to-call": public(),
    "pages:council-actions": public(),
    "learning:verify": public(),
    # Anyone, where a course is open to read
    "learning:read": public(),
    "learning:read-course": Row(200, nobody=200, args=course),
    "learning:read-lesson": Row(200, nobody=200, args=lesson),
    "learning:read-evidence": Row(200, nobody=200, args=course),
    "learning:read-glossary": Row(200, nobody=200, args=course),
    "learning:read-say": Row(200, nobody=200, args=passage),
    "learning:read-say-thanks": Row(200, nobody=200, args=passage),
    "learning:verify-code": Row(200, nobody=200, args=code),
    # Whoever has a reviewer's link
    "learning:review": by_link(),
    "learning:review-start": by_link(status=405),
    "learning:review-course": by_link(),
    "learning:review-lesson": by_link(linked_lesson),
    "learning:review-quiz": by_link(linked_quiz),
    "learning:review-before": by_link(status=404),
    "learning:review-evidence": by_link(),
    "learning:review-glossary": by_link(),
    "learning:review-changes": by_link(),
    "learning:review-comment": by_link(linked_passage),
    "learning:review-decide": by_link(),
    "learning:review-credit": by_link(status=302),
    # Sign-in
    "account_login": Row(302, nobody=200),
    "account_logout": Row(200, nobody=302),
    "account_signup": public(),
    "account_inactive": public(),
    "account_change_password": Row(200),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": Row(200, nobody=200, args=lambda scene: ["1", "a-b"]),
    "account_reset_password_from_key_done": public(),
    # Learners
    "learning:my-learning": Row(200),
    "learning:catalogue": Row(200),
    "learning:search": Row(200),
    "learning:look-up": Row(200, args=lesson),
    "learning:course": Row(200, args=course),
    "learning:course-start": Row(302, args=course),
    "learning:before": Row(302, args=course),
    "learning:after": Row(302, args=course),
    "learning:lesson": Row(302, named=STARTED, args=lesson),
    "learning:lesson-complete": Row(302, args=lesson),
    "learning:check-answer": Row(302, args=check),
    "learning:media-file": Row(404, args=lambda scene: ["0" * 64]),
    "learning:picture": Row(404, args=lambda scene: ["0" * 64, 480]),
    "learning:sorting-check": Row(302, args=sorting),
    "learning:reflection-save": Row(302, args=reflection),
    "learning:reflection-delete": Row(302, args=reflection),
    "learning:quiz": Row(302, named=STARTED, args=quiz),
    "learning:quiz-start": Row(302, args=quiz),
    "learning:question": Row(404, named={"lena": 302, "otto": 302}, args=question, post=404),
    "learning:answers": Row(404, named={"lena": 302, "otto": 302}, args=quiz),
    "learning:quiz-submit": Row(302, args=quiz, post=404),
    "learning:result": Row(404, named={"lena": 200}, args=result),
    "learning:certificate": Row(404, named={"lena": 200}, args=code),
    "learning:certificate-pdf": Row(404, named={"lena": 200}, args=code),
    "learning:taken": Row(404, named={"lena": 200}, args=taken),
    "learning:taken-lesson": Row(404, named={"lena": 200}, args=taken_lesson, post=404),
    "learning:say": Row(200, args=passage),
    "learning:say-thanks": Row(200, args=passage),
    "learning:my-reports": Row(200),
    "learning:report-unname": Row(302, args=lambda scene: [scene.report.pk], post=404),
    "notices:preferences": Row(200),
    "pages:worksheet-save": Row(302),
    "pages:worksheet": Row(404, named={"lena": 200}, args=kept, post=405),
    "pages:worksheet-delete": Row(404, named={"lena": 200}, args=kept, post=404),
    "courses:evidence": Row(200, args=course),
    "courses:glossary": Row(200, args=course),
    # Trainers
    "learning:preview": Row(403, named={"ada": 200}, args=course),
    "learning:preview-step": Row(403, named={"ada": 200}, args=lesson, post=403),
    "learning:preview-check": Row(403, named={"ada": 302}, args=check, post=403),
    "learning:preview-evidence": Row(403, named={"ada": 200}, args=course),
    "learning:preview-glossary": Row(403, named={"ada": 200}, args=course),
    "learning:preview-unsaved": Row(403, named={"ada": 302}, args=lesson, post=403),
    "learning:preview-item": Row(403, named={"ada": 200}, args=checked_item, post=403),
    "learning:preview-sorting": Row(403, named={"ada": 302}, args=sorting, post=403),
    # Managers
    "reports:team": Row(403, named={"max": 200}),
    "pages:plan": Row(403, named={"max": 200, "amin": 200}),
}

# The admin: what each group may do with each model. A model without a row fails.
LOOK, EDIT, EDIT_AND_DELETE = (
    {"view"},
    {"view", "add", "change"},
    {"view", "add", "change", "delete"},
)
ADMIN: dict[str, tuple[set[str], set[str]]] = {
    # model: (trainers, administrators)
    "courses.Course": (EDIT, set()),
    "courses.Lesson": (EDIT, set()),
    "courses.Release": (LOOK, set()),
    "courses.Source": (EDIT_AND_DELETE, set()),
    "courses.Term": (EDIT_AND_DELETE, set()),
    "quizzes.Topic": (EDIT, set()),
    "quizzes.Item": (EDIT, set()),
    "quizzes.Quiz": (EDIT, set()),
    "people.User": (set(), EDIT),
    "people.Department": (set(), EDIT_AND_DELETE),
    "people.JobRole": (set(), EDIT_AND_DELETE),
    "people.Organisation": (set(), {"view", "change"}),
    "pages.SupportLine": (set(), EDIT_AND_DELETE),
    "pages.Action": (set(), EDIT_AND_DELETE),
    "records.Assignment": (set(), EDIT),
    "records.Certificate": (set(), LOOK),
    "notices.Notice": (set(), LOOK),
    "auth.Group": (set(), set()),
    "account.EmailAddress": (set(), set()),
}


def addresses(patterns, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the site but the admin's, with its full name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if inner != "admin:":
                yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


NAMES = sorted(name for name, _ in addresses(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker) -> Iterator[tuple[Cast, Scene]]:
    """Set the scene once for all addresses; each test's changes are taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.make_organisation()
        cast = make_cast()
        yield cast, set_scene(cast)
        transaction.set_rollback(True)


@pytest.fixture
def cast(standing) -> Cast:
    return standing[0]


@pytest.fixture
def scene(standing) -> Scene:
    return standing[1]


def set_scene(cast: Cast) -> Scene:
    course = factories.load_small_course(at=NOW - timedelta(days=30))
    Course.objects.filter(pk=course.pk).update(is_open_reading=True)
    learner_for = learners_of(course)
    ensure_roles()
    cast.ada.groups.add(Group.objects.get(name=TRAINERS))
    cast.amin.groups.add(Group.objects.get(name=ADMINISTRATORS))
    lena, otto = learner_for(cast.lena), learner_for(cast.otto)
    lena.complete()
    otto.start()
    step, block = lena.check
    spot = Spot(Release.objects.get(), step.key, block_key=block.key)
    return Scene(
        lena,
        otto,
        Attempt.objects.get(person=cast.lena),
        Certificate.objects.get(),
        send_report(spot, text="This is wrong.", by=cast.lena, on=NOW.date()),
        save_worksheet(Filled(canary(cast.lena), []), by=cast.lena, at=NOW),
        factories.make_review(course, by=cast.ada, at=timezone.now()).token,
    )


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(NAMES) == set(ROWS)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_role_gets_what_its_row_says(name, scene, cast, client_for):
    row = ROWS[name]
    url = reverse(name, args=row.args(scene))
    got = {}
    for role in ROLES:
        client = client_for(None if role == "nobody" else getattr(cast, role))
        got[role] = client.get(url).status_code
    assert got == {role: row.expected(role) for role in ROLES}


PUBLIC_WITH_A_CODE = {"learning:verify-code"}


@pytest.mark.parametrize("name", sorted(set(ROWS) - PUBLIC_WITH_A_CODE))
def test_no_page_shows_lena_to_somebody_without_the_right(name, scene, cast, client_for):
    url = reverse(name, args=ROWS[name].args(scene))
    for role in ("nobody", "otto", "ada"):
        client = client_for(None if role == "nobody" else getattr(cast, role))
        text = client.get(url, follow=True).content.decode()
        assert canary(cast.lena) not in text
        assert scene.certificate.code not in text.replace(url, "")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.post])
def test_a_form_with_the_attempt_of_somebody_else_is_refused(name, scene):
    path = reverse(name, args=ROWS[name].args(scene))
    fields = {"attempt": scene.attempt.pk, "item": "0" * 64, "choice": "a"}
    assert scene.otto.post(path, fields).status_code == ROWS[name].post


@pytest.mark.parametrize("name", sorted(n for n in ROWS if n.startswith("learning:")))
def test_nobody_changes_anything_without_signing_in(name, scene, client):
    before = Attempt.objects.count(), Certificate.objects.count()
    url = reverse(name, args=ROWS[name].args(scene))
    response = client.post(url, {"attempt": scene.attempt.pk})
    is_only_read = name in {"learning:read-lesson", "learning:review-lesson"}
    allowed = {200} if is_only_read else {302, 403, 404, 405, 422}
    assert response.status_code in allowed
    assert (Attempt.objects.count(), Certificate.objects.count()) == before


@pytest.mark.parametrize("name", [n for n in sorted(ROWS) if not n.startswith("account_")])
def test_other_methods_are_no_error_and_change_nothing(name, scene):
    url = reverse(name, args=ROWS[name].args(scene))
    for method in ("put", "patch", "delete"):
        response = getattr(scene.lena.client, method)(url)
        assert response.status_code in (302, 405), method


# --- The admin ----------------------------------------------------------------------------------


def test_every_model_in_the_admin_has_a_row():
    assert {model._meta.label for model in admin.site._registry} == set(ADMIN)


@pytest.mark.parametrize("label", sorted(ADMIN))
def test_the_admin_opens_to_each_group_what_its_row_says(label, scene, cast, client_for):
    model = next(model for model in admin.site._registry if model._meta.label == label)
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.first()
    for person, rights in zip((cast.ada, cast.amin), ADMIN[label], strict=True):
        client = client_for(person)
        listed = client.get(reverse(f"{base}_changelist")).status_code
        assert listed == (200 if "view" in rights else 403)
        added = client.get(reverse(f"{base}_add")).status_code
        assert added == (200 if "add" in rights else 403)
        if row is not None:
            opened = client.get(reverse(f"{base}_change", args=[row.pk])).status_code
            assert opened == (200 if "view" in rights else 403)
            deleted = client.get(reverse(f"{base}_delete", args=[row.pk])).status_code
            assert deleted == (200 if "delete" in rights else 403)
            past = client.get(reverse(f"{base}_history", args=[row.pk])).status_code
            assert past == (200 if "view" in rights else 403)


@pytest.mark.parametrize("label", sorted(ADMIN))
def test_the_admin_is_closed_to_everybody_else(label, scene, cast, client_for):
    model = next(model for model in admin.site._registry if model._meta.label == label)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for person in (None, cast.lena, cast.otto, cast.max):
        assert client_for(person).get(url).status_code in (302, 403)


def test_an_administrator_cannot_open_the_account_of_a_superuser(scene, cast, client_for):
    User.objects.filter(pk=cast.pia.pk).update(is_superuser=True)
    url = reverse("admin:people_user_change", args=[cast.pia.pk])
    client = client_for(cast.amin)
    assert client.post(url, {"name": "Mine now"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[cast.pia.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403
