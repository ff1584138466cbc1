"""The editor in the admin: its scripts, under the site's strict Content-Security-Policy."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.forms import Media as PlainMedia
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from js_asset import JSON, Media  # type: ignore[import-untyped]

from courses.models import Source, Term


def editor_words() -> dict[str, str]:
    """Return what the script of the editor says, in the language of the request."""
    return {
        "up": _("Move up"),
        "down": _("Move down"),
        "top": _("It is the first already."),
        "bottom": _("It is the last already."),
        "moved": _("Moved to place %(place)s of %(count)s."),
        "show": _("Show or hide"),
        "insertHere": _("Add a block before this one"),
        "insertLast": _("Add a block at the end"),
        "kinds": _("Kinds of blocks"),
        "collapse": _("Show only the names of all blocks"),
        "added": _("Added. Fill it in below."),
        "addRow": _("Add another"),
        "rowAdded": _("An empty row was added."),
        "text": _("Text"),
        "bin": _("Bin %(number)s: %(name)s"),
        "cite": _("Cite a source"),
        "mark": _("Mark a term"),
        "find": _("Find by any word"),
        "close": _("Close without picking one"),
        "found": _("%(count)s found"),
        "picked": _("Put in: %(mark)s"),
    }


def editor_marks() -> dict[str, list[tuple[str, str]]]:
    """Return what texts may name: the key of each source and term, and how it reads."""
    sources = Source.objects.order_by("authors", "title")
    return {
        "cite": [(row.key, _described(row)) for row in sources],
        "mark": [(row.key, row.name) for row in Term.objects.order_by("name")],
    }


def _described(source: Source) -> str:
    parts = (source.authors, str(source.year or ""), source.title)
    return " · ".join(part for part in parts if part)


class RichTextAdmin(admin.ModelAdmin):
    """A page with the editor: its import map is inline, so the page's scripts carry a nonce."""

    @method_decorator(csp_update({"script-src": [SELF, NONCE]}))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        response: Any = super().render_change_form(request, context, *args, **kwargs)
        own = PlainMedia(
            css={"all": ["courses/editor.css"]},
            js=[
                JSON(editor_words(), id="editor-words"),
                JSON(editor_marks(), id="editor-marks"),
                "courses/editor.js",
                "courses/picker.js",
            ],
        )
        media = own + response.context_data["media"]
        nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
        response.context_data["media"] = Media.from_media(media, nonce=nonce)
        return response
