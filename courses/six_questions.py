"""The six questions that the courses teach, answered about a course itself.

What can be counted is counted from its release and its records; the rest is what its makers say of
it, shown as theirs. Where nothing is recorded, that is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.documents import About, CourseDocument
from courses.evidence import SourceGroup
from courses.models import Review
from courses.reviews_shown import ShownReviews

WORK_FORMS: dict[str, Any] = {
    "agriculture": _("Farms, fishing and food"),
    "factories": _("Factory work"),
    "construction": _("Construction and trades"),
    "homes": _("Homes: domestic and care work"),
    "sex-industry": _("The sex industry"),
    "organ-removal": _("Organ removal"),
    "forced-marriage": _("Forced marriage"),
    "forced-crime": _("Forced crime and begging"),
    "other": _("Other kinds of work"),
}


@dataclass(frozen=True)
class Answer:
    """One question with what is recorded: sentences, and a list where there is one.

    `said` is what the makers of the course say. With nothing at all, nobody has answered.
    """

    question: str
    sentences: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    said: str = ""

    @property
    def is_open(self) -> bool:
        return not (self.sentences or self.points or self.said)


def six_answers(
    document: CourseDocument, groups: list[SourceGroup], reviews: ShownReviews | None
) -> list[Answer]:
    """Return the six questions with their answers; `reviews` is None until it is published."""
    about = document.about or About()
    return [
        _harms(document, about),
        Answer(
            gettext("Does it use harm to children as a reason to act against adult sex work?"),
            said=about.position,
        ),
        _forms(about),
        Answer(
            gettext("Who wrote it, and what do they know of sex work?"),
            said=about.written_by,
        ),
        _evidence(groups),
        _involved(about, reviews),
    ]


def _harms(document: CourseDocument, about: About) -> Answer:
    count = len(document.terms)
    sentences = []
    if count:
        said = ngettext(
            "Its glossary defines %(count)s term: %(names)s.",
            "Its glossary defines %(count)s terms: %(names)s.",
            count,
        )
        names = ", ".join(sorted((term.name for term in document.terms), key=str.casefold))
        sentences = [said % {"count": count, "names": names}]
    question = gettext("Does it call each harm to young people by its own name?")
    return Answer(question, sentences, said=about.harms)


def _forms(about: About) -> Answer:
    question = gettext("Does it cover trafficking in every kind of work?")
    if not about.forms:
        return Answer(question)
    missing = [str(name) for key, name in WORK_FORMS.items() if key not in about.forms]
    sentences = [gettext("Its makers say that it covers:")]
    points = [str(name) for key, name in WORK_FORMS.items() if key in about.forms]
    if missing:
        said = gettext("Not covered here: %(names)s.")
        points = [*points, said % {"names": ", ".join(missing)}]
    return Answer(question, sentences, points)


def _evidence(groups: list[SourceGroup]) -> Answer:
    question = gettext("What evidence does it rest on?")
    count = sum(len(group.sources) for group in groups)
    if not count:
        return Answer(question, [gettext("It cites no sources.")])
    said = ngettext(
        "It cites %(count)s work. All of it is listed below.",
        "It cites %(count)s works. All of them are listed below.",
        count,
    )
    return Answer(
        question,
        [said % {"count": count}],
        [f"{group.name}: {len(group.sources)}" for group in groups],
    )


def _involved(about: About, reviews: ShownReviews | None) -> Answer:
    question = gettext("How did the people whom it concerns most take part?")
    if reviews is None:
        sentences = [gettext("Who reviewed it stands here once it is published.")]
    elif reviews.peer_count:
        said = ngettext(
            "%(count)s peer decided about it: %(approved)s approved.",
            "%(count)s peers decided about it: %(approved)s approved.",
            reviews.peer_count,
        )
        approved = reviews.peers[Review.Verdict.APPROVE]
        sentences = [said % {"count": reviews.peer_count, "approved": approved}]
    else:
        sentences = [gettext("Nobody with lived experience has reviewed this release yet.")]
    return Answer(question, sentences, said=about.involved)
