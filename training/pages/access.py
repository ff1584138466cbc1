"""Who may see what was kept with a tool."""

from __future__ import annotations

from django.http import Http404

from training.pages.models import SavedWorksheet
from training.people.models import User
from training.records.access import departments_visible_to


def own_worksheet_or_404(person: User, number: int) -> SavedWorksheet:
    """Return a worksheet that the person kept; 404 for anybody else's."""
    saved = SavedWorksheet.objects.filter(person=person, pk=number).first()
    if saved is None:
        raise Http404("no such worksheet of this person")
    return saved


def may_see_plan(person: User) -> bool:
    """Say whether a person may see the plan of action: who leads people, and who keeps it."""
    return (
        person.has_perm("people.see_whole_organisation")
        or person.has_perm("pages.view_action")
        or departments_visible_to(person).exists()
    )
