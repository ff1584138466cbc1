"""Sign-in, and what happens to a form that arrives too late."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from training.people import keeping
from training.people.access import ask_to_sign_in, refuse_form_of_another, sign_in_page


class SignInView(LoginView):
    """Sign in; a form that was carried here then waits on its page, if it is this person's."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        carried = self.request.POST.get(keeping.CARRIED_FIELD, "")
        return super().get_context_data(carried=carried, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        waiting = keeping.carried_form(self.request.POST.get(keeping.CARRIED_FIELD, ""))
        if waiting is None or not self.request.user.is_authenticated:
            return response
        if not waiting.is_for(self.request.user.pk):
            messages.info(
                self.request,
                _(
                    "The page that was open here belonged to somebody else."
                    " Nothing of it was saved."
                ),
            )
            return response
        keeping.keep(self.request, waiting)
        return redirect(waiting.path)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is no longer good, mostly after signing in elsewhere."""
    carried = request.POST.get(keeping.CARRIED_FIELD)
    if carried is not None and not request.user.is_authenticated:
        return sign_in_page(request, carried=carried)
    form = keeping.posted_form(request)
    if form is None:
        return render(request, "people/stale_form.html", status=403)
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    if not form.is_for(request.user.pk):
        return refuse_form_of_another(request)
    keeping.keep(request, form)
    return redirect(form.path)
