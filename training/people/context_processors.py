"""What every page shows of the organisation and of who is signed in."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from training.people.models import Department
from training.people.organisation import current_organisation


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Return `organisation` and `leads_people`, which asks the database only when it is used."""

    def leads_people() -> bool:
        person = getattr(request, "user", None)
        return bool(
            person
            and person.is_authenticated
            and (
                Department.objects.filter(managers=person).exists()
                or person.has_perm("people.see_whole_organisation")
            )
        )

    return {
        "organisation": current_organisation(),
        "leads_people": SimpleLazyObject(leads_people),
    }
