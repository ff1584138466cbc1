"""The bytes of files: under MEDIA_ROOT, each under its digest, written once and whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.db import transaction

from courses.media.reading import MediaFacts
from courses.media.renditions import rendition, widths_of
from courses.models import Media

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User


def stored_path(sha256: str) -> Path:
    """Return where the bytes with a digest lie, or would."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def keep_media(
    facts: MediaFacts, opened: Callable[[], BinaryIO], *, by: User | None, at: datetime
) -> Media:
    """Return the row of a file, made now unless it exists. `by` is None for a package.

    `opened` opens the file anew. Its bytes are written once the transaction is through, so that
    one that is taken back leaves nothing behind; bytes that were lost are written again.
    """
    media, _was_made = Media.objects.get_or_create(
        sha256=facts.sha256,
        defaults={"uploaded_by": by, "uploaded_at": at}
        | {name: getattr(facts, name) for name in ("mime", "size", "width", "height")},
    )
    if not stored_path(facts.sha256).exists():
        transaction.on_commit(lambda: _write(facts, opened))
    return media


def _write(facts: MediaFacts, opened: Callable[[], BinaryIO]) -> None:
    target = stored_path(facts.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
        with opened() as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    Path(copy.name).replace(target)
    for width in widths_of(facts.width) if facts.width else ():
        rendition(target, facts.sha256, width)
