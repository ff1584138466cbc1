"""Template tags for showing an item after it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from quizzes.types.base import ExplainedChoice, ItemBody, Response

register = template.Library()


@register.simple_tag
def explained(
    body: ItemBody, order: Sequence[str], response: Response | None, show_key: bool = False
) -> list[ExplainedChoice]:
    """Return the choices as they may be shown after answering; see ItemBody.explained."""
    return body.explained(order, response, show_key=bool(show_key))
