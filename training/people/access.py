"""Who may come in: every page of a signed-in person goes through `signed_in`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from training.people import keeping
from training.people.forms import SignInForm
from training.people.models import User

View = Callable[..., HttpResponseBase]
LEADS_PEOPLE_SECONDS = 60


def current_person(request: HttpRequest) -> User:
    """Return who is signed in; for views behind `signed_in`."""
    return cast(User, request.user)


def leads_people(person: AbstractBaseUser | AnonymousUser) -> bool:
    """Say whether a person may see how far others are, as it was within the last minute.

    For the link to the page only: the page itself asks what the person may see.
    """
    if not isinstance(person, User):
        return False
    return bool(
        cache.get_or_set(
            f"leads-people:{person.pk}", lambda: _leads_people(person), LEADS_PEOPLE_SECONDS
        )
    )


def _leads_people(person: User) -> bool:
    permission = {"codename": "see_whole_organisation", "content_type__app_label": "people"}
    given = Permission.objects.filter(**permission)
    return person.is_superuser or (
        User.objects.filter(pk=person.pk)
        .filter(
            Q(managed_departments__isnull=False)
            | Q(user_permissions__in=given)
            | Q(groups__permissions__in=given)
        )
        .exists()
    )


def signed_in(view: View) -> View:
    """Let only a signed-in person through, and no form that another person was given."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        owner = keeping.owner_of(request) if request.method == "POST" else None
        if owner not in (None, keeping.ANYBODY, request.user.pk):
            return refuse_form_of_another(request)
        return view(request, *args, **kwargs)

    return guarded


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in page; what they posted goes with them and comes back."""
    form = keeping.posted_form(request) if request.method == "POST" else None
    if form is None:
        return redirect_to_login(
            request.path if request.method == "POST" else request.get_full_path()
        )
    try:
        return sign_in_page(request, carried=keeping.carry(form))
    except keeping.TooLongToCarry:
        return sign_in_page(request, carried="", is_too_long=True)


def sign_in_page(request: HttpRequest, *, carried: str, is_too_long: bool = False) -> HttpResponse:
    """Return the sign-in page with a form that waits for its owner, or cannot wait."""
    context = {
        "form": SignInForm(request=request),
        "carried": carried,
        "is_too_long": is_too_long,
    }
    return render(request, "account/login.html", context, status=403)


def refuse_form_of_another(request: HttpRequest) -> HttpResponse:
    """Say plainly that this page was opened by somebody else; nothing of it is saved."""
    return render(request, "people/form_of_another.html", status=409)
