"""The gate: default is to deny. What did not come from the page registry, or may not be seen, is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone

from speccom.directory.permission import may_see
from speccom.directory.refusals import NO_ROLE, NO_TOKEN, NOT_SIGNED_IN, tell_refusal
from speccom.directory.sign_in.onward import sign_in_address
from speccom.directory.sign_in.second_factor import is_missing
from speccom.directory.signed_in import be_a_visitor, is_by_token, person_of, why_over
from speccom.interface.formats import sentence
from speccom.interface.message import from_problem, show_message
from speccom.interface.pages import Kind, Page, address
from speccom.interface.problem_details import problem_details
from speccom.problem import Problem
from speccom.web.asked_often import is_too_often
from speccom.web.errors import asked_too_often, not_for_the_database
from speccom.web.rooms import REGISTRY

_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class Gate:
    """Looks at every request after Django has found its page and before the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say how the answer may be kept."""
        request.get_host()  # refuses a name that is not ours, which is how another site would reach in
        response = self.get_response(request)
        page = _page_of(request)
        response["Permissions-Policy"] = _POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not response.has_header("Cache-Control"):
            secret = page is not None and page.about_records
            response["Cache-Control"] = "no-store" if secret else "no-cache, private"
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse what is not registered, what this person may not see, and methods that are not its own."""
        page = _page_of(request)
        if page is None:
            raise PermissionDenied("no page is registered here")
        if _is_fetched_by_another_site(request):
            raise PermissionDenied("fetched by another site")
        if is_by_token(request) and page.kind is not Kind.API:
            raise PermissionDenied("a token is good for the API alone")
        if page.kind is Kind.API and settings.HTTPS and not request.is_secure():
            tell_refusal(request, "without TLS")
            return problem_details(
                403, "Only over TLS", "Ask by https, and end the token that was sent without."
            )
        if page.kind is Kind.API and not is_by_token(request):
            be_a_visitor(request)  # a session is no use to a program, and so none to who would borrow it
        person, now = person_of(request), timezone.now()
        if is_too_often(request, page, now):
            return asked_too_often(request)
        if person is None and (is_by_token(request) or _writes_for_a_program(page, request)):
            return _not_for_this_token(request)
        if not may_see(page, person, now):
            if page.kind is Kind.API:
                return _not_for_this_token(request)
            if person is None:
                tell_refusal(request, why_over(request) or NOT_SIGNED_IN)
                return HttpResponseRedirect(sign_in_address(request, why_over(request)))
            raise PermissionDenied(NO_ROLE)
        if not page.answers(request.method):
            allowed = sorted(page.methods | ({"HEAD"} if page.answers("HEAD") else set()))
            return _not_allowed(page, allowed)
        is_session = not is_by_token(request)
        if person and is_session and not page.before_second_factor and is_missing(request, person, now):
            return HttpResponseRedirect(address("mfa_index"))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Show what a person must put right, in its own words; any other fault has its own page."""
        if isinstance(exception, DataError):
            return not_for_the_database(request)
        if not isinstance(exception, Problem):
            return None
        page = _page_of(request)
        if page is not None and page.kind is Kind.API:
            return problem_details(422, sentence(exception.what), exception.mend, where=exception.where)
        return show_message(request, from_problem("This cannot be shown", exception), status=500)


def _writes_for_a_program(page: Page, request: HttpRequest) -> bool:
    return page.kind is Kind.API and request.method not in ("GET", "HEAD")


def _not_allowed(page: Page, allowed: list[str]) -> HttpResponseBase:
    if page.kind is not Kind.API:
        return HttpResponseNotAllowed(allowed)
    answer = problem_details(405, "No such method here", f"This address answers {', '.join(allowed)}.")
    answer["Allow"] = ", ".join(allowed)
    return answer


def _not_for_this_token(request: HttpRequest) -> HttpResponseBase:
    if person_of(request) is None:
        tell_refusal(request, NO_TOKEN if is_by_token(request) else NOT_SIGNED_IN)
        return problem_details(401, "No token that stands", "Make one on the page of your account.")
    tell_refusal(request, NO_ROLE)
    return problem_details(403, "Not for you", "None of your roles gives this.")


def _is_fetched_by_another_site(request: HttpRequest) -> bool:
    """Whether a page of another site asks behind the visitor's back; a link that is followed is welcome."""
    headers = request.headers
    return headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") != "navigate"


def _page_of(request: HttpRequest) -> Page | None:
    match = request.resolver_match
    return REGISTRY.find(match.url_name) if match else None
