"""The checks of a course: pure rules over its content, each with how to mend what it finds.

Errors stop publishing; warnings ask. No Django here: a folder of files is checked as a draft is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from courses.checks import claims, questions, structure, wording
from courses.checks.findings import Allowed, CheckName, Finding, Report, report_of
from courses.checks.material import Material, Question, QuizMaterial
from courses.checks.passages import passages_of

CHECKS: tuple[str, ...] = get_args(CheckName)

__all__ = [
    "CHECKS",
    "Allowed",
    "CheckName",
    "Finding",
    "Material",
    "Question",
    "QuizMaterial",
    "Report",
    "check",
]


def check(material: Material, allowed: Sequence[Allowed] = ()) -> Report:
    """Return what is to be mended in a course, and what of it was allowed with a reason."""
    order = [step.key for step in material.steps]
    return report_of(_found(material), allowed, order=order)


def _found(material: Material) -> Iterator[Finding]:
    passages = passages_of(material)
    yield from claims.claims_without_source(material, passages)
    yield from structure.dead_links(material)
    yield from structure.missing_alternatives(material)
    yield from structure.headings_out_of_order(passages)
    yield from structure.lessons_too_long(material)
    yield from structure.lessons_without_check(material)
    yield from structure.quizzes_with_few_items(material)
    yield from structure.noted_without_plain_way(material)
    yield from questions.items_without_feedback(material)
    yield from questions.answers_by_length(material)
    yield from questions.checks_that_reveal(material)
    yield from wording.words_to_avoid(passages)
    yield from wording.missing_content_notes(material, passages)
    yield from wording.hard_to_read(material, passages)
