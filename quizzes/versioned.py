"""Drafts that several people edit: each has a version, so that nobody saves over another unseen.

A page carries the version that it opened. Whoever saves counts the version on, in the transaction
that saves, with the row locked.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class VersionedModel(models.Model):
    """Base of drafts with a version; each change counts it on by one or more."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


Draft = TypeVar("Draft", bound=VersionedModel)


def lock_draft(draft: Draft) -> Draft:
    """Return the draft as it stands now; everybody else waits until this transaction ends."""
    rows = type(draft)._default_manager.select_for_update()
    return rows.get(pk=draft.pk)


def count_version(draft: VersionedModel) -> None:
    """Count the version of a draft on: what is open elsewhere is no longer the newest."""
    type(draft)._default_manager.filter(pk=draft.pk).update(version=F("version") + 1)
