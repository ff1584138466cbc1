"""The admin site: Django's own, with the site's name and sign-in."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class GroundworkAdminSite(AdminSite):
    site_header = _("Groundwork")
    site_title = _("Groundwork")
    index_title = _("What would you like to work on?")

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in on the site's own page, with its limits."""
        return super().login(request, extra_context)
