"""Template tags about whom to turn to."""

from django import template
from django.db.models import QuerySet

from training.pages.models import SupportLine

register = template.Library()


@register.simple_tag
def child_protection_lines() -> QuerySet[SupportLine]:
    """Return the lines to call when a child may be at risk, as the organisation lists them."""
    return SupportLine.objects.filter(name__icontains="child protection")
