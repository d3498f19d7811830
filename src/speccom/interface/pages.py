"""The page registry: every address the product answers, and who may see it.

A page that is not registered does not exist: addresses are made from this registry and nothing else, and the
gate in ``speccom.web`` refuses whatever did not come from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse

View = Callable[..., HttpResponseBase]


class Audience(StrEnum):
    """Who may see a page."""

    EVERYONE = "everyone"


class Kind(StrEnum):
    """What an address answers with."""

    PAGE = "page"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Page:
    """One address: ``name`` finds it, ``pattern`` is its Django path, ``audience`` who may see it.

    ``about_records`` marks pages that show single records of activity: they are never stored by a browser.
    """

    name: str
    pattern: str
    view: View
    audience: Audience
    kind: Kind = Kind.PAGE
    about_records: bool = False

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


def may_see(page: Page | None, request: HttpRequest) -> bool:
    """Tell whether this request may see the page. What is not registered may be seen by nobody."""
    return page is not None and page.audience is Audience.EVERYONE


def address(name: str, **parts: object) -> str:
    """Return the address of a registered page: ``address("service", code="NCBPS13F")``."""
    return reverse(name, kwargs=parts)
