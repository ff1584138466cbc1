"""Claims of fact and where they come from. No Django here.

A claim is a sentence with a figure, a year, a section of a law, a study or a named body. Its
citation stands in it, or in the sentence after it in the same paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from courses.checks.findings import Finding
from courses.checks.material import Material
from courses.checks.passages import Passage, plain_words
from courses.markers import mentions_in

_WEIGHT = 60
_FEWEST_WORDS = 4
# Telephone numbers, the time this was written, and hours are no figures.
_NO_FIGURE = re.compile(
    r"\b9-1-1\b|\b(?:1-)?\d{3}-\d{3}-\d{4}\b|\b24/7\b|\b[Aa]s of (?:\w+ )?\d{4}\b"
    r"|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\b(?:lesson|step|question|release|part) \d+\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:per ?cent|million|billion|thousands?|hundreds?|half of|twice as|two[- ]thirds"
    r"|a (?:third|quarter) of|(?:one|two|three|four|five|six|seven|eight|nine) (?:in|out of)"
    r" (?:two|three|four|five|six|seven|eight|nine|ten|twenty|every))\b",
    re.IGNORECASE,
)
_STUDY = re.compile(
    r"\b(?:(?:an?|one|two|three|some|several|many|most|other|another|recent|the)(?: \w+)?"
    r" stud(?:y|ies)"
    r"|stud(?:y|ies) (?:of|found|finds?|shows?|suggests?|in|by)|surveys?|reviews? (?:of|found|drew)"
    r"|researchers?|research (?:shows?|finds?|found|has)|reports? (?:found|shows?|says?)"
    r"|evidence (?:shows?|suggests?)|cohorts?|interviews with|according to)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:Parliament|House of Commons|Senate|Supreme Court|Court of Appeal|Statistics Canada"
    r"|Public Safety Canada|Justice Canada|United Nations|RCMP|UNODC|ILO|IOM|WHO|Amnesty"
    r"|World Health Organi[sz]ation|Criminal Code|Palermo Protocol|UNDRIP|WorkSafeBC)\b"
    r"|\b(?:[A-Z][\w'’]+ ){1,5}(?:Act|Code|Court|Commission|Committee|Inquiry|Association|Network"
    r"|Society|Agency|Organi[sz]ation|Institute|Rapporteur|Protocol|Convention)\b"
)
_SECTION = re.compile(r"\b(?:sub)?sections?\s+\d|\bss?\.\s?\d|\bart(?:icle|\.)\s?\d", re.IGNORECASE)


def claims_without_source(material: Material, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Yield the sentences that claim a fact and cite nothing."""
    for passage in passages:
        if passage.is_story or passage.is_quoted or passage.heading:
            continue
        for sentence in uncited_claims(passage):
            words = plain_words(sentence)
            yield Finding(
                check="claim-without-source",
                severity="warning",
                weight=_WEIGHT,
                step=passage.step,
                block=passage.block,
                text=words,
                message=(
                    f"“{_short(words)}” names {reason_of(words)} and cites nothing. Cite a source"
                    " after it with [@source-key], say it without, or say why it needs none."
                ),
            )
    yield from _items_without_source(material)


def uncited_claims(passage: Passage) -> list[str]:
    """Return the sentences of a passage that claim something, without a citation in reach."""
    sentences = passage.sentences()
    cited = [any(mention.kind == "source" for mention in mentions_in(one)) for one in sentences]
    return [
        sentence
        for at, sentence in enumerate(sentences)
        if not any(cited[at : at + 2]) and reason_of(plain_words(sentence))
    ]


def reason_of(sentence: str) -> str:
    """Return what makes a sentence a claim, in words; nothing when it is none."""
    if sentence.endswith("?") or len(sentence.split()) < _FEWEST_WORDS:
        return ""
    counted = _NO_FIGURE.sub("", sentence)
    reasons = (
        (_SECTION, counted, "a section of a law"),
        (_STUDY, sentence, "a study or report"),
        (_FIGURE, counted, "a figure or a year"),
        (_BODY, sentence, "a law or a body"),
    )
    return next((words for pattern, text, words in reasons if pattern.search(text)), "")


def _items_without_source(material: Material) -> Iterator[Finding]:
    for step, question in material.graded():
        if not question.sources:
            yield Finding(
                check="claim-without-source",
                severity="warning",
                weight=_WEIGHT,
                step=step,
                block=question.key,
                message="The item names no source. Add the one that its answer rests on.",
            )


def _short(words: str) -> str:
    return words if len(words) <= 120 else f"{words[:119].rstrip()}…"
