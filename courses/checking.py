"""The checks, run on a folder of course files or on a draft."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import Resolver404, resolve

from courses.checks import Allowed, Finding, Material, Question, QuizMaterial, Report, check
from courses.documents import CourseDocument
from courses.drafts import items_asked, read_draft
from courses.models import Course, Waiver
from courses.packages import Package
from courses.packages.material import allowed_in, material_of
from quizzes.freezing import CannotFreeze, item_document
from quizzes.models import Item, Quiz


class ChecksFailed(ValueError):
    """A draft has errors that stop publishing; `findings` are those."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("; ".join(finding.message for finding in findings))


def check_package(package: Package) -> Report:
    """Return what is to be mended in a package; no database is asked."""
    return check(material_of(package, leads_somewhere=leads_somewhere), allowed_in(package))


def check_draft(course: Course) -> Report:
    """Return what is to be mended in a draft, as far as the draft can be read."""
    document, _problems = read_draft(course)
    return check(draft_material(course, document), allowed_for(course))


def allowed_for(course: Course) -> list[Allowed]:
    """Return what may stay in a draft, and why."""
    return [waiver.allowed() for waiver in Waiver.objects.standing().filter(course=course)]


def draft_material(course: Course, document: CourseDocument) -> Material:
    """Return a draft as the checks look at it: its document, and the items of its quizzes."""
    lessons = {step.key: step for step in document.steps}
    return Material(
        key=document.key,
        title=document.title,
        summary=document.summary,
        description=document.description,
        objectives=document.objectives,
        content_note=document.content_note,
        steps=[
            _quiz(row.key, row.quiz) if row.quiz else lessons[row.key]  # type: ignore[misc]
            for row in course.steps.select_related("quiz")
        ],
        sources=document.sources,
        terms=document.terms,
        before=[Question(each.item, each.sources) for each in document.before],
        leads_somewhere=leads_somewhere,
    )


def _quiz(key: str, quiz: Quiz) -> QuizMaterial:
    questions = [_question(item) for item in items_asked(quiz)]
    return QuizMaterial(key, quiz.title, [each for each in questions if each])


def _question(item: Item) -> Question | None:
    """Return an item with its sources; None when it is not written to its end yet."""
    try:
        document = item_document(item)
    except CannotFreeze:
        return None
    return Question(document, [row.source.key for row in item.item_sources.all()])


def leads_somewhere(path: str) -> bool:
    """Say whether this site has a page at a path."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
