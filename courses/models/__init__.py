"""What is taught: drafts (content), their evidence, and the releases that learners read."""

from courses.models.content import (
    BLOCK_MODELS,
    BeforeEntry,
    Block,
    Callout,
    Check,
    Comparison,
    Course,
    Figure,
    Further,
    FurtherReading,
    Lesson,
    LocalNote,
    Noted,
    Prose,
    Quotation,
    Reflection,
    Scenario,
    Sorting,
    Step,
    TermCard,
    TermCards,
    Video,
)
from courses.models.evidence import ItemSource, Source, Term
from courses.models.media import Media
from courses.models.releases import Release, ReleaseDocument, ReleaseStep
from courses.models.reports import ReaderReport
from courses.models.reviews import Review, ReviewComment
from courses.models.updates import ShippedUpdate
from courses.models.waivers import Waiver

__all__ = [
    "BLOCK_MODELS",
    "BeforeEntry",
    "Block",
    "Callout",
    "Check",
    "Comparison",
    "Course",
    "Figure",
    "Further",
    "FurtherReading",
    "ItemSource",
    "Lesson",
    "LocalNote",
    "Media",
    "Noted",
    "Prose",
    "Quotation",
    "ReaderReport",
    "Reflection",
    "Release",
    "ReleaseDocument",
    "ReleaseStep",
    "Review",
    "ReviewComment",
    "Scenario",
    "ShippedUpdate",
    "Sorting",
    "Source",
    "Step",
    "Term",
    "TermCard",
    "TermCards",
    "Video",
    "Waiver",
]
