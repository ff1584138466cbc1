"""The admin site: Django's own, with the site's name and sign-in."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class GroundworkAdminSite(AdminSite):
    site_header = _("Groundwork")
    site_title = _("Groundwork")
    index_title = _("What would you like to work on?")

    # Sign-in, with its limits, is the site's own.
    login = secure_admin_login(AdminSite.login)
