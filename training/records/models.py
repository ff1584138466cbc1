"""What people have learned: enrolments, progress, completions, certificates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.documents import without_zeros
from courses.models import Course, Release
from quizzes.frozen import FrozenManager, FrozenModel, FrozenQuerySet
from quizzes.models import Attempt, ItemVersion
from training.people.models import Department, JobRole
from training.records.rules import CertificateStatus, certificate_status, is_overdue


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def open(self) -> EnrolmentQuerySet:
        """Return the enrolments that are neither completed nor closed."""
        return self.filter(completed_at=None, closed_at=None)

    def completed(self) -> EnrolmentQuerySet:
        return self.exclude(completed_at=None)


class Enrolment(models.Model):
    """One person, one course, one cycle. The release is pinned when it is started, and stays.

    What was assigned and not started yet is a row without a release.
    """

    class Reason(models.TextChoices):
        CHOSEN = "chosen", _("Chosen by the person")
        ASSIGNED = "assigned", _("Assigned")
        RELEASE = "release", _("A new release changed what matters")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments")
    cycle = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.CHOSEN)
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="enrolments")
    due_on = models.DateField(
        null=True, help_text=_("In the organisation's zone; written by training.records.assigning.")
    )
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["person", "course", "cycle"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "cycle"], name="one_enrolment_a_cycle"
            ),
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(completed_at=None, closed_at=None),
                name="one_open_enrolment_in_a_course",
            ),
            models.CheckConstraint(
                condition=Q(release=None, started_at=None)
                | Q(release__isnull=False, started_at__isnull=False),
                name="enrolment_has_its_release_exactly_when_started",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(started_at__isnull=False),
                name="enrolment_is_completed_only_when_started",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id} #{self.cycle}"

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def is_opened_again(self) -> bool:
        """Say whether a material release asks for a course again that was completed before."""
        return self.reason == self.Reason.RELEASE and not self.is_completed

    def is_overdue(self, *, on: date) -> bool:
        """Say whether the course was due before a day of the organisation's calendar."""
        return not self.is_completed and is_overdue(self.due_on, on=on)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def running(self, *, on: date) -> AssignmentQuerySet:
        """Return the assignments that hold on a day: begun and not ended."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), ended_at=None)


class Assignment(models.Model):
    """A course that people are to take by a date: on a day, or so many days after it reaches them.

    Whom it reaches is what its audience clauses say; one that fits is enough.
    """

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="assignments", verbose_name=_("course")
    )
    due_on = models.DateField(
        _("due on"), null=True, blank=True, help_text=_("The last day on which it is not late.")
    )
    due_days = models.PositiveSmallIntegerField(
        _("or due after so many days"),
        null=True,
        blank=True,
        help_text=_("Counted for each person from the day on which the assignment reaches them."),
    )
    starts_on = models.DateField(
        _("starts on"), null=True, blank=True, help_text=_("Leave it empty to start at once.")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["course", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=False, due_days=None)
                | Q(due_on=None, due_days__isnull=False),
                name="assignment_is_due_on_a_day_or_after_days",
                violation_error_message=_("Give either the day or the number of days."),
            )
        ]

    def __str__(self) -> str:
        return self.course.title


class AudienceClause(models.Model):
    """One part of whom an assignment reaches: everyone, a department, a job role or a person."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="audience")
    is_everyone = models.BooleanField(_("everyone"), default=False)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department, with its sections"),
    )
    job_role = models.ForeignKey(
        JobRole,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("job role"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("whom it reaches")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_everyone=True, department=None, job_role=None, person=None)
                | Q(is_everyone=False, department__isnull=False, job_role=None, person=None)
                | Q(is_everyone=False, department=None, job_role__isnull=False, person=None)
                | Q(is_everyone=False, department=None, job_role=None, person__isnull=False),
                name="audience_clause_names_exactly_one_thing",
                violation_error_message=_(
                    "Choose one thing on each line: everyone, a department, a job role or a "
                    "person. Use another line for more."
                ),
            )
        ]

    def __str__(self) -> str:
        if self.is_everyone:
            return gettext("Everyone")
        return str(self.department or self.job_role or self.person)


