"""What is decided once while a draft is edited."""

from __future__ import annotations

from django.utils.crypto import get_random_string

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_key(kind: str) -> str:
    """Return a key that nothing had before, such as "callout-k3x9q2mv".

    Keys are never used again: what a learner wrote in a reflection goes by its key, so a number
    that became free may not come back.
    """
    return f"{kind}-{get_random_string(8, _LETTERS)}"
