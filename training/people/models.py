"""Who: the organisation, its departments, job roles and people."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def normalise_email(email: str) -> str:
    """Return the one spelling under which an address is kept and looked up.

    NFKC and case folding in Python: SQLite's own lower() leaves É as it is.
    """
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the tz database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like America/Vancouver."),
            params={"name": name},
        )


class Organisation(models.Model):
    """The municipality whose site this is; there is one row."""

    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="America/Vancouver",
        validators=[validate_time_zone],
        help_text=_("Dates that people see are worked out in this zone."),
    )
    support_text = models.TextField(
        _("support text"),
        blank=True,
        help_text=_("What your staff can turn to here, shown first on the support page."),
    )
    contact_email = models.EmailField(
        _("contact"),
        blank=True,
        help_text=_("Whom staff write to when something on this site does not work."),
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_organisation")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which the organisation's days begin and end."""
        return ZoneInfo(self.time_zone)


class Logo(models.Model):
    """The organisation's logo. Apart from it, so that reading the name drags no picture along."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="logo")
    png = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class DepartmentQuerySet(models.QuerySet["Department"]):
    def managed_by(self, person: User) -> DepartmentQuerySet:
        """Return the departments that `person` manages, with all that are below them."""
        paths = self.filter(managers=person).values_list("path", flat=True)
        within = models.Q(pk__in=())
        for path in paths:
            within |= models.Q(path__startswith=path)
        return self.filter(within)


class Department(models.Model):
    """A part of the organisation; `path` lists the keys from the top down to it, as /3/17/."""

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name=_("part of"),
    )
    path = models.CharField(max_length=500, editable=False, default="", db_index=True)
    managers: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        "User", blank=True, related_name="managed_departments", verbose_name=_("managers")
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="department_name_is_unique_beside_its_siblings",
                nulls_distinct=False,
            )
        ]
        permissions = [
            ("see_whole_organisation", _("Can see who has completed what in every department")),
        ]

    def __str__(self) -> str:
        return self.name


class JobRole(models.Model):
    """What a person does, such as bylaw officer; courses are assigned by it."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("job role")
        verbose_name_plural = _("job roles")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with `email`; without a password they must set one."""
        if not email:
            raise ValueError("A person needs an email address.")
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who may do everything; used by the createsuperuser command."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def active(self) -> models.QuerySet[User]:
        """Return the people who still work here."""
        return self.filter(is_active=True)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Never deleted: who leaves becomes inactive, and their certificates stay."""

    email = models.EmailField(
        _("email"),
        unique=True,
        error_messages={"unique": _("Somebody is registered with this address already.")},
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("As on the certificate."))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
    )
    job_roles = models.ManyToManyField(
        JobRole, blank=True, related_name="people", verbose_name=_("job roles")
    )
    is_active = models.BooleanField(
        _("can sign in"),
        default=True,
        help_text=_("Take this away when somebody leaves; what they completed stays on record."),
    )
    is_staff = models.BooleanField(
        _("works in the admin"),
        default=False,
        help_text=_("Trainers and administrators need this."),
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    joined_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = normalise_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
