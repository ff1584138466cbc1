"""The outbox: what is to be mailed to whom, and what became of it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Review
from training.notices.kinds import LONGEST_SUBJECT, State, kind_choices, reason_choices
from training.records.models import Enrolment

WAITS = Q(sent_at=None, given_up_at=None, dropped_at=None)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> NoticeQuerySet:
        """Return what is neither sent nor given up nor dropped."""
        return self.filter(WAITS)

    def due(self, *, at: datetime) -> NoticeQuerySet:
        """Return what may be sent at an instant and is in no worker's hands then."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=at)
        return self.waiting().filter(free, not_before__lte=at).order_by("not_before", "pk")


class Notice(models.Model):
    """One mail to one person, to a reviewer, or to an address that has no account here.

    `key` is unique, so that whatever is told is told once. Nothing of a mail is kept once it is
    sent or dropped but its subject, to whom it went and when; of an address not even that.
    A reviewer's address is never copied here: erasing it in the review is enough.
    """

    kind = models.CharField(_("what"), max_length=30, choices=kind_choices)
    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="notices",
        verbose_name=_("to whom"),
    )
    address = models.EmailField(blank=True)
    enrolment = models.ForeignKey(
        Enrolment,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("What it is about: once that is done, it is not sent any more."),
    )
    review = models.ForeignKey(
        Review,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("The review that it asks for: once that is over, it is not sent any more."),
    )
    due_on = models.DateField(null=True, help_text=_("The due date that it names."))
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    queued_at = models.DateTimeField(_("queued"))
    not_before = models.DateTimeField(_("not before"))
    not_after = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    reason = models.CharField(_("why not"), max_length=30, blank=True, choices=reason_choices)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail")
        ordering = ["-pk"]
        permissions = [("send_notice", _("Can hold mail, release it and try it again"))]
        indexes = [
            models.Index(fields=["not_before"], condition=WAITS, name="notice_waiting"),
            models.Index(fields=["enrolment", "kind"], name="notice_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=WAITS
                | Q(sent_at__isnull=False, given_up_at=None, dropped_at=None)
                | Q(sent_at=None, given_up_at__isnull=False, dropped_at=None)
                | Q(sent_at=None, given_up_at=None, dropped_at__isnull=False),
                name="notice_has_one_state",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, dropped_at=None) | Q(text="", html="", address=""),
                name="notice_keeps_nothing_that_is_done_with",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(address=""),
                name="notice_goes_to_a_person_or_an_address",
            ),
            models.CheckConstraint(
                condition=Q(review=None) | Q(person=None, address=""),
                name="notice_copies_no_address_of_a_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> State:
        if self.sent_at is not None:
            return State.SENT
        if self.given_up_at is not None:
            return State.GIVEN_UP
        return State.WAITING if self.dropped_at is None else State.DROPPED

    @property
    def recipient(self) -> str:
        """Return the address it goes to; empty when there is none any more."""
        if self.person is not None:
            return self.person.email
        return self.review.contact if self.review is not None else self.address


class NoticePreference(models.Model):
    """What a person wants to be mailed; without a row: everything."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference"
    )
    wants_reminders = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.person_id}"


def new_mark() -> str:
    return secrets.token_hex(8)


class Outbox(models.Model):
    """The one switch that holds all mail, and what the worker remembers from round to round."""

    mark = models.CharField(
        max_length=16,
        default=new_mark,
        help_text=_("Tells this database and its backups from any other."),
    )
    reads_since = models.DateTimeField(help_text=_("What happened before is told to nobody."))
    seen_at = models.DateTimeField(null=True, help_text=_("When a worker last looked."))
    synced_on = models.DateField(null=True, help_text=_("The day whose daily work is done."))
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    held_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_outbox"),
            models.CheckConstraint(
                condition=Q(held_at__isnull=False) | Q(held_by=None, held_reason=""),
                name="outbox_says_who_holds_it_only_when_held",
            ),
        ]

    def __str__(self) -> str:
        return self.mark

    @property
    def is_held(self) -> bool:
        return self.held_at is not None
