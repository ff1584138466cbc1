"""Template tags about whose form it is."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from training.people import keeping

register = template.Library()


@register.simple_tag(takes_context=True)
def owner_field(context: dict[str, Any], path: str) -> SafeString:
    """Return the hidden field that says whose form this is; `path` is where it posts to."""
    person = context["request"].user.pk or keeping.ANYBODY
    token = keeping.owner_token(person=person, path=path)
    return format_html('<input type="hidden" name="{}" value="{}">', keeping.OWNER_FIELD, token)
