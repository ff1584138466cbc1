"""What mail is about, and what becomes of it. A new kind of mail is a new line in Kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CERTIFICATE = "certificate", _("Certificate")
    ASSIGNED = "assigned", _("Course assigned")
    DUE_SOON = "due-soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    REVIEW_ASKED = "review-asked", _("Review asked for")
    REVIEW_REMINDER = "review-reminder", _("Reminder of a review")


REMINDERS = frozenset({Kind.DUE_SOON, Kind.OVERDUE})
"""What a person may switch off for themselves."""


OF_REVIEWS = frozenset({Kind.REVIEW_ASKED, Kind.REVIEW_REMINDER})
"""What goes to reviewers, who have no account; their addresses are kept no longer than needed."""


LONGEST_SUBJECT = 200


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given-up", _("Given up")
    DROPPED = "dropped", _("Not sent")


class Reason(models.TextChoices):
    """Why a mail did not go out, in words for an administrator."""

    UNREACHABLE = "unreachable", _("The mail server could not be reached.")
    SIGN_IN = "sign-in", _("The mail server did not accept our user name and password.")
    REFUSED_ADDRESS = "refused-address", _("The mail server refused the address.")
    REFUSED = "refused", _("The mail server did not take the message.")
    UNWRITABLE = "unwritable", _("The message could not be put into the form of a mail.")
    INTERRUPTED = "interrupted", _("Sending it was interrupted each time it was tried.")
    NO_ADDRESS = "no-address", _("There is no address to send it to.")
    LEFT = "left", _("The person does not work here any more.")
    OUTDATED = "outdated", _("What it says was no longer so.")
    LATE = "late", _("It was too late for it.")
    SWITCHED_OFF = "switched-off", _("The person switched reminders off.")
    BY_HAND = "by-hand", _("Somebody decided not to send it.")


FOR_GOOD = frozenset({Reason.REFUSED_ADDRESS, Reason.UNWRITABLE})
"""Trying again would change nothing."""

SERVER_TROUBLE = frozenset({Reason.UNREACHABLE, Reason.SIGN_IN})
"""The next mail would fare no better: the round ends."""

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=48),
)
"""How long to wait after the first failure, the second and so on; after the last one follows one
more try."""

MOST_TRIES = len(DELAYS) + 1


def kind_choices() -> list[tuple[str, Any]]:
    """Return the kinds; a function, so that a new kind needs no migration."""
    return list(Kind.choices)


def reason_choices() -> list[tuple[str, Any]]:
    return list(Reason.choices)
