"""What a person wants to be mailed."""

from __future__ import annotations

from training.notices.models import NoticePreference
from training.people.models import User


def wants_reminders(person: User | None) -> bool:
    """Say whether a person wants reminders; who never said anything does."""
    return not NoticePreference.objects.filter(person=person, wants_reminders=False).exists()


def prefer(person: User, *, wants_reminders: bool) -> NoticePreference:
    """Keep what a person wants to be mailed."""
    return NoticePreference.objects.update_or_create(
        person=person, defaults={"wants_reminders": wants_reminders}
    )[0]
