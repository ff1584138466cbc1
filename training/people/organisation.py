"""The one organisation: read on every page, so kept in the cache for a minute."""

from django.core.cache import cache

from training.people.models import Organisation

CACHE_KEY = "organisation"
CACHE_SECONDS = 60


def current_organisation() -> Organisation:
    """Return the organisation; an unsaved one with a plain name before it has been set up."""
    organisation = cache.get(CACHE_KEY)
    if organisation is None:
        organisation = Organisation.objects.first() or Organisation(pk=1, name="Groundwork")
        cache.set(CACHE_KEY, organisation, CACHE_SECONDS)
    return organisation


def save_organisation(organisation: Organisation) -> Organisation:
    """Save the organisation so that this process shows it at once, others within a minute."""
    organisation.pk = 1
    organisation.save()
    cache.delete(CACHE_KEY)
    return organisation
