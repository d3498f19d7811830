"""Acts that matter are done only by whoever has just shown who they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.directory.models import Person
from speccom.directory.sign_in.onward import with_onward
from speccom.directory.sign_in.second_factor import BY_PROVIDER
from speccom.directory.signed_in import person_of
from speccom.interface.message import Message, show_message
from speccom.interface.pages import address

JUST_NOW = 300
TO_FILL_IN_A_FORM = 900  # so that nobody loses what they typed meanwhile
View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Have a page, where it is opened and where its form is sent, ask first who it is."""

    @wraps(view)
    def answer(request: HttpRequest, **parts: object) -> HttpResponse:
        within = TO_FILL_IN_A_FORM if request.method == "POST" else JUST_NOW
        if need_not_ask(request, within):
            return view(request, **parts)
        return ask_again(request, request.get_full_path())

    return answer


def need_not_ask(request: HttpRequest, within: int = JUST_NOW) -> bool:
    """Tell whether whoever asks may go on: nobody of a demonstration has anything to show."""
    return settings.DEMONSTRATION or has_shown(request, within)


def has_shown(request: HttpRequest, within: int) -> bool:
    """Tell whether whoever asks showed who they are within so many seconds, with all that they have."""
    person = person_of(request)
    records = get_authentication_records(request, person)
    methods = {each["method"] for each in records if time.time() - each["at"] < within}
    return bool(methods & {"mfa", BY_PROVIDER} if _has_factor(person) else methods)


def ask_again(request: HttpRequest, onward: str) -> HttpResponse:
    """Lead to where somebody shows again who they are, and from there on to an address of ours."""
    person = person_of(request)
    if _has_factor(person):
        return HttpResponseRedirect(with_onward(address("mfa_reauthenticate"), onward))
    if person and person.has_usable_password():
        return HttpResponseRedirect(with_onward(address("account_reauthenticate"), onward))
    return show_message(
        request,
        Message(
            "Sign in again first",
            (
                "This is done only by somebody who has just shown who they are.",
                "Sign out, sign in again by your identity provider, and come back here within five minutes.",
            ),
        ),
        status=403,
    )


def _has_factor(person: Person | None) -> bool:
    return person is not None and Authenticator.objects.filter(user_id=person.pk).exists()
