"""Packages in the admin: a course to take away, and one to bring in after a look at it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.admin.comparison import shown_changes
from courses.admin.pages import page_context
from courses.drafts import CannotFreezeDraft
from courses.exporting import CannotExport, draft_package, release_package, unreadable
from courses.importing import ImportPreview, import_package, preview_import
from courses.models import Course
from courses.packages import Package, PackageErrors
from courses.packages.zips import package_in, write_zip
from courses.publishing import DraftHasChanged

MAY_IMPORT = "courses.import_course"
_IN_MEMORY = 5_000_000


class ImportForm(forms.Form):
    """A package, and once it was looked at, which one and onto which draft."""

    package = forms.FileField(
        label=_("Package"),
        help_text=_("A zip that holds the folder of one course. Its name is the course's key."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": _("Choose the zip of a course."),
            "empty": _("This file is empty. Choose the zip of a course."),
        },
    )
    looked_at = forms.CharField(required=False, widget=forms.HiddenInput)
    draft_seen = forms.CharField(required=False, widget=forms.HiddenInput)


def course_package(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what of a course can be taken away, and what is in the way."""
    course = _course(model_admin, request, pk)
    try:
        to_mend: list[Any] = list(unreadable(draft_package(course)))
        in_the_way: list[str] = []
    except CannotFreezeDraft as error:
        to_mend, in_the_way = [], error.problems
    except CannotExport as error:
        to_mend, in_the_way = [], [str(error)]
    context = page_context(model_admin, request, course) | {
        "title": gettext("Take the course away, or bring it in"),
        "in_the_way": in_the_way,
        "to_mend": to_mend,
        "releases": [one for one in course.releases.order_by("-number") if not one.is_redacted],
        "may_import": request.user.has_perm(MAY_IMPORT),
    }
    return render(request, "admin/courses/course/package.html", context)


def export_course(
    model_admin: admin.ModelAdmin, request: HttpRequest, pk: int, number: int | None = None
) -> HttpResponse | FileResponse:
    """Return the draft of a course, or its release with a number, as a zip."""
    course = _course(model_admin, request, pk)
    try:
        if number is None:
            package, name = draft_package(course), f"{course.key}-draft.zip"
        else:
            release = get_object_or_404(course.releases, number=number)
            if release.is_redacted:
                raise Http404
            package, name = release_package(release), f"{course.key}-release-{number}.zip"
    except (CannotFreezeDraft, CannotExport):
        return redirect("admin:courses_course_package", course.pk)
    # The response closes it.
    target = cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    write_zip(package, target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")


def import_course(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show what a package would change, and then bring it into the draft. It publishes nothing."""
    if not request.user.has_perm(MAY_IMPORT):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    context = model_admin.admin_site.each_context(request) | {
        "title": gettext("Import a package"),
        "opts": model_admin.opts,
        "form": form,
    }
    if request.method != "POST":
        return _page(request, context)
    if not form.is_valid():
        return _page(request, context, status=422)
    try:
        with _read(form.cleaned_data["package"]) as (package, digest):
            if "import" in request.POST and form.cleaned_data["looked_at"] == digest:
                return _imported(model_admin, request, package, form.cleaned_data["draft_seen"])
            preview = preview_import(package, at=timezone.now())
    except PackageErrors as error:
        return _page(request, context | {"problems": error.problems}, status=422)
    except DraftHasChanged:
        message = _("Somebody changed the draft since you looked. Show what would change again.")
        form.add_error(None, message)
        return _page(request, context, status=409)
    if "import" in request.POST:
        form.add_error(
            None, _("This is another file than the one you looked at. Below is what it changes.")
        )
    return _page(request, context | _shown(preview, digest))


@contextmanager
def _read(uploaded: UploadedFile[Any]) -> Iterator[tuple[Package, str]]:
    """Give the package in an uploaded file, and the digest of the file."""
    file: IO[bytes] | None = uploaded.file
    digest = hashlib.sha256()
    for piece in uploaded.chunks():
        digest.update(piece)
    with package_in(cast(BinaryIO, file)) as package:
        yield package, digest.hexdigest()


def _imported(
    model_admin: admin.ModelAdmin, request: HttpRequest, package: Package, draft_seen: str
) -> HttpResponse:
    course = import_package(package, at=timezone.now(), draft_seen=draft_seen)
    said = gettext("Imported a package into the draft.")
    model_admin.log_change(request, course, said)
    text = gettext("The draft of “%(course)s” is as the package has it. Nothing is published yet.")
    messages.success(request, text % {"course": course.title})
    return redirect("admin:courses_course_home", course.pk)


def _shown(preview: ImportPreview, digest: str) -> dict[str, Any]:
    """Return what the page shows of a preview, and what the form carries on."""
    return {
        "preview": preview,
        "changes": shown_changes(preview.changes),
        "carried": {"looked_at": digest, "draft_seen": preview.draft_seen},
    }


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "admin/courses/course/import.html", context, status=status)


def _course(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> Course:
    course = get_object_or_404(Course, pk=pk)
    if not model_admin.has_view_permission(request, course):
        raise PermissionDenied
    return course
