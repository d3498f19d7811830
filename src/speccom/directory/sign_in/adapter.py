"""What allauth asks of us: our words, our letters, and secrets encrypted before they are stored."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from speccom.directory.secret_file import read_or_make
from speccom.directory.security_log import Happened, tell
from speccom.directory.sign_in.confirm import JUST_NOW, has_shown
from speccom.directory.sign_in.known_browser import known_as
from speccom.directory.sign_in.letters import password_letter
from speccom.directory.sign_in.lockout import whom
from speccom.interface.message import Message, show_message
from speccom.interface.pages import address
from speccom.problem import Problem

_HELD_BACK = ("too_many_login_attempts", "rate_limited")
_KEY = "second-factors.key"
_WRONG = "The email address or the password is not right"
_WAIT = "There were too many wrong attempts. Wait five minutes, then try again"
_CODE = "The code is not right. Codes change every 30 seconds: enter the one that is shown now"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are added. Letters go to the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _WRONG,
        "incorrect_password": "The password is not right",
        "enter_current_password": "Enter the password that you use now",
        "too_many_login_attempts": _WAIT,
        "rate_limited": _WAIT,
        "incorrect_code": _CODE,
        "password_min_length": "The password is too short",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anybody may make an account: nobody may."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Whether to answer in another form than a page: never."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside the page: each page says itself what was done."""

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Answer somebody whose account has ended."""
        return show_message(
            request,
            Message(
                "Your account has ended",
                ("If you still need access, ask whoever runs this service for a new account.",),
            ),
            status=403,
        )

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether somebody is to confirm again who they are: not where they just did, with all they have."""
        return not has_shown(context.request, JUST_NOW)

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """Return what is wrong with a form; tell where it is that somebody is held back."""
        if code in _HELD_BACK:
            tell(Happened.HELD_BACK, person=context.request.user.pk or "")
        error: ValidationError = super().validation_error(code, *args)
        return error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return by what wrong passwords are counted: the address, in a browser that it knows apart.

        allauth would also count apart by the host, which whoever asks can name as they like.
        """
        return f"{whom(request, credentials)}:{known_as(request, credentials)}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the path at which a new password is chosen."""
        person, _, token = key.partition("-")
        return address("account_reset_password_from_key", uidb36=person, key=token)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the one letter there is; allauth's other letters tell strangers who has an account."""
        if "password_reset_url" in context and "user" in context:
            password_letter(email, context["user"].name, context["password_reset_url"]).send()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted with a key that lies outside the database."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _CODE}

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows."""
        return "speccom"

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret. Raises Problem where the key is another."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise Problem(
                "the second factors cannot be read: they were encrypted with another key",
                where=f"{settings.SPECCOM_HOME}/keys/{_KEY}",
                mend="Bring back the key that belongs to this database",
            ) from None

    def _get_site_name(self) -> str:
        return "speccom"


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(read_or_make(settings.SPECCOM_HOME, _KEY)))
