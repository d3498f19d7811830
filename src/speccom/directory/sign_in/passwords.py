"""Choosing a password: with the one in use, or by a link in a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.views import (
    PasswordChangeView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy

from speccom.directory.form_shown import Words
from speccom.directory.sign_in.in_house import InHouse
from speccom.directory.signed_in import email_of, person_of
from speccom.interface.frame import Crumb, Link
from speccom.interface.message import Message, show_message
from speccom.interface.pages import address

_NEW = {
    "password1": Words(
        "New password", "At least 12 characters. Three words that do not belong together are easy to remember"
    ),
    "password2": Words("New password again"),
}


class ChangePassword(InHouse, PasswordChangeView):
    """Choose another password."""

    title = "Change your password"
    button = "Change the password"
    of_account = True
    words: ClassVar = {"oldpassword": Words("Password that you use now"), **_NEW}
    success_url = reverse_lazy("mfa_index")

    def whose(self) -> str:
        """Return whose password it is."""
        return email_of(self.request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer those who sign in otherwise that they have none."""
        person = person_of(request)
        if person is not None and person.has_usable_password():
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer
        return show_message(
            request,
            Message("You have no password here", ("You sign in without one, so there is none to change.",)),
            status=200,
            crumbs=(Crumb("Home", address("home")), Crumb("Your account", address("mfa_index"))),
        )


class Forgotten(InHouse, PasswordResetView):
    """Ask for a letter with a link."""

    title = "Choose a new password"
    button = "Send the letter"
    words: ClassVar = {
        "email": Words("Email address", "We send a letter with a link to this address, if it is known here")
    }


class NewPassword(InHouse, PasswordResetFromKeyView):
    """Choose a password by the link in a letter."""

    title = "Choose a password"
    button = "Save the password"
    words = _NEW

    def whose(self) -> str:
        """Return whose password it is."""
        return str(self.reset_user.email)

    def render_to_response(self, context: Mapping[str, Any], **more: Any) -> HttpResponse:
        """Answer with the form, or that the link has been used or is too old."""
        if not context.get("token_fail"):
            return super().render_to_response(context, **more)
        return show_message(
            self.request,
            Message(
                "This link no longer works",
                ("A link works once, and for a day. Ask for another letter.",),
                links=(Link("Send another letter", address("account_reset_password")),),
            ),
            status=410,
        )


def sent(request: HttpRequest) -> HttpResponse:
    """Say that a letter is on its way, whether or not the address is known."""
    return show_message(
        request,
        Message(
            "Look for our letter",
            (
                "If the address is known here, a letter with a link is on its way to it.",
                "If none comes, ask whoever runs this service.",
            ),
        ),
        status=200,
    )


def chosen(request: HttpRequest) -> HttpResponse:
    """Say that the password is saved."""
    return show_message(
        request,
        Message(
            "Your password is saved",
            ("Sign in with it now.",),
            links=(Link("Sign in", address("account_login")),),
        ),
        status=200,
    )
