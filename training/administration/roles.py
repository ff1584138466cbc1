"""The ready-made groups: what trainers and administrators may do in the admin."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

TRAINERS = "Trainers"
ADMINISTRATORS = "Administrators"
EARLY_PUBLISHERS = "Publish before review"
"""For a trainer who may also publish what no peer has approved, with a reason in public."""

_BLOCKS = (
    "prose",
    "callout",
    "figure",
    "video",
    "termcards",
    "comparison",
    "quotation",
    "scenario",
    "sorting",
    "noted",
    "check",
    "reflection",
    "further",
    "localnote",
)
_EDITED = tuple(
    f"courses.{action}_{model}"
    for model in ("lesson", "step", "beforeentry", *_BLOCKS, "source", "term")
    for action in ("view", "add", "change")
)
_BANK = tuple(
    f"quizzes.{action}_{model}"
    for model in ("item", "quiz", "topic")
    for action in ("view", "add", "change")
)
_TAKEN_OUT = tuple(
    f"courses.delete_{model}" for model in ("step", "beforeentry", *_BLOCKS, "source", "term")
)

ROLES: dict[str, tuple[str, ...]] = {
    TRAINERS: (
        "courses.add_course",
        "courses.view_course",
        "courses.change_course",
        "courses.publish_course",
        "courses.import_course",
        "courses.view_release",
        "courses.redact_release",
        *_EDITED,
        *_TAKEN_OUT,
        "courses.view_itemsource",
        *_BANK,
    ),
    EARLY_PUBLISHERS: ("courses.publish_without_review",),
    ADMINISTRATORS: (
        "people.add_user",
        "people.change_user",
        "people.view_user",
        "people.add_department",
        "people.change_department",
        "people.delete_department",
        "people.view_department",
        "people.add_jobrole",
        "people.change_jobrole",
        "people.delete_jobrole",
        "people.view_jobrole",
        "people.change_organisation",
        "people.view_organisation",
        "records.add_assignment",
        "records.change_assignment",
        "records.view_assignment",
        "records.view_certificate",
        "records.revoke_certificate",
        "notices.view_notice",
        "notices.send_notice",
        "pages.add_supportline",
        "pages.change_supportline",
        "pages.delete_supportline",
        "pages.view_supportline",
        "pages.add_action",
        "pages.change_action",
        "pages.delete_action",
        "pages.view_action",
    ),
}


def permissions_named(names: tuple[str, ...]) -> list[Permission]:
    """Return the permissions behind names such as "courses.view_course"; raises LookupError."""
    wanted = Q(pk__in=())
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted).select_related("content_type"))
    missing = set(names) - {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing:
        raise LookupError(f"There is no permission {', '.join(sorted(missing))}.")
    return found


@transaction.atomic
def ensure_roles() -> list[Group]:
    """Give the ready-made groups all that they are to have; return those that were made.

    What an administrator added to a group stays. Whoever is to have less gets another group.
    """
    made = []
    for name, permissions in ROLES.items():
        group, was_made = Group.objects.get_or_create(name=name)
        group.permissions.add(*permissions_named(permissions))
        if was_made:
            made.append(group)
    return made
