"""A person's second factors: an authenticator app, security keys and recovery codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpResponse
from django.urls import reverse_lazy

from speccom.directory.form_shown import FormShown, Words
from speccom.directory.sign_in.in_house import FormPage, InHouse


@dataclass(frozen=True)
class AppPage:
    """How to add an authenticator app: a picture to scan, or a secret to type."""

    page: FormPage
    picture: str
    secret: str


class AddApp(InHouse, ActivateTOTPView):
    """Add an authenticator app."""

    title = "Add an authenticator app"
    button = "Add the app"
    of_account = True
    template = "directory/add_app.jinja"
    words: ClassVar = {
        "code": Words("Code", "The six figures that the app shows now", "nhsuk-input--width-10")
    }

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> AppPage:
        """Return the form, with what the app needs to know."""
        assert form
        secret = context["form"].secret
        in_fours = " ".join(secret[each : each + 4] for each in range(0, len(secret), 4))
        return AppPage(FormPage(form), context["totp_svg_data_uri"], in_fours)

    def form_valid(self, form: Any) -> HttpResponse:
        """Add it: whoever has just shown its code has given a second factor."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return answer


class RemoveApp(InHouse, DeactivateTOTPView):
    """Remove the authenticator app."""

    title = "Remove your authenticator app"
    button = "Remove the app"
    of_account = True
    warning = True
    paragraphs = (
        "Codes of the app will no longer sign you in.",
        "If you have no security key, you will be asked to add a second factor again before you go on.",
    )


@dataclass(frozen=True)
class KeyPage:
    """What a new security key is asked, and the name it is to have."""

    page: FormPage
    key_options: str


class AddKey(InHouse, AddWebAuthnView):
    """Add a security key."""

    title = "Add a security key"
    of_account = True
    template = "directory/add_key.jinja"
    words: ClassVar = {"name": Words("What you call this key", "For example: key on my badge")}

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> KeyPage:
        """Return the form, with what the key is asked."""
        assert form
        return KeyPage(FormPage(form), json.dumps(context["js_data"]["creation_options"]))

    def form_valid(self, form: Any) -> HttpResponse:
        """Add it: whoever has just used it has given a second factor."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="webauthn")
        return answer


class RemoveKey(InHouse, RemoveWebAuthnView):
    """Remove a security key."""

    title = "Remove this security key"
    button = "Remove the key"
    of_account = True
    warning = True
    success_url = reverse_lazy("mfa_index")
    paragraphs = ("The key will no longer sign you in.",)


@dataclass(frozen=True)
class CodesPage:
    """The recovery codes that are left, or that they cannot be shown again."""

    codes: tuple[str, ...]
    left: str


class SeeCodes(InHouse, ViewRecoveryCodesView):
    """See the recovery codes, once."""

    title = "Your recovery codes"
    of_account = True
    template = "directory/recovery_codes.jinja"

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> CodesPage:
        """Return the codes, where they may still be seen."""
        codes = tuple(context["unused_codes"])
        return CodesPage(codes if context["can_view_codes"] else (), _left(len(codes)))


class NewCodes(InHouse, GenerateRecoveryCodesView):
    """Make new recovery codes."""

    title = "Make new recovery codes"
    button = "Make new codes"
    of_account = True
    paragraphs = ("Codes that you have now stop working.",)


def _left(number: int) -> str:
    return "You have one recovery code left." if number == 1 else f"You have {number} recovery codes left."
