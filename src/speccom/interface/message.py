"""A page that only says something: that a thing is not there, cannot be read, or may not be seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from speccom.interface.formats import number, sentence
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.problem import Problem

_DETAILS = 25


@dataclass(frozen=True)
class Detail:
    """One thing that is wrong, with the place in a text where it has one."""

    text: str
    excerpt: str


@dataclass(frozen=True)
class Message:
    """What is wrong, in a title, paragraphs and details, and where to go from here."""

    title: str
    paragraphs: tuple[str, ...]
    links: tuple[Link, ...] = ()
    details: tuple[Detail, ...] = ()
    more: str = ""


def in_one_line(problem: Problem) -> str:
    """Say what is wrong and how to mend it, for a place beside what was entered."""
    return f"{sentence(problem.what)} {sentence(problem.mend)}".strip()


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
    parts = (sentence(problem.what), f"Where: {problem.where}" if problem.where else "", problem.mend)
    details = [_detail(text) for text in str(problem).split("\n\n")[1:]]
    left = len(details) - _DETAILS
    return Message(
        title,
        tuple(part if part.endswith(".") else f"{part}." for part in parts if part),
        details=tuple(details[:_DETAILS]),
        more=f"There are {number(left)} more." if left > 0 else "",
    )


def _detail(text: str) -> Detail:
    words, _, excerpt = text.partition("\n")
    return Detail(words.strip(), excerpt)
