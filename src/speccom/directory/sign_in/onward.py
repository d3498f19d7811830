"""Where somebody goes on after signing in: back to what they had asked for."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from speccom.directory.sign_in.session import Over
from speccom.interface.pages import address


def asked_for(request: HttpRequest) -> str:
    """Return the address of ours that a request says to go on to; blank where it names none, or another's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else ""


def onward(request: HttpRequest) -> str:
    """Return where to go on to: what was asked for, else the front page."""
    return asked_for(request) or address("home")


def sign_in_address(request: HttpRequest, over: Over | None = None) -> str:
    """Return the address of the sign-in page, which leads back to where this request was made."""
    here = _place(request)
    asked = {"next": here} if here and here != address("home") else {}
    query = urlencode(asked | ({"over": over.value} if over else {}))
    return f"{address('account_login')}?{query}" if query else address("account_login")


def with_onward(path: str, onward: str) -> str:
    """Return an address that carries along where to go on to."""
    return f"{path}?{urlencode({'next': onward})}" if onward else path


def _place(request: HttpRequest) -> str:
    """The page that was asked for; of an act, the page where it was asked; never one of signing in."""
    if request.path.startswith(address("account_login")):
        return asked_for(request)
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referred = urlsplit(request.headers.get("Referer", ""))
    if referred.netloc != request.get_host():
        return ""
    return f"{referred.path}?{referred.query}" if referred.query else referred.path
