"""The checks, run on a folder of course files or on a draft."""

from __future__ import annotations

from django.urls import Resolver404, resolve

from courses.checks import Report, check
from courses.packages import Package
from courses.packages.material import allowed_in, material_of


def check_package(package: Package) -> Report:
    """Return what is to be mended in a package; no database is asked."""
    return check(material_of(package, leads_somewhere=leads_somewhere), allowed_in(package))


def leads_somewhere(path: str) -> bool:
    """Say whether this site has a page at a path."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
