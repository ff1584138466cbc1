"""What an administrator keeps for the public pages, and what a person keeps of a tool."""

from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.pages.shipped import listed_actions


class SupportLine(models.Model):
    """Somewhere a person can turn to. Lines change: `confirmed_on` says when it was last tried."""

    name = models.CharField(_("name"), max_length=200)
    number = models.CharField(
        _("number or address"),
        max_length=200,
        blank=True,
        help_text=_("A telephone number alone becomes a link that calls it."),
    )
    description = models.CharField(
        _("what it is for"),
        max_length=500,
        help_text=_("Who answers, when, and what a person should know before they call."),
    )
    province = models.CharField(
        _("province"), max_length=100, blank=True, help_text=_("Leave empty for all of Canada.")
    )
    url = models.URLField(_("website"), blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Low numbers come first.")
    )
    confirmed_on = models.DateField(
        _("confirmed on"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody here last tried it. Try each line twice a year."),
    )

    class Meta:
        verbose_name = _("support line")
        verbose_name_plural = _("support lines")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def telephone(self) -> str:
        """Return the number as a tel: link takes it; empty when it is not a number alone."""
        if not re.fullmatch(r"\+?[\d ().-]{3,}", self.number):
            return ""
        return re.sub(r"[^\d+]", "", self.number)


class SavedWorksheet(models.Model):
    """A worksheet as a person filled it in and chose to keep it. Theirs alone; they may delete it.

    It never changes: whoever changes their answers keeps another one.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_worksheets"
    )
    subject = models.CharField(max_length=200, blank=True)
    filled = models.BinaryField()
    """A training.pages.worksheets.Filled, encoded."""
    digest = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest"], name="a_worksheet_is_kept_once_as_it_is"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Action(models.Model):
    """An action of the municipality's plan: one of the list that ships, or one of its own."""

    class Status(models.TextChoices):
        NOT_STARTED = "not-started", _("Not started")
        UNDER_WAY = "under-way", _("Under way")
        DONE = "done", _("Done")
        SET_ASIDE = "set-aside", _("Set aside")

    SETTLED: ClassVar = {Status.DONE, Status.SET_ASIDE}

    key = models.SlugField(
        _("action of the list"),
        max_length=80,
        blank=True,
        help_text=_("Or leave it empty and write an action of your own below."),
    )
    title = models.CharField(_("your own action"), max_length=200, blank=True)
    owner = models.CharField(
        _("owner"),
        max_length=200,
        blank=True,
        help_text=_("Who looks after it: a role or a team lasts longer than a name."),
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.NOT_STARTED
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    note = models.TextField(
        _("note"),
        max_length=1000,
        blank=True,
        help_text=_(
            "What was decided, and what comes next. Managers read it, and it is printed for"
            " council: write nothing that points to a person."
        ),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Low numbers come first.")
    )
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)

    class Meta:
        verbose_name = _("action of the plan")
        verbose_name_plural = _("plan of action")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key="", title__gt="") | Q(key__gt="", title=""),
                name="action_is_of_the_list_or_has_its_own_title",
                violation_error_message=_(
                    "Choose an action of the list, or write your own: one of the two."
                ),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(key__gt=""),
                name="an_action_of_the_list_is_planned_once",
                violation_error_message=_("This action is in the plan already."),
            ),
        ]

    def __str__(self) -> str:
        listed = listed_actions().get(self.key)
        return self.title or (listed.title if listed else self.key)
