"""From draft to release: what is frozen stays, and only its verbs change what may change."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import (
    Callout,
    Comparison,
    Course,
    Lesson,
    Prose,
    Release,
    ReleaseDocument,
    TermCard,
)
from courses.publishing import (
    CannotFreezeDraft,
    Decision,
    ReleaseAlreadyPublished,
    ReleaseNotPublished,
    ReleaseWithdrawn,
    draft_digest,
    draft_document,
    freeze_candidate,
    publish_draft,
    publish_release,
    withdraw_release,
)
from courses.reading import read_document, read_release
from quizzes.documents import DigestMismatch, digest_of, encode
from quizzes.frozen import RowIsFrozen
from quizzes.models import Item, ItemVersion, QuizPart
from tests.factories import publish_early

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(small_course) -> Release:
    return Release.objects.current().get(course=small_course)


@pytest.fixture(autouse=True)
def nothing_read_before():
    read_document.cache_clear()


def test_a_candidate_is_not_offered_until_it_is_published(small_course, release, ada):
    Lesson.objects.filter(key="what-goes-where").update(title="Other title")

    candidate = freeze_candidate(
        small_course,
        by=ada,
        at=AT,
        decision=Decision(published_without_review_reason="A title."),
    )

    assert (candidate.number, candidate.published_at, candidate.channel) == (2, None, "")
    assert Release.objects.current().get() == release
    publish_release(candidate, by=ada, at=AT)
    current = Release.objects.current().get()
    assert (current, current.published_by, current.channel) == (candidate, ada, "person")


def test_a_release_is_published_once(release, ada):
    with pytest.raises(ReleaseAlreadyPublished):
        publish_release(release, by=ada, at=AT)


def test_a_withdrawn_release_is_no_longer_offered(small_course, release, ada):
    second = publish_early(small_course, by=ada, at=AT)

    withdraw_release(second, reason="Wrong.", by=ada, at=AT)

    assert Release.objects.current().get() == release
    with pytest.raises(ReleaseWithdrawn):
        withdraw_release(second, reason="Wrong.", by=ada, at=AT)
    with pytest.raises(ReleaseWithdrawn):
        publish_release(second, by=ada, at=AT)


def test_a_candidate_cannot_be_withdrawn(small_course, ada):
    candidate = freeze_candidate(small_course, by=ada, at=AT)

    with pytest.raises(ReleaseNotPublished):
        withdraw_release(candidate, reason="Wrong.", by=ada, at=AT)


def test_the_same_draft_frozen_twice_shares_one_document(small_course, release, ada):
    again = freeze_candidate(small_course, by=ada, at=AT)

    assert again.document_id == release.document_id
    assert ReleaseDocument.objects.count() == 1
    assert list(again.steps.values_list("digest")) == list(release.steps.values_list("digest"))


def test_freezing_keeps_every_question_that_can_be_asked(small_course, release):
    keys = set(ItemVersion.objects.values_list("item__key", flat=True))

    assert keys == set(Item.objects.values_list("key", flat=True))


def test_what_an_editor_changes_in_form_only_changes_no_digest(small_course, release):
    before = draft_digest(small_course)
    block = Prose.objects.get(key="opening", parent__key="when-in-doubt")
    Prose.objects.filter(pk=block.pk).update(text=block.text.replace("<p>", "<p >\n "))

    assert draft_digest(small_course) == before == release.document_id


def test_the_hours_have_one_form(small_course):
    small_course.hours = "0.5"
    written = encode(draft_document(small_course))
    small_course.hours = "0.50"

    assert encode(draft_document(small_course)) == written
    assert b'"hours":"0.50"' in written


def test_every_problem_of_a_draft_is_named_at_once(small_course, ada):
    Prose.objects.filter(key="opening").update(text="<p>A claim.[@nothing] [[nowhere]]</p>")
    Comparison.objects.update(document={"title": "One", "columns": []})
    QuizPart.objects.filter(topic__key="when-in-doubt").update(count=9)
    TermCard.objects.all().delete()
    Callout.objects.update(text="<p></p>")
    Item.objects.filter(key="check-battery").update(body={"type": "true-false"})
    Course.objects.get().lessons.create(key="empty", title="Empty", minutes=1)
    lesson = Lesson.objects.get(key="empty")
    small_course.steps.create(key="empty", position=9, lesson=lesson)
    releases = Release.objects.count()

    with pytest.raises(CannotFreezeDraft) as raised:
        publish_draft(small_course, by=ada, at=AT)

    problems = "\n".join(raised.value.problems)
    for words in (
        "no source nothing",
        "no term nowhere",
        "two-bins: a comparison needs two columns",
        "words: it shows no terms",
        "key-point: it has no text",
        "check-battery",
        "9 items",
        "“Empty” is empty",
    ):
        assert words in problems
    assert Release.objects.count() == releases


def test_a_course_without_steps_cannot_be_published(small_course, ada):
    small_course.steps.all().delete()

    with pytest.raises(CannotFreezeDraft, match="no steps"):
        publish_draft(small_course, by=ada, at=AT)


def test_reading_a_draft_takes_as_many_queries_however_long_its_lessons_are(small_course):
    with CaptureQueriesContext(connection) as before:
        draft_document(small_course)
    lesson = Lesson.objects.get(key="when-in-doubt")
    for number in range(10):
        Prose.objects.create(
            parent=lesson, region="main", ordering=100, key=f"more-{number}", text="<p>More.</p>"
        )

    with CaptureQueriesContext(connection) as after:
        draft_document(small_course)

    assert len(after) == len(before)


# --- Reading ------------------------------------------------------------------------------------


def test_a_release_is_read_as_it_was_frozen_whatever_was_edited_since(small_course, release):
    before = read_release(release)
    read_document.cache_clear()
    Lesson.objects.update(title="Edited")
    Item.objects.update(body={})

    assert read_release(release) == before


def test_a_release_that_was_read_before_needs_no_query(release, django_assert_num_queries):
    read_release(release)

    with django_assert_num_queries(0):
        read_release(release)


@pytest.mark.protection
def test_a_document_that_was_tampered_with_is_noticed(release):
    stored = bytes(release.document.body)
    changed = stored.replace(b"three bins", b"four bins!")
    assert changed != stored
    with connection.cursor() as cursor:
        cursor.execute("UPDATE courses_releasedocument SET body = %s", [changed])

    with pytest.raises(DigestMismatch):
        read_release(release)


@pytest.mark.protection
def test_a_release_and_its_document_cannot_be_edited(release):
    release.title = "Edited"
    with pytest.raises(RowIsFrozen):
        release.save()
    with pytest.raises(RowIsFrozen):
        release.save(update_fields=["title"])
    with pytest.raises(RowIsFrozen):
        Release.objects.update(title="Edited")
    with pytest.raises(RowIsFrozen):
        release.delete()
    document = release.document
    document.body = b"{}"
    with pytest.raises(RowIsFrozen):
        document.save()
    with pytest.raises(RowIsFrozen):
        ReleaseDocument.objects.update(body=b"{}")
    with pytest.raises(RowIsFrozen):
        release.steps.update(title="Edited")
    with pytest.raises(RowIsFrozen):
        release.steps.first().delete()


def test_the_bytes_that_are_stored_are_those_that_are_hashed(release):
    assert digest_of(bytes(release.document.body)) == release.document_id
