"""What goes wrong, as problem details: one answer for each kind of fault, whichever endpoint finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from speccom.casework.door import NoSuchCase
from speccom.casework.filling_in import MovedOn
from speccom.casework.meetings.conduct import DoneBefore
from speccom.casework.submissions import Destroyed
from speccom.directory.refusals import NO_ROLE, tell_refusal
from speccom.interface.problem_details import problem_details


def not_there(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that a thing is not there, or not for this person: the two are not told apart."""
    return problem_details(404, "Not found", "There is nothing at this address that you may see.")


def not_yours(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that a thing is not the person's to do."""
    tell_refusal(request, NO_ROLE)
    return problem_details(403, "Not yours to do", "None of your roles gives this.")


def destroyed(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that what was entered was destroyed."""
    return problem_details(
        410, "Destroyed", "What was entered in this case was destroyed, as the law requires."
    )


def done_before(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that the key of a step was used before."""
    return problem_details(
        409, "Used before", "This key was used before; nothing happened now. Give each write its own."
    )


def unreadable(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Say which parts of what was sent cannot be read."""
    errors = [
        {"where": [str(part) for part in each["loc"]], "message": each["msg"]} for each in problem.errors
    ]
    return problem_details(422, "This cannot be read", "Look at the parts that are named.", errors=errors)


def not_to_be_kept(request: HttpRequest, problem: DataError) -> HttpResponse:
    """Say that a text holds what the database cannot keep."""
    return problem_details(
        422, "This cannot be kept", "A text is too long, or holds a character that none should."
    )


def wrong(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """Say what is wrong with a request."""
    return problem_details(problem.status_code, str(problem))


def moved_on(request: HttpRequest, problem: MovedOn) -> HttpResponse:
    """Say that a section is not to be filled in from where the case stands."""
    return problem_details(
        409,
        "The case has gone on",
        f"“{problem.section.title}” cannot be filled in from where the case stands; nothing was kept.",
    )


ANSWERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Http404: not_there,
    NoSuchCase: not_there,
    PermissionDenied: not_yours,
    Destroyed: destroyed,
    DoneBefore: done_before,
    MovedOn: moved_on,
    ValidationError: unreadable,
    DataError: not_to_be_kept,
    HttpError: wrong,
}
