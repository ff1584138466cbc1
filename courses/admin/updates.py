"""An update of a shipped course that was edited here: both shown, each part taken or declined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from courses.admin.comparison import ShownPart, ShownStep, shown_changes
from courses.admin.pages import Admin, page_context
from courses.drafts import CannotFreezeDraft
from courses.exporting import CannotExport
from courses.merging import COURSE, Offer
from courses.models import Course, ShippedUpdate
from courses.packages import PackageErrors
from courses.publishing import DraftHasChanged
from courses.updating import (
    ChoiceMissing,
    UpdateHasChanged,
    UpdatePreview,
    preview_update,
    take_update,
)

TAKE, KEEP = "take", "keep"


@dataclass(frozen=True)
class ShownOffer:
    """A part of an update with what it changes word by word, and what is chosen so far."""

    offer: Offer
    parts: list[ShownPart]
    choice: str
    is_missing: bool


def course_update(model_admin: Admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a shipped update changes, and take what is decided about it."""
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_change_permission(request, course):
        raise PermissionDenied
    update = course.updates.waiting().select_related("course__loaded_release").first()
    if update is None:
        messages.info(request, gettext("No update of this course waits to be decided about."))
        return redirect("admin:courses_course_home", course.pk)
    context = page_context(model_admin, request, course) | {
        "title": gettext("Update of a shipped course"),
        "update": update,
    }
    try:
        if request.method == "POST":
            return _decided(model_admin, request, update, context)
        return _page(request, update, context)
    except (CannotFreezeDraft, PackageErrors) as error:
        problems = [str(each) for each in error.problems]
        return render(request, "admin/courses/course/update.html", context | {"problems": problems})
    except CannotExport as error:
        return render(
            request, "admin/courses/course/update.html", context | {"problems": [str(error)]}
        )


def _page(
    request: HttpRequest,
    update: ShippedUpdate,
    context: dict[str, Any],
    *,
    missing: tuple[str, ...] = (),
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of an update; what was chosen before stays chosen."""
    preview = preview_update(update, at=timezone.now())
    context |= {
        "preview": preview,
        "offers": _shown(preview, request.POST, missing),
        "error": error,
    }
    return render(request, "admin/courses/course/update.html", context, status=status)


def _shown(preview: UpdatePreview, posted: Any, missing: tuple[str, ...]) -> list[ShownOffer]:
    changes = shown_changes(preview.changes)
    about: dict[str, list[ShownPart]] = {
        COURSE if part.change.kind == "course" else f"{part.change.kind}:{part.change.key}": [part]
        for part in changes.about
    }
    steps: dict[str, ShownStep] = {step.change.key: step for step in changes.steps}
    shown = []
    for offer in preview.offers:
        kind, _colon, key = offer.key.partition(":")
        step = steps.get(key) if kind in {"lesson", "quiz"} else None
        parts = step.parts if step else about.get(offer.key, [])
        default = "" if offer.is_changed_here else TAKE
        choice = posted.get(f"part-{offer.key}", default)
        shown.append(ShownOffer(offer, parts, choice, offer.key in missing))
    return shown


def _decided(
    model_admin: Admin, request: HttpRequest, update: ShippedUpdate, context: dict[str, Any]
) -> HttpResponse:
    course = update.course
    person: Any = request.user
    choices = {
        name.removeprefix("part-"): value == TAKE
        for name, value in request.POST.items()
        if name.startswith("part-") and value in (TAKE, KEEP)
    }
    try:
        if request.POST.get("update") != update.digest:
            raise UpdateHasChanged(update.pk)
        taken = take_update(
            update,
            choices,
            draft_looked_at=request.POST.get("draft_seen", ""),
            by=person,
            at=timezone.now(),
        )
    except ChoiceMissing as error:
        missing = tuple(offer.key for offer in error.offers)
        said = gettext("Decide about the parts that are marked. Nothing was done yet.")
        return _page(request, update, context, missing=missing, error=said, status=422)
    except (UpdateHasChanged, DraftHasChanged):
        said = gettext(
            "Something changed since you opened this page: the draft, or the update. Nothing was"
            " done. What you chose is still chosen; look at it again."
        )
        return _page(request, update, context, error=said, status=409)
    except PackageErrors as error:
        said = gettext(
            "What you took does not go together with what is here, so nothing was done. Mend what"
            " is named below, or keep ours there."
        )
        context["in_the_way"] = error.problems
        return _page(request, update, context, error=said, status=422)
    said = ngettext(
        "Took %(count)s part of the update into the draft. Nobody learns from it before it is"
        " published.",
        "Took %(count)s parts of the update into the draft. Nobody learns from it before it is"
        " published.",
        len(taken),
    )
    said = (
        said % {"count": len(taken)} if taken else gettext("Declined the update: the draft stays.")
    )
    model_admin.log_change(request, course, said)
    messages.success(request, said)
    return redirect("admin:courses_course_home", course.pk)
