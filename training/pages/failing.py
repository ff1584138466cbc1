"""What can still be given back when a request fails: what was posted, and whether to try again."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token

READ_ONLY_TRANSACTION = "25006"  # PostgreSQL's own code; psycopg calls it an internal error
_CSRF_FIELD = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Posted:
    """A form that failed: its fields to send again, and the sentences among them."""

    path: str
    fields: list[tuple[str, str]]
    texts: list[str]
    csrf_token: str
    is_complete: bool
    """False when a password was among the fields: it is never given back."""


def is_database_trouble(error: BaseException | None) -> bool:
    """Say whether the database could not be reached, or could not be written to."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == READ_ONLY_TRANSACTION
    return isinstance(error, OperationalError | InterfaceError)


def posted_by(request: HttpRequest) -> Posted | None:
    """Return what was posted; None when nothing was, or when it cannot be read."""
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
    except (OSError, BadRequest, SuspiciousOperation, MultiPartParserError):
        return None
    sent = [(name, value) for name, value in sent if name != _CSRF_FIELD]
    fields = [(name, value) for name, value in sent if "password" not in name]
    if not sent:
        return None
    return Posted(
        path=request.get_full_path(),
        fields=fields,
        # What a person wrote has spaces in it; keys and tokens have none.
        texts=[value for _, value in fields if " " in value.strip()],
        csrf_token=_csrf_token(request),
        is_complete=fields == sent,
    )


def _csrf_token(request: HttpRequest) -> str:
    """Return a token that goes with the browser's cookie, which may not have been read yet."""
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    if cookie and "CSRF_COOKIE" not in request.META:
        return cookie
    return get_token(request)
