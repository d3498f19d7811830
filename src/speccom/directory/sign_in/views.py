"""Signing in, the second step, confirming again who one is, and signing out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.directory.demonstration.cards import Card, cards
from speccom.directory.form_shown import FormShown, Words
from speccom.directory.provider.registration import registration
from speccom.directory.security_log import Happened, tell
from speccom.directory.sign_in.in_house import FormPage, InHouse
from speccom.directory.sign_in.onward import asked_for, with_onward
from speccom.directory.sign_in.session import Over
from speccom.directory.signed_in import email_of
from speccom.interface.frame import Link
from speccom.interface.pages import address

_KEY = "credential"
_EMAIL = Words("Email address")
_PASSWORD = Words("Password")
_CODE = Words(
    "Code", "Six figures from your authenticator app, or one of your recovery codes", "nhsuk-input--width-10"
)


@dataclass(frozen=True)
class SignInPage:
    """The sign-in page: a form, everybody one can be in a demonstration, and the provider's name."""

    page: FormPage
    cards: tuple[Card, ...]
    provider: str


class SignIn(InHouse, LoginView):
    """Sign in with a password."""

    title = "Sign in"
    button = "Sign in"
    template = "directory/sign_in.jinja"
    words: ClassVar = {"login": _EMAIL, "password": _PASSWORD}

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> SignInPage:
        """Return the form, with the cards of the demonstration."""
        assert form
        page = FormPage(form, self._why(), self.carried(), self.links())
        return SignInPage(page, cards() if settings.DEMONSTRATION else (), provider_title())

    def links(self) -> tuple[Link, ...]:
        """Return the way to a new password."""
        return (Link("I have forgotten my password", address("account_reset_password")),)

    def _why(self) -> tuple[str, ...]:
        return tuple(filter(None, (_WHY_OVER.get(self.request.GET.get("over", ""), ""),)))


_WHY_OVER = {
    Over.IDLE.value: "You were signed out because nothing happened for a while. Sign in to go on.",
    Over.LONG.value: "You were signed out because you had been signed in for long. Sign in to go on.",
}


class SecondStep(InHouse, AuthenticateView):
    """Give the second factor, after the password."""

    title = "Confirm that it is you"
    words: ClassVar = {"code": _CODE}
    template = "directory/second_step.jinja"

    def form_invalid(self, form: Form) -> HttpResponse:
        """Tell of a key that is not right; of a code the signal tells."""
        if _KEY in form.fields:
            tell(Happened.WRONG_FACTOR, person=self.stage.login.user.pk)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> SecondStepPage:
        """Return the form for a code, and what a security key is asked."""
        assert form
        person = self.stage.login.user
        with_key = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()
        options = json.dumps(context["js_data"]["request_options"]) if with_key else ""
        return SecondStepPage(FormPage(form), options)


@dataclass(frozen=True)
class SecondStepPage:
    """The form for a code; `key_options` is what a security key is asked, where the person has one."""

    page: FormPage
    key_options: str


class Again(InHouse):
    """Confirming again who one is: the session goes on under another name."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Go on to what this was asked for."""
        self.request.session.cycle_key()
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return answer


class PasswordAgain(Again, ReauthenticateView):
    """Give the password again before something that matters."""

    title = "Enter your password again"
    words: ClassVar = {"password": _PASSWORD}
    paragraphs = ("This keeps others from changing anything while you are away from the screen.",)

    def form_valid(self, form: Form) -> HttpResponse:
        """Tell of it, and go on."""
        tell(Happened.CONFIRMED, person=self.request.user.pk)
        return super().form_valid(form)

    def whose(self) -> str:
        """Return whose password it is."""
        return email_of(self.request)

    def links(self) -> tuple[Link, ...]:
        """Return the other ways to confirm who one is."""
        has = Authenticator.objects.filter(user_id=self.request.user.pk)
        instead = with_onward(address("mfa_reauthenticate"), asked_for(self.request))
        return (Link("Use a code instead", instead),) if has.exists() else ()


class CodeAgain(Again, CodeAgainView):
    """Give a code again before something that matters."""

    title = "Enter a code from your app"
    words: ClassVar = {"code": _CODE}


class KeyAgain(Again, ReauthenticateWebAuthnView):
    """Use the security key again before something that matters."""

    title = "Use your security key"
    template = "directory/use_key.jinja"

    def form_invalid(self, form: Form) -> HttpResponse:
        """Tell of a key that is not right."""
        tell(Happened.WRONG_FACTOR, person=self.request.user.pk)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def present(self, context: Mapping[str, Any], form: FormShown | None) -> SecondStepPage:
        """Return what the security key is asked."""
        assert form
        options = json.dumps(context["js_data"]["request_options"])
        return SecondStepPage(FormPage(form, carried=self.carried()), options)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, wherever one was, and have the browser forget the pages that it keeps."""
    logout(request)
    answer = HttpResponseRedirect(address("home"))
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def provider_title() -> str:
    """Return what the identity provider is called, blank where the installation has none."""
    registered = None if settings.DEMONSTRATION else registration(settings.SPECCOM_HOME)
    return registered.title if registered else ""
