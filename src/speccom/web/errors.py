"""Pages for when something cannot be shown: what happened, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from speccom.interface.message import Message, show_message


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense."""
    return show_message(
        request,
        Message(
            "This address cannot be understood",
            ("If you pasted a web address, check that you copied all of it.",),
        ),
        status=400,
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what may not be seen."""
    return show_message(
        request,
        Message(
            "You cannot see this page",
            (
                "It may be for others, or it may not be open yet.",
                "If you need it, ask whoever runs this service.",
            ),
        ),
        status=403,
    )


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form that another site may have sent, or that lay open for long."""
    return show_message(
        request,
        Message(
            "This form cannot be accepted",
            (
                "It may have been open for so long that it is no longer safe to take.",
                "Go back, load the page again and send it once more. Your browser must allow cookies.",
            ),
        ),
        status=403,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is not there."""
    return show_message(
        request,
        Message(
            "Page not found",
            (
                "If you typed the web address, check that it is correct.",
                "If you pasted it, check that you copied all of it.",
            ),
        ),
        status=404,
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for our own fault, with as little that could fail as possible."""
    return show_message(
        request,
        Message(
            "Sorry, there is a problem with speccom",
            (
                "Nothing is lost: pages only read what runs have left.",
                "Try again in a moment.",
                "If it happens again, the terminal where speccom was started says more.",
            ),
        ),
        status=500,
    )
