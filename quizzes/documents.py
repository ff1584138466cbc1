"""Frozen items and quizzes as documents: typed, content-addressed, no Django.

A document's digest is the SHA-256 of its stored bytes. The bytes are sorted JSON in Unicode NFC
with defaults left out, so that an optional field added later changes no old digest. Stored bytes
are never encoded again.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache
from typing import TypeVar

import msgspec

from quizzes.types import AnyBody

Document = TypeVar("Document")


class DigestMismatch(Exception):
    """Stored bytes are not those that were frozen."""


class ItemDocument(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A question as frozen. `body` is one of quizzes.types."""

    key: str
    topic: str
    body: AnyBody
    is_critical: bool = False


class Part(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Draw `count` items of `topic` (None: of any topic)."""

    count: int
    topic: str | None = None


class QuizDocument(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A quiz as frozen: its rules and the digests of every item that a paper may hold."""

    key: str
    title: str
    pass_percent: int
    parts: list[Part]
    items: list[str]
    fixed: list[str] = []
    attempts: int | None = None


def encode(document: msgspec.Struct) -> bytes:
    """Return the bytes under which a document is stored and hashed."""
    text = msgspec.json.encode(document, order="sorted").decode()
    return unicodedata.normalize("NFC", text).encode()


def digest_of(stored: bytes) -> str:
    """Return the SHA-256 of stored bytes, in hexadecimal."""
    return hashlib.sha256(stored).hexdigest()


def decode(stored: bytes, kind: type[Document], *, digest: str) -> Document:
    """Return the document in stored bytes; raises DigestMismatch when they are not the frozen."""
    if digest_of(stored) != digest:
        raise DigestMismatch(digest)
    return msgspec.json.decode(stored, type=kind)


@lru_cache(maxsize=1024)
def decode_item(stored: bytes, *, digest: str) -> ItemDocument:
    """Return the item in stored bytes, kept in this process; raises DigestMismatch.

    The bytes are part of what it is kept by, so bytes that were tampered with are still noticed.
    """
    return decode(stored, ItemDocument, digest=digest)
