from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    name = "training.administration"
    label = "administration"
    verbose_name = _("Administration")


class SiteAdminConfig(AdminConfig):
    """Django's admin with our name and look: see training.administration.site."""

    default_site = "training.administration.site.GroundworkAdminSite"
