"""The admin site: Django's own, with the site's name, sign-in, and nothing lost at sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from training.people import keeping
from training.people.access import ask_to_sign_in, refuse_form_of_another

View = Callable[..., HttpResponse]


class GroundworkAdminSite(AdminSite):
    site_header = _("Groundwork")
    site_title = _("Groundwork")
    index_title = _("What would you like to work on?")

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in on the site's own page, with its limits."""
        return super().login(request, extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return a view of the admin that keeps what was written when a session ends."""
        return _keeping(super().admin_view(view, cacheable))


def _keeping(view: View) -> View:
    """Let a form that carries its owner survive a sign-in, as it does on learners' pages.

    What was kept for a page reaches it, once, as `request.kept_form`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        owner = keeping.owner_of(request) if request.method == "POST" else None
        if owner is not None and not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if owner is not None and owner != request.user.pk:
            return refuse_form_of_another(request)
        if request.method == "GET" and request.user.is_authenticated:
            kept = keeping.take_kept(request, request.path)
            request.kept_form = kept  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded
