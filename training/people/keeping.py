"""Nothing that a person typed is lost when their session ends or their form grows stale.

Every learner form carries an owner token: whose form it is and for which address, signed. When a
form arrives without a session, what was posted travels through the sign-in page (signed, bound to
person and address) and stands in the form again afterwards. When the same person's form fails the
CSRF check, because they signed in again in another tab, it is kept in the same way. A form of
another person is never kept. A form that somebody opened without signing in is ANYBODY's: whoever
sends it and then signs in finds it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

OWNER_FIELD = "owner"
ANYBODY = 0
"""Stands for the owner of a form that was opened without signing in; no person has this key."""
CARRIED_FIELD = "carried"
FILES_FIELD = "_files"
LONGEST_CARRIED = 1_000_000
"""Characters; well below what a browser may post here (DATA_UPLOAD_MAX_MEMORY_SIZE)."""
_OWNER_SALT = "groundwork.owner"
_CARRIED_SALT = "groundwork.carried"
_NOT_KEPT = {"csrfmiddlewaretoken", OWNER_FIELD, CARRIED_FIELD}
_LONGEST_CARRIED_SECONDS = 24 * 60 * 60


class TooLongToCarry(Exception):
    """A form is longer than what can be kept while its owner signs in."""


@dataclass(frozen=True)
class KeptForm:
    """What a person posted to `path` and what could not be taken at once."""

    person: int
    path: str
    fields: dict[str, list[str]]

    def is_for(self, person: int) -> bool:
        """Say whether the form may be given to this person."""
        return self.person in (ANYBODY, person)

    def posted(self) -> QueryDict:
        """Return the fields as if they had just been posted."""
        posted = QueryDict(mutable=True)
        for name, values in self.fields.items():
            posted.setlist(name, values)
        return posted


def owner_token(*, person: int, path: str) -> str:
    """Return the token for a form of `person` that posts to `path`."""
    return signing.dumps({"person": person, "path": path}, salt=_OWNER_SALT)


def owner_of(request: HttpRequest) -> int | None:
    """Return the key of the person whose form was posted; None when it carries no good token."""
    try:
        token = signing.loads(request.POST.get(OWNER_FIELD, ""), salt=_OWNER_SALT)
    except signing.BadSignature:
        return None
    return token["person"] if token["path"] == request.path else None


def posted_form(request: HttpRequest) -> KeptForm | None:
    """Return what was posted, bound to its owner; None when the owner is not known."""
    owner = owner_of(request)
    if owner is None:
        return None
    fields = {name: values for name, values in request.POST.lists() if name not in _NOT_KEPT}
    if files := [str(file) for named in request.FILES.lists() for file in named[1]]:
        fields[FILES_FIELD] = files
    return KeptForm(owner, request.path, fields)


def carry(form: KeptForm) -> str:
    """Return a form as a signed text that can travel through the sign-in page.

    Raises TooLongToCarry.
    """
    content = {"person": form.person, "path": form.path, "fields": form.fields}
    text = signing.dumps(content, salt=_CARRIED_SALT, compress=True)
    if len(text) > LONGEST_CARRIED:
        raise TooLongToCarry(len(text))
    return text


def carried_form(text: str) -> KeptForm | None:
    """Return the form in a carried text; None when it was tampered with or is a day old."""
    try:
        content = signing.loads(text, salt=_CARRIED_SALT, max_age=_LONGEST_CARRIED_SECONDS)
    except signing.BadSignature:
        return None
    return KeptForm(**content)


def keep(request: HttpRequest, form: KeptForm) -> None:
    """Keep a form in the session of its owner until its page is opened again."""
    request.session[f"kept:{form.path}"] = form.fields


def take_kept(request: HttpRequest, path: str) -> QueryDict | None:
    """Return what was kept for `path`, once; None when there is nothing."""
    fields: dict[str, Any] | None = request.session.pop(f"kept:{path}", None)
    if fields is None:
        return None
    return KeptForm(0, path, fields).posted()
