"""Which rows may change: every model is a draft, a record or frozen, and frozen ones stay."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from courses.models import ReleaseDocument
from quizzes.frozen import FrozenModel, FrozenQuerySet, RowIsFrozen

DRAFT = "draft"
"""Edited by people, until a release freezes a copy."""
RECORD = "record"
"""Written by verbs as things happen."""
FROZEN = "frozen"
"""Inserted once; then only the fields named here are written, by verbs."""

NO_FIELDS: frozenset[str] = frozenset()
WITHDRAWAL = frozenset({"withdrawn_at", "withdrawn_by"})

KINDS: dict[str, str] = {
    "people.Organisation": RECORD,
    "people.Logo": RECORD,
    "people.Department": RECORD,
    "people.JobRole": RECORD,
    "people.User": RECORD,
    "pages.SupportLine": DRAFT,
    "pages.SavedWorksheet": RECORD,
    "pages.Action": RECORD,
    "notices.Notice": RECORD,
    "notices.NoticePreference": RECORD,
    "notices.Outbox": RECORD,
    "quizzes.Topic": DRAFT,
    "quizzes.Item": DRAFT,
    "quizzes.Quiz": DRAFT,
    "quizzes.QuizPart": DRAFT,
    "quizzes.QuizFixedItem": DRAFT,
    "quizzes.ItemVersion": FROZEN,
    "quizzes.QuizVersion": FROZEN,
    "quizzes.Attempt": RECORD,
    "quizzes.PaperItem": RECORD,
    "quizzes.Tally": RECORD,
    "courses.Course": DRAFT,
    "courses.Lesson": DRAFT,
    "courses.Step": DRAFT,
    "courses.Prose": DRAFT,
    "courses.Callout": DRAFT,
    "courses.TermCards": DRAFT,
    "courses.TermCard": DRAFT,
    "courses.Comparison": DRAFT,
    "courses.Scenario": DRAFT,
    "courses.Check": DRAFT,
    "courses.Reflection": DRAFT,
    "courses.Further": DRAFT,
    "courses.FurtherReading": DRAFT,
    "courses.BeforeEntry": DRAFT,
    "courses.Figure": DRAFT,
    "courses.Video": DRAFT,
    "courses.Quotation": DRAFT,
    "courses.Sorting": DRAFT,
    "courses.Noted": DRAFT,
    "courses.LocalNote": DRAFT,
    "courses.Media": FROZEN,
    "courses.Source": DRAFT,
    "courses.Term": DRAFT,
    "courses.ItemSource": DRAFT,
    "courses.ReleaseDocument": FROZEN,
    "courses.Release": FROZEN,
    "courses.ReleaseStep": FROZEN,
    "courses.Waiver": FROZEN,
    "courses.ReaderReport": FROZEN,
    "courses.ShippedUpdate": RECORD,
    "courses.Review": FROZEN,
    "courses.ReviewComment": FROZEN,
    "records.Enrolment": RECORD,
    "records.Assignment": RECORD,
    "records.AudienceClause": RECORD,
    "records.Reach": RECORD,
    "records.StepProgress": RECORD,
    "records.CheckAnswer": RECORD,
    "records.Reflection": RECORD,
    "records.Completion": FROZEN,
    "records.Certificate": FROZEN,
    "records.CertificateFile": FROZEN,
}
CHANGEABLE: dict[str, frozenset[str]] = {
    "courses.ReleaseDocument": frozenset({"body", "redacted_at", "redacted_by", "redacted_reason"}),
    "courses.Release": frozenset(
        {"published_at", "published_by", "channel", "withdrawn_reason", "is_redacted"}
    )
    | WITHDRAWAL,
    "courses.Waiver": WITHDRAWAL,
    "courses.ReaderReport": frozenset(
        {"answer", "answered_at", "answered_by", "text", "erased_at", "erased_by", "person"}
    ),
    "courses.Review": frozenset(
        {
            "contact",
            "link_to_mail",
            "opened_at",
            "verdict",
            "decided_at",
            "words",
            "is_dissent_public",
            "payment",
            "credit",
            "credit_text",
            "credit_withdrawn_at",
        }
    )
    | WITHDRAWAL,
    "courses.ReviewComment": frozenset({"answer", "answered_at", "answered_by"}),
    "records.Certificate": frozenset(
        {
            "revoked_at",
            "revoked_by",
            "revoked_reason",
            "replaced_by",
            "name",
            "erased_at",
            "erased_by",
        }
    ),
    "records.CertificateFile": frozenset({"body", "trouble"}),
}
PACKAGES = {"training", "courses", "quizzes"}


def own_models() -> dict[str, type[models.Model]]:
    return {
        model._meta.label: model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PACKAGES
    }


FROZEN_MODELS = [model for label, model in own_models().items() if KINDS.get(label) == FROZEN]


def existing(model: type[models.Model]) -> models.Model:
    """Return a row as if it had been read from the database."""
    row = model(pk=1 if model._meta.pk.name == "id" else "1")
    row._state.adding = False
    return row


def test_every_model_is_a_draft_a_record_or_frozen():
    assert set(own_models()) == set(KINDS), "give a new model its row in KINDS"


def test_exactly_the_frozen_models_are_built_as_frozen():
    built = {label for label, model in own_models().items() if issubclass(model, FrozenModel)}
    assert built == {label for label, kind in KINDS.items() if kind == FROZEN}


@pytest.mark.protection
@pytest.mark.parametrize("model", FROZEN_MODELS, ids=lambda model: model._meta.label)
class TestAFrozenRow:
    def test_is_not_saved_again(self, model):
        with pytest.raises(RowIsFrozen):
            existing(model).save()

    def test_has_only_the_listed_fields_written_later(self, model):
        listed = CHANGEABLE.get(model._meta.label, NO_FIELDS)
        assert model.changeable == listed
        for field in {field.name for field in model._meta.concrete_fields} - listed:
            with pytest.raises(RowIsFrozen):
                existing(model).save(update_fields=[*listed, field])

    def test_is_not_deleted(self, model):
        with pytest.raises(RowIsFrozen):
            existing(model).delete()

    def test_is_not_changed_in_bulk(self, model, db):
        rows = model._default_manager.all()
        assert isinstance(rows, FrozenQuerySet)
        for field in model._meta.concrete_fields:
            if field.name not in model.changeable and not field.primary_key:
                with pytest.raises(RowIsFrozen):
                    rows.update(**{field.name: None})
                with pytest.raises(RowIsFrozen), transaction.atomic():
                    rows.bulk_update([existing(model)], [field.name])

    def test_is_not_changed_by_inserting_in_bulk(self, model, db):
        with pytest.raises(RowIsFrozen):
            model._default_manager.bulk_create(
                [model()], update_conflicts=True, unique_fields=["pk"], update_fields=["pk"]
            )

    def test_is_not_deleted_in_bulk(self, model, db):
        with pytest.raises(RowIsFrozen):
            model._default_manager.all().delete()


@pytest.mark.protection
def test_a_new_object_with_an_existing_key_overwrites_nothing(db):
    ReleaseDocument.objects.create(digest="d", body=b"what people read")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseDocument(digest="d", body=b"something else").save()
    assert bytes(ReleaseDocument.objects.get().body) == b"what people read"
