"""What the checks find, what of it was allowed, and what comes first. No Django here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from courses.richtext import plain_form

Severity = Literal["error", "warning"]
CheckName = Literal[
    "claim-without-source",
    "dead-link",
    "missing-alternative",
    "heading-order",
    "lesson-too-long",
    "lesson-without-check",
    "too-few-items",
    "noted-without-plain-way",
    "item-without-feedback",
    "answer-by-length",
    "check-reveals-item",
    "words-to-avoid",
    "content-note-missing",
    "hard-to-read",
]


@dataclass(frozen=True)
class Finding:
    """Something to mend. No step: it is about the course; no block: about the whole step.

    `block` is the key of a block of a lesson, or of an item of a quiz. `text` are the words it is
    about, if it is about words. Of two findings the one of more `weight` is shown first (0 to 100).
    """

    check: CheckName
    severity: Severity
    weight: int
    step: str
    block: str
    message: str
    text: str = ""
    may_waive: bool = True

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def must(check: CheckName, weight: int, step: str, block: str, message: str) -> Finding:
    """Return an error that no reason makes right."""
    return Finding(check, "error", weight, step, block, message, may_waive=False)


@dataclass(frozen=True)
class Allowed:
    """Why a finding may stay: recorded by a person, or in the waivers.yaml of a package.

    It covers what a check finds at one place; with `text`, only findings whose words hold these.
    """

    check: CheckName
    step: str
    block: str
    reason: str
    text: str = ""

    def covers(self, finding: Finding) -> bool:
        """Say whether this is the place, the check and the words of a finding."""
        here = (self.check, self.step, self.block) == (finding.check, finding.step, finding.block)
        return here and finding.may_waive and _folded(self.text) in _folded(finding.text)


@dataclass(frozen=True)
class Report:
    """The findings of a course, weightiest first.

    `unused` are reasons that nothing asks for any more: what they were about was mended.
    """

    findings: Sequence[Finding]
    waived: Sequence[tuple[Finding, Allowed]]
    unused: Sequence[Allowed]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    def of_step(self, step: str) -> Report:
        """Return what of this is about one step."""
        return Report(
            [finding for finding in self.findings if finding.step == step],
            [pair for pair in self.waived if pair[0].step == step],
            [allowed for allowed in self.unused if allowed.step == step],
        )


def report_of(
    found: Iterable[Finding], allowed: Sequence[Allowed], *, order: Sequence[str]
) -> Report:
    """Return findings as a report; `order` are the keys of the steps in their order.

    Equal findings at one place are said once.
    """
    places = {key: position for position, key in enumerate(order)}
    ordered = sorted(
        dict.fromkeys(found),
        key=lambda one: (not one.is_error, -one.weight, places.get(one.step, -1)),
    )
    covering = {
        finding: reason
        for finding in ordered
        if (reason := next((each for each in allowed if each.covers(finding)), None))
    }
    used = [each for each in allowed if any(each.covers(finding) for finding in ordered)]
    return Report(
        [finding for finding in ordered if finding not in covering],
        list(covering.items()),
        [each for each in allowed if each not in used],
    )


def _folded(text: str) -> str:
    return plain_form(text).casefold()
