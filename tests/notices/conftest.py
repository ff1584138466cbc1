"""Mail: a person to whom something is assigned, and words that tests know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.conftest import NOW
from tests.factories import make_assignment
from training.notices.kinds import Kind
from training.notices.models import Notice
from training.notices.outbox import outbox, queue_notice
from training.notices.writing import Words
from training.people.models import User
from training.records.assigning import sync
from training.records.models import Enrolment

WORDS = Words("A subject", "A text with https://elderbrook.example/secret/", "<p>A text</p>")


def make_notice(person: User | None = None, **fields: Any) -> Notice:
    """Put a mail into the outbox, to a person or to `address=`."""
    fields = {"key": "a-key", "words": WORDS, "at": NOW, "person": person} | fields
    return queue_notice(fields.pop("kind", Kind.CERTIFICATE), **fields)


@pytest.fixture
def opened(organisation) -> None:
    """Let the outbox tell what happens from NOW on."""
    outbox(at=NOW)


@pytest.fixture
def assign(opened, small_course) -> Callable[..., Enrolment]:
    """Assign the small course to a person, to be done by a day."""

    def give(person: User, *, due_on: date, at: datetime = NOW) -> Enrolment:
        make_assignment(small_course, due_on=due_on, person=person)
        sync(at=at)
        return Enrolment.objects.get(person=person)

    return give
