"""One press signs in as somebody of the demonstration: on this computer, and in a demonstration only."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.directory.demonstration.read import players
from speccom.directory.models import Person
from speccom.directory.sign_in.onward import onward
from speccom.directory.sign_in.told import ONE_PRESS, coming_by

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as the person whose card was pressed."""
    player = players().get(request.POST.get("person", ""))
    if not settings.DEMONSTRATION or settings.HTTPS or not _from_this_computer(request) or player is None:
        raise Http404
    person = Person.objects.filter(email=player.email, ended__isnull=True).first()
    if person is None:
        raise Http404
    coming_by(request, ONE_PRESS)
    login(request, person, backend=_BACKEND)
    return HttpResponseRedirect(onward(request))


def _from_this_computer(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
