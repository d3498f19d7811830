"""The addresses of the API, in the same registry as every page."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern

from speccom.casework.api.endpoints import ROUTERS, api
from speccom.interface.pages import Audience, Kind, Page

_ROOT = "api/v1/"
_FOR_VISITORS = frozenset(
    {
        "api-cases",
        "api-case",
        "api-case-events",
        "api-case-documents",
        "api-case-document",
        "api-case-document-file",
        "api-case-letters",
        "api-case-letter-file",
    }
)


def description(request: HttpRequest) -> JsonResponse:
    """Describe the API, as OpenAPI has it."""
    return JsonResponse(api.get_openapi_schema(path_prefix=f"/{_ROOT}"))


def _methods() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for router in ROUTERS:
        for view in router.path_operations.values():
            for operation in view.operations:
                found.setdefault(operation.url_name or "", set()).update(operation.methods)
    return found


def _pages() -> Iterator[Page]:
    methods, named = _methods(), set()
    for each in api.urls[0]:
        if isinstance(each, URLPattern) and each.name in methods and each.name not in named:
            named.add(each.name)
            audience = Audience.EVERYONE if each.name in _FOR_VISITORS else Audience.SIGNED_IN
            allowed = frozenset(methods[each.name])
            yield Page(
                each.name,
                f"{_ROOT}{each.pattern}",
                each.callback,
                audience,
                kind=Kind.API,
                about_records=True,
                methods=allowed,
            )


PAGES = (
    Page("api", f"{_ROOT}openapi.json", description, Audience.EVERYONE, kind=Kind.API),
    *_pages(),
)
