"""The letter by which a password is chosen, and the link in it."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage

from speccom.directory.changes import Change, record
from speccom.directory.models import Person
from speccom.interface.pages import address
from speccom.problem import Problem

_WORDS = """Dear {name},

You can choose a password for speccom here:

{link}

The link works once, and for {hours} hours. If you did not expect this letter, do nothing:
your account is as safe as before.
"""


def password_link(person: Person) -> str:
    """Return the path at which a person chooses a password: it works once, and not for long."""
    return address(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(person),
        key=default_token_generator.make_token(person),
    )


def password_letter(email: str, name: str, path: str) -> EmailMessage:
    """Return the letter with a link to a path of ours, wherever the request for it says that it was sent."""
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    body = _WORDS.format(name=name, link=f"{settings.SITE_ADDRESS}{path}", hours=hours)
    return EmailMessage("Choose your password for speccom", body, settings.DEFAULT_FROM_EMAIL, [email])


def send_password_letter(person: Person, *, by: Person | None, at: datetime) -> None:
    """Send somebody the letter, because an administrator asks. Raises Problem where the account has ended."""
    if person.ended is not None:
        raise Problem(f"the account of {person.name} has ended", mend="A new account is needed")
    password_letter(person.email, person.name, password_link(person)).send()
    record(Change("letter to choose a password sent", str(person.pk), at, by.pk if by else None))
