"""Filters live in the address: reading them, and the address of the same page with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest

Parameters = Mapping[str, str]


def parameters(request: HttpRequest) -> dict[str, str]:
    """Return what the address asks, trimmed, without what is blank; of one given twice, the last."""
    asked = {}
    for name, value in request.GET.items():
        text = str(value).replace("\x00", "").strip()[:200]
        if text:
            asked[name] = text
    return asked


def with_query(path: str, asked: Parameters, **changes: str | int | None) -> str:
    """Return ``path`` with the query of ``asked``, changed: a None takes a name away."""
    query = {name: value for name, value in asked.items() if name not in changes}
    query.update({name: str(value) for name, value in changes.items() if value is not None})
    return f"{path}?{urlencode(query)}" if query else path
