"""Going to the identity provider, and coming back from it."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.directory.models import Person
from speccom.directory.provider.exchange import Asked, Known, NotBelieved, ask, hear
from speccom.directory.provider.registration import Registration, registration
from speccom.directory.security_log import Happened, tell
from speccom.directory.sign_in.onward import asked_for
from speccom.directory.sign_in.second_factor import BY_PROVIDER
from speccom.directory.sign_in.told import PROVIDER, coming_by
from speccom.interface.frame import Link
from speccom.interface.message import Message, show_message
from speccom.interface.pages import address

_KEPT = "asked_of_provider"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def go(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider, by a page: a form may not lead to another site by itself."""
    registered = _registered()
    try:
        url, asked = ask(registered, _back(request), asked_for(request))
    except NotBelieved as why:
        return _failed(request, registered, why)
    request.session[_KEPT] = asked.as_note()
    onward = Link(f"Go on to {registered.title}", url)
    answer = show_message(request, Message("You sign in elsewhere", (), links=(onward,)), status=200)
    answer["Refresh"] = f"0; url={url}"
    return answer


def come_back(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider knows, where an administrator has said who that is."""
    registered = _registered()
    kept = request.session.pop(_KEPT, None)
    try:
        if not kept:
            raise NotBelieved("nothing was asked of the provider in this session")
        known = hear(registered, _back(request), Asked(**kept), request.GET.dict())
    except NotBelieved as why:
        return _failed(request, registered, why)
    person = _who_is(known)
    if person is None:
        return _not_known(request, registered, known)
    coming_by(request, PROVIDER)
    login(request, person, backend=_BACKEND)
    record_authentication(request, person, BY_PROVIDER if known.strongly else "password")
    return HttpResponseRedirect(kept["onward"] or address("home"))


def _registered() -> Registration:
    found = registration(settings.SPECCOM_HOME)
    if found is None or settings.DEMONSTRATION:
        raise Http404
    return found


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(address("provider-back"))


def _who_is(known: Known) -> Person | None:
    found = Person.objects.filter(identities__issuer=known.issuer, identities__subject=known.subject).first()
    return found if found and (found.ended is None or found.ended > timezone.now()) else None


def _failed(request: HttpRequest, registered: Registration, why: NotBelieved) -> HttpResponse:
    tell(Happened.PROVIDER_FAILED, why=str(why))
    return show_message(
        request,
        Message(
            f"Signing in with {registered.title} did not work",
            ("Nobody was signed in. Try again; if it goes wrong again, tell whoever runs this service.",),
            links=(Link("Sign in", address("account_login")),),
        ),
        status=403,
    )


def _not_known(request: HttpRequest, registered: Registration, known: Known) -> HttpResponse:
    return show_message(
        request,
        Message(
            "You are not known here yet",
            (
                f"{registered.title} knows you, but nobody has given you an account here.",
                f"Ask whoever runs this service, and tell them your identifier: {known.subject}.",
            ),
        ),
        status=403,
    )
