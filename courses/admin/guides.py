"""What each type of block is for, in a sentence or two, with an example: shown in the editor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses import models


@dataclass(frozen=True)
class Guide:
    """What a type of block is for, and how one may read."""

    purpose: Any
    example: Any


GUIDES: dict[type[models.Block], Guide] = {
    models.Prose: Guide(
        _("Running text, with headings, lists, tables and links. Most of a lesson."),
        _("“Three elements make trafficking of an adult: an act, a means and a purpose.”"),
    ),
    models.Callout: Guide(
        _("A short point that stands out: a key idea, practice, a caution or evidence. One each."),
        _("Take care: “Do not ask about someone's status in front of their employer.”"),
    ),
    models.Figure: Guide(
        _(
            "A picture or one of our drawings, where it teaches faster than words. Never people in "
            "distress, chains or handcuffs."
        ),
        _("A ladder of decisions; its text alternative: “Four steps: notice, ask, offer, refer.”"),
    ),
    models.Video: Guide(
        _("A short film of your own, with captions and a transcript. It loads when asked for."),
        _("“A caretaker explains what a room inspection can and cannot show” (3 minutes)."),
    ),
    models.TermCards: Guide(
        _("Words of the glossary with their meaning, before they are needed."),
        _("“Third party”, “Coercion”, “Temporary resident permit”."),
    ),
    models.Comparison: Guide(
        _("Two things side by side that are easily mixed up; short points that answer each other."),
        _("“Human smuggling” beside “Human trafficking”: consent, border, what follows."),
    ),
    models.Quotation: Guide(
        _("Exact words that were verified, attributed as the person wishes to be named."),
        _("“Nothing about us without us.” – a peer-led organisation, with its source."),
    ),
    models.Scenario: Guide(
        _(
            "A situation from work, two or more choices, what follows each, and why one is better. "
            "It may carry an earlier scenario on."
        ),
        _("“You inspect a massage business and someone does not answer for herself.”"),
    ),
    models.Sorting: Guide(
        _("Cards to put into two to four bins, with a reason for each. Not graded, not recorded."),
        _("“Sign of exploitation” or “Only different from what I know”: “She owns two phones.”"),
    ),
    models.Noted: Guide(
        _(
            "A passage that may be hard to read, with its own content note and an equal, plain way "
            "to the same point for whoever skips it."
        ),
        _("Note: “describes violence by an employer”. Plain way: the three signs, as a list."),
    ),
    models.Check: Guide(
        _("One question in the lesson, with feedback, never graded. Take it from the item bank."),
        _("“Must somebody cross a border to be trafficked?” True or false."),
    ),
    models.Reflection: Guide(
        _("A prompt to think. What is written is private; do not ask for facts about others."),
        _("“When did a rule at work last keep you from asking one more question?”"),
    ),
    models.Further: Guide(
        _("Sources to read on with, each with a line that says why."),
        _("Platt and others (2018): “what laws do to health, in 134 studies.”"),
    ),
    models.LocalNote: Guide(
        _("What holds only where you work. Updates of the course never touch it."),
        _("“In our town, ring Community Services at local 5550 first.”"),
    ),
}
