"""What every page shows of the organisation and of who is signed in."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from training.people.access import leads_people
from training.people.organisation import current_organisation


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Return `organisation` and `leads_people`, which asks the database only when it is used."""
    person = getattr(request, "user", AnonymousUser())
    return {
        "organisation": current_organisation(),
        "leads_people": SimpleLazyObject(lambda: leads_people(person)),
    }
