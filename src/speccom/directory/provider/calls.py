"""Calls to an identity provider: JSON over HTTPS, no redirects followed, and never waiting long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS_TO_WAIT = 10
_AT_MOST = 1_000_000


class CallFailed(Exception):
    """The provider did not answer, or not in JSON."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing: where the provider's pages are is in its own document."""


def get(url: str) -> dict[str, Any]:
    """Return a JSON object. Raises CallFailed."""
    return _call(Request(url, headers={"Accept": "application/json"}))


def post(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Post a form, and return the JSON object that answers it. Raises CallFailed."""
    return _call(Request(url, urlencode(form).encode(), {"Accept": "application/json"}))


def _call(request: Request) -> dict[str, Any]:
    try:
        with build_opener(_NoRedirects).open(request, timeout=_SECONDS_TO_WAIT) as answer:
            found = json.loads(answer.read(_AT_MOST))
    except (URLError, OSError, ValueError) as fault:
        raise CallFailed(f"{request.full_url}: {fault}") from fault
    if not isinstance(found, dict):
        raise CallFailed(f"{request.full_url}: no JSON object")
    return found