class Reach(models.Model):
    """That an assignment reaches a person, and since when: from that day its days are counted."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reaches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reached_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "person"], name="assignment_reaches_a_person_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.person_id} {self.reached_on}"


class StepProgress(models.Model):
    """How far an enrolment is with one step; whether it is required is decided at the start."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="progress")
    step_key = models.SlugField(max_length=80)
    step_digest = models.CharField(max_length=64)
    is_required = models.BooleanField(default=True)
    last_block_key = models.SlugField(max_length=100, blank=True)
    opened_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    carried_from = models.ForeignKey(
        Release,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("The release in which it was completed, in the cycle before."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step_key"], name="one_progress_row_a_step"
            ),
            models.CheckConstraint(
                condition=Q(carried_from=None) | Q(completed_at__isnull=False),
                name="only_a_completed_step_is_carried_over",
            ),
            models.CheckConstraint(
                condition=Q(attempt=None) | Q(completed_at__isnull=False),
                name="only_a_completed_step_names_its_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.step_key}"


class CheckAnswer(models.Model):
    """A person's latest answer to a check. Theirs alone; never graded."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="check_answers")
    step_key = models.SlugField(max_length=80)
    block_key = models.SlugField(max_length=100)
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    response = models.JSONField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step_key", "block_key"], name="one_answer_a_check"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.step_key}/{self.block_key}"


class Reflection(models.Model):
    """What a person wrote and chose to keep. Theirs alone; they may delete it."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="reflections")
    step_key = models.SlugField(max_length=80)
    block_key = models.SlugField(max_length=100)
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step_key", "block_key"], name="one_reflection_a_prompt"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.step_key}/{self.block_key}"


class Completion(FrozenModel):
    """The fact that a course was completed, as it stood when it happened."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="completion")
    release = models.ForeignKey(Release, models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()
    completed_on = models.DateField(help_text=_("In the organisation's zone, frozen."))
    time_zone = models.CharField(max_length=64)
    hours = models.DecimalField(max_digits=5, decimal_places=2)

    objects = FrozenManager()

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.completed_on}"

    @property
    def valid_certificate(self) -> Certificate | None:
        """Return the certificate that is neither revoked nor erased; it may have expired."""
        return self.certificates.valid().first()

    @property
    def hours_shown(self) -> Decimal:
        return without_zeros(self.hours)


class CertificateQuerySet(FrozenQuerySet["Certificate"]):
    def valid(self) -> Self:
        """Keep those that are neither revoked nor erased; some of them may have expired."""
        return self.filter(revoked_at=None, erased_at=None)


class Certificate(FrozenModel):
    """The proof of a completion; what it says never changes.

    `code` opens the public page; it is looked up by `code_digest`, so that the time a look-up
    takes says nothing about how much of a guess was right. One that said something wrong is
    revoked and names the one that replaced it. One that is no longer held has lost its name, its
    reason and its document; the code and the dates stay, so that it can still be answered for.
    """

    changeable: ClassVar[frozenset[str]] = frozenset(
        {
            "revoked_at",
            "revoked_by",
            "revoked_reason",
            "replaced_by",
            "name",
            "erased_at",
            "erased_by",
        }
    )

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=40, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    course_title = models.CharField(_("course"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200)
    issued_at = models.DateTimeField(_("issued"))
    expires_on = models.DateField(
        _("valid until"), null=True, help_text=_("The last day on which it is valid.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoked_reason = models.TextField(_("reason"), blank=True)
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    erased_at = models.DateTimeField(_("no longer held since"), null=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("erased by"),
    )

    objects = models.Manager.from_queryset(CertificateQuerySet)()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        permissions = [("revoke_certificate", _("Can revoke and replace certificates"))]
        constraints = [
            models.UniqueConstraint(
                fields=["completion"],
                condition=Q(revoked_at=None),
                name="one_valid_certificate_a_completion",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="certificate_says_who_revoked_it_exactly_when_revoked",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(revoked_at__isnull=False),
                name="a_replaced_certificate_is_not_valid",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, erased_by=None)
                | Q(erased_at__isnull=False, erased_by__isnull=False, name="", revoked_reason=""),
                name="an_erased_certificate_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or '–'}: {self.course_title}"

    def status_on(self, day: date) -> CertificateStatus:
        """Return whether the certificate is valid on a day of the organisation's calendar."""
        return certificate_status(
            day,
            is_erased=self.erased_at is not None,
            is_revoked=self.revoked_at is not None,
            is_replaced=self.replaced_by_id is not None,
            expires_on=self.expires_on,
        )


class CertificateFile(FrozenModel):
    """A certificate as a document, kept as it was first made: later ones might look different.

    It is emptied when the certificate is no longer held.
    """

    changeable: ClassVar[frozenset[str]] = frozenset({"body", "trouble"})

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="file")
    body = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    trouble = models.TextField(blank=True)

    objects = FrozenManager()

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.digest[:12]}"
