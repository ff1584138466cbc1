"""What the checks find, as trainers are shown it: where it is, and a link to the place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.checks import CheckName, Finding, Report
from courses.models import BLOCK_MODELS, Course, Step, Term
from quizzes.models import Item

AT_ONCE = 5
"""How many warnings are shown before somebody asks for more: so that people keep reading them."""

CHECK_NAMES: dict[CheckName, Any] = {
    "claim-without-source": _("A claim without a source"),
    "dead-link": _("A link that leads nowhere"),
    "missing-alternative": _("Nothing in words"),
    "heading-order": _("Order of headings"),
    "lesson-too-long": _("A long lesson"),
    "lesson-without-check": _("Nothing to try out"),
    "too-few-items": _("Few questions"),
    "noted-without-plain-way": _("No plain way"),
    "item-without-feedback": _("No feedback"),
    "answer-by-length": _("An answer that stands out"),
    "check-reveals-item": _("A check that gives an answer away"),
    "words-to-avoid": _("A word to avoid"),
    "content-note-missing": _("Content note"),
    "hard-to-read": _("Hard to read"),
}


@dataclass(frozen=True)
class ShownFinding:
    """A finding with the name of its check, its place in words, and where it is mended."""

    finding: Finding
    name: str
    place: str
    url: str

    @property
    def token(self) -> str:
        """Return what tells this finding from every other, as the name of a field."""
        one = self.finding
        return token_of([one.check, one.step, one.block, one.text, one.message])


def token_of(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def shown_findings(course: Course, findings: Sequence[Finding]) -> list[ShownFinding]:
    """Return findings as they are shown, in their order."""
    places = Places(course, findings)
    return [
        ShownFinding(one, str(CHECK_NAMES[one.check]), places.name_of(one), places.url_of(one))
        for one in findings
    ]


def few_of(course: Course, report: Report) -> list[ShownFinding]:
    """Return every error, or else the weightiest warnings, few at a time."""
    return shown_findings(course, report.errors or report.warnings[:AT_ONCE])


class Placed(Protocol):
    """What stands at a step and a block, or an item or a term, by their keys."""

    @property
    def step(self) -> str: ...

    @property
    def block(self) -> str: ...


class Places:
    """Where the parts of a course are edited, read once for all findings."""

    def __init__(self, course: Course, findings: Sequence[Placed]) -> None:
        blocks = {one.block for one in findings}
        self.course = course
        self.steps: dict[str, Step] = {
            step.key: step for step in course.steps.select_related("lesson", "quiz")
        }
        self.items = Item.objects.filter(key__in=blocks).in_bulk(field_name="key")
        terms = Term.objects.filter(language=course.language, key__in=blocks)
        self.terms = {term.key: term for term in terms}
        self.anchors = _anchors(course) if blocks - {""} else {}

    def name_of(self, finding: Placed) -> str:
        step = self.steps.get(finding.step)
        return str(step) if step else str(_("The course"))

    def url_of(self, finding: Placed) -> str:
        step = self.steps.get(finding.step)
        if step is not None and step.lesson is not None:
            anchor = self.anchors.get((step.lesson.pk, finding.block), "")
            return reverse("admin:courses_lesson_change", args=[step.lesson.pk]) + anchor
        if item := self.items.get(finding.block):
            return reverse("admin:quizzes_item_change", args=[item.pk])
        if step is not None and step.quiz is not None:
            return reverse("admin:quizzes_quiz_change", args=[step.quiz.pk])
        if term := self.terms.get(finding.block):
            return reverse("admin:courses_term_change", args=[term.pk])
        return reverse("admin:courses_course_change", args=[self.course.pk])


def _anchors(course: Course) -> dict[tuple[int, str], str]:
    """Return where each block stands on the page of its lesson."""
    found: dict[tuple[int, str], str] = {}
    for model in BLOCK_MODELS:
        prefix = f"courses_{model._meta.model_name}_set"
        rows = model.objects.filter(parent__course=course).order_by("parent", "ordering", "pk")
        counts: dict[int, int] = {}
        for lesson, key in rows.values_list("parent", "key"):
            number = counts.setdefault(lesson, 0)
            counts[lesson] += 1
            found[lesson, key] = f"#{prefix}-{number}"
    return found


def given_reasons(
    posted: Mapping[str, Any], asked: Iterable[ShownFinding]
) -> list[tuple[ShownFinding, str]]:
    """Return the findings for which a form gives a reason, with it."""
    found = [(shown, str(posted.get(f"reason-{shown.token}", "")).strip()) for shown in asked]
    return [(shown, reason) for shown, reason in found if reason and shown.finding.may_waive]
