"""Rows that are written once: inserted, then neither changed nor deleted.

A frozen model inherits from FrozenModel and uses FrozenManager. Fields named in `changeable` are
the exception (a certificate's revoked_at); only verbs write them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class RowIsFrozen(Exception):
    """Something tried to change or delete a row that records what happened."""


class FrozenQuerySet(models.QuerySet[Row]):
    def update(self, **values: Any) -> int:
        changeable: frozenset[str] = getattr(self.model, "changeable", frozenset())
        if not changeable.issuperset(values):
            raise RowIsFrozen(f"{self.model.__name__} rows are never changed.")
        return super().update(**values)

    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        if kwargs.get("update_conflicts"):
            raise RowIsFrozen(f"{self.model.__name__} rows are never changed.")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> NoReturn:
        raise RowIsFrozen(f"{self.model.__name__} rows are never deleted.")


class FrozenModel(models.Model):
    """Base of models whose rows are only ever inserted."""

    changeable: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        is_change = not self._state.adding
        if is_change and (update_fields is None or not self.changeable.issuperset(update_fields)):
            raise RowIsFrozen(f"{type(self).__name__} rows are never changed.")
        if not is_change:
            # Without this, a new object with the key of an existing row would overwrite it.
            kwargs["force_insert"] = True
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise RowIsFrozen(f"{type(self).__name__} rows are never deleted.")


FrozenManager = models.Manager.from_queryset(FrozenQuerySet)
