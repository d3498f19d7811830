"""What stands around the content of every page: title, trail, navigation, banner, refreshing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page."""

    text: str
    href: str


@dataclass(frozen=True)
class Link:
    """Words and where they lead."""

    text: str
    href: str
    current: bool = False
    note: str = ""


@dataclass(frozen=True)
class Ending:
    """When a session ends while a page lies open, in seconds from now, and where the page then leads."""

    idle: int
    long: int
    after_idle: str
    after_long: str


@dataclass(frozen=True)
class Account:
    """Who is signed in, as the header shows it: links, and where to sign out (blank for a visitor)."""

    links: tuple[Link, ...]
    sign_out: str = ""
    ending: Ending | None = None


@dataclass(frozen=True)
class Frame:
    """A page's title, which is also its h1, the way to it, its parts; `wrong` where a form needs mending."""

    title: str
    section: str = ""
    crumbs: tuple[Crumb, ...] = ()
    caption: str = ""
    around: tuple[Link, ...] = field(default=())
    wrong: bool = False

    @property
    def head_title(self) -> str:
        """The title in the browser's tab."""
        caption = f", {self.caption}" if self.caption else ""
        return f"{'Error: ' if self.wrong else ''}{self.title}{caption} - speccom"


def show(
    request: HttpRequest, template: str, frame: Frame, page: Any = None, *, status: int = 200
) -> HttpResponse:
    """Answer with a page: ``page`` is the presenter's dataclass, exactly what the template shows."""
    body = render_to_string(template, {"frame": frame, "page": page}, request, using="house")
    return HttpResponse(body, status=status)
