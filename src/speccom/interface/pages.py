"""The page registry: every address the product answers, by which methods, and whom for.

A page that is not registered does not exist: addresses are made from this registry and nothing else, and the
gate in ``speccom.web`` refuses whatever did not come from it. Whether a person belongs to an audience is
decided in ``speccom.directory.permission``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpResponseBase
from django.urls import URLPattern, path, reverse

View = Callable[..., HttpResponseBase]


READ = frozenset({"GET"})
READ_AND_POST = frozenset({"GET", "POST"})
POST = frozenset({"POST"})


class Audience(StrEnum):
    """Whom a page is for, where it is not for those with one of the functions of `rulebooks/roles.toml`."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"


class Kind(StrEnum):
    """What an address answers with."""

    PAGE = "page"
    DOWNLOAD = "download"
    API = "api"


@dataclass(frozen=True)
class Page:
    """One address: ``name`` finds it, ``pattern`` is its Django path, ``audience`` whom it is for.

    An audience is one of `Audience`, or the name of a function. ``methods`` are all that it answers; what
    answers GET answers HEAD. ``about_records`` marks pages that show single records of activity, or what is
    known of a person: they are never stored by a browser. ``before_second_factor`` marks those that somebody
    may see who still has to add a second factor.
    """

    name: str
    pattern: str
    view: View
    audience: Audience | str
    kind: Kind = Kind.PAGE
    about_records: bool = False
    methods: frozenset[str] = READ
    before_second_factor: bool = False

    def answers(self, method: str | None) -> bool:
        """Tell whether the page answers a method."""
        return method in self.methods or (method == "HEAD" and "GET" in self.methods)

    def as_path(self) -> URLPattern:
        """Return the page as Django's URL pattern."""
        return path(self.pattern, self.view, name=self.name)


class PageRegistry:
    """All pages by name. Two pages of one name, or of one pattern, are a mistake in the code."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages: dict[str, Page] = {}
        patterns: set[str] = set()
        for page in pages:
            if page.name in self._pages or page.pattern in patterns:
                raise ValueError(f"the page {page.name!r} ({page.pattern!r}) is registered twice")
            self._pages[page.name] = page
            patterns.add(page.pattern)

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages.values())

    def find(self, name: str | None) -> Page | None:
        """Return the page of that name, or None."""
        return self._pages.get(name) if name else None

    def patterns(self) -> list[URLPattern]:
        """Return what Django needs to answer these pages."""
        return [page.as_path() for page in self._pages.values()]


def address(name: str, **parts: object) -> str:
    """Return the address of a registered page: ``address("service", code="NCBPS13F")``."""
    return reverse(name, kwargs=parts)
