"""A page that only says something: that a thing is not there, cannot be read, or may not be seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from speccom.interface.formats import number, sentence
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.problem import Problem

_DETAILS = 25


@dataclass(frozen=True)
class Message:
    """What is wrong, in a title and paragraphs, and where to go from here."""

    title: str
    paragraphs: tuple[str, ...]
    links: tuple[Link, ...] = ()


def show_message(
    request: HttpRequest,
    message: Message,
    *,
    status: int,
    section: str = "",
    crumbs: tuple[Crumb, ...] = (),
) -> HttpResponse:
    """Answer with a message."""
    return show(
        request, "interface/message.jinja", Frame(message.title, section, crumbs), message, status=status
    )


def from_problem(title: str, problem: Problem) -> Message:
    """Put a problem into a message: what is wrong, where, how to mend it, and its details one by one."""
    what = sentence(problem.what)
    parts = (what, f"Where: {problem.where}" if problem.where else "", problem.mend)
    details = str(problem).split("\n\n")[1:]
    shown = details[:_DETAILS]
    if len(details) > _DETAILS:
        shown.append(f"There are {number(len(details) - _DETAILS)} more.")
    return Message(title, (*(part if part.endswith(".") else f"{part}." for part in parts if part), *shown))
