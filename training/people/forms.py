"""Sign-in and password forms: allauth's, with our words and one spelling of an address."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from training.people.models import normalise_email

REQUIRED = {
    "login": _("Type your email address."),
    "email": _("Type your email address."),
    "password": _("Type your password."),
    "oldpassword": _("Type the password that you have now."),
    "password1": _("Type a new password."),
    "password2": _("Type the new password once more."),
}


def plain_fields(form: forms.Form, labels: dict[str, Any]) -> None:
    """Give the fields our labels and errors, and no placeholders: they vanish as one types."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        if name in REQUIRED:
            field.error_messages["required"] = REQUIRED[name]


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_fields(self, {"login": _("Email address"), "password": _("Password")})
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        return normalise_email(super().clean_login())


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_fields(self, {"email": _("Email address")})

    def clean_email(self) -> str:
        self.cleaned_data["email"] = normalise_email(self.cleaned_data["email"])
        return super().clean_email()


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_fields(
            self, {"password1": _("New password"), "password2": _("New password, once more")}
        )


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_fields(
            self,
            {
                "oldpassword": _("Your password now"),
                "password1": _("New password"),
                "password2": _("New password, once more"),
            },
        )
