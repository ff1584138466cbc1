"""What is taught: drafts (content), their evidence, and the releases that learners read."""

from courses.models.content import (
    BLOCK_MODELS,
    Block,
    Callout,
    Check,
    Comparison,
    Course,
    Further,
    FurtherReading,
    Lesson,
    Prose,
    Reflection,
    Scenario,
    Step,
    TermCard,
    TermCards,
)
from courses.models.evidence import ItemSource, Source, Term
from courses.models.releases import Release, ReleaseDocument, ReleaseStep

__all__ = [
    "BLOCK_MODELS",
    "Block",
    "Callout",
    "Check",
    "Comparison",
    "Course",
    "Further",
    "FurtherReading",
    "ItemSource",
    "Lesson",
    "Prose",
    "Reflection",
    "Release",
    "ReleaseDocument",
    "ReleaseStep",
    "Scenario",
    "Source",
    "Step",
    "Term",
    "TermCard",
    "TermCards",
]
