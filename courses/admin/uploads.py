"""Pictures, videos and captions that a trainer uploads: looked into, and kept when the form is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from courses.media import ENDINGS, Kind, MediaFacts, MediaProblem, read_media
from courses.media.renditions import widths_of, written_anew
from courses.models import Figure, Lesson, Media, Video


@dataclass(frozen=True)
class Upload:
    """A file as it will be kept; `opened` opens it anew."""

    name: str
    facts: MediaFacts
    opened: Callable[[], BinaryIO]


class MediaField(forms.FileField):
    """A file of one kind; its value is an Upload. A picture is written anew at once."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        self.endings = [ending for ending, (each, _mime) in ENDINGS.items() if each == kind]
        widget = forms.FileInput(attrs={"accept": ",".join(self.endings)})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data)
        return self._read(found) if isinstance(found, UploadedFile) else None

    def _read(self, file: UploadedFile) -> Upload:
        name = package_name(str(file.name))
        if PurePosixPath(name).suffix not in self.endings:
            endings = ", ".join(self.endings)
            raise ValidationError(
                _("Choose a file that ends in %(endings)s.") % {"endings": endings}
            )
        try:
            facts = read_media(file, name)  # type: ignore[arg-type]
        except MediaProblem as problem:
            raise ValidationError(f"{capfirst(str(problem))}.") from problem
        if facts.width is not None:
            file.seek(0)
            stored = written_anew(file.read(), facts.mime)
            return Upload(name, read_media(BytesIO(stored), name), lambda: BytesIO(stored))
        return Upload(name, facts, _opener(file))


def _opener(file: UploadedFile) -> Callable[[], BinaryIO]:
    if isinstance(file, TemporaryUploadedFile):
        path = Path(file.temporary_file_path())
        return lambda: path.open("rb")
    file.seek(0)
    stored = file.read()
    return lambda: BytesIO(stored)


def package_name(name: str) -> str:
    """Return the name of an uploaded file as the media folder of a package would have it."""
    path = PurePosixPath(name)
    return f"{slugify(path.stem.replace('_', '-'))[:70].strip('-') or 'file'}{path.suffix.lower()}"


def free_name(name: str, lesson: Lesson, sha256: str) -> str:
    """Return a name that no other file of the course has."""
    taken = set(_names_in(lesson, sha256))
    path = PurePosixPath(name)
    candidates = (f"{path.stem}-{number}{path.suffix}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in candidates if each not in taken)


def _names_in(lesson: Lesson, sha256: str) -> list[str]:
    """Return the names that files other than that with this digest have in a course."""
    names: list[str] = []
    for model, field in ((Figure, "media"), (Video, "media"), (Video, "captions")):
        rows = model._default_manager.filter(parent__course=lesson.course_id)
        rows = rows.filter(**{f"{field}__isnull": False}).exclude(**{f"{field}__sha256": sha256})
        names += rows.values_list(f"{field}_name", flat=True)
    return names


def current(media: Media, name: str) -> SafeString:
    """Return what a block shows now, for beside the field that replaces it."""
    width = widths_of(media.width)[0] if media.width else None
    context = {"media": media, "name": name, "width": width}
    return SafeString(render_to_string("courses/admin/current_files.html", context))
