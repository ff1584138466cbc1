"""What a form of a lesson holds, before it is saved: for the preview beside the editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses import documents
from courses.drafts import lesson_draft
from courses.models import Lesson


def posted_lesson(
    request: HttpRequest, lesson: Lesson
) -> tuple[documents.CourseDocument, list[str]]:
    """Return a course of one lesson as a posted form has it, and what of the form cannot be shown.

    The form is saved and taken back in one transaction, so that what is shown is exactly what a
    save would make. Nothing stays; files that were chosen are not read, so that none is kept.
    """
    chosen = [_("A file that you chose is shown once it is saved.")] if request.FILES else []
    request.FILES.clear()
    with transaction.atomic():
        problems = list(_write(request, lesson))
        document, missing = lesson_draft(Lesson.objects.get(pk=lesson.pk))
        transaction.set_rollback(True)
    return document, chosen + problems + missing


def _write(request: HttpRequest, lesson: Lesson) -> Iterator[str]:
    """Write what is good of a posted form; yield, in a sentence each, what is not."""
    model_admin: Any = admin.site.get_model_admin(Lesson)
    form = model_admin.get_form(request, lesson, change=True)(
        request.POST, request.FILES, instance=lesson
    )
    if form.is_valid():
        form.save()
    else:
        lesson.save()
        yield from _problems(form)
    formsets, _inlines = model_admin._create_formsets(request, lesson, change=True)
    for formset in formsets:
        formset.is_valid()
        for row in formset.forms:
            yield from _write_row(formset, row, lesson)


def _write_row(formset: Any, form: Any, lesson: Lesson) -> Iterator[str]:
    if getattr(form, "cleaned_data", {}).get("DELETE"):
        if form.instance.pk:
            form.instance.delete()
    elif form.has_changed():
        if form.is_valid():
            setattr(form.instance, formset.fk.name, lesson)
            form.save()
        else:
            name = capfirst(str(formset.model._meta.verbose_name))
            yield from (f"{name}: {problem}" for problem in _problems(form))


def _problems(form: forms.BaseForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        label = form[name].label if name in form.fields else ""
        for error in errors:
            yield (
                _("%(label)s: %(problem)s") % {"label": label, "problem": error}
                if label
                else str(error)
            )
