"""Long lists, 25 to a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from speccom.interface.addresses import with_query
from speccom.interface.formats import counted, number
from speccom.interface.whole_number import whole_number

PAGE_SIZE = 25
CEILING = 1000
"""As far as long lists that a database keeps are counted and paged."""


@dataclass(frozen=True)
class PageLink:
    """One number in the row of pages; ``gap`` stands for pages left out."""

    number: str
    href: str
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Paging:
    """Which part of a list a page shows: items ``first`` to ``last`` of ``total``, counted from 1.

    ``is_cut`` where there are more than ``total``, which no page shows.
    """

    page: int
    pages: int
    first: int
    last: int
    total: int
    links: tuple[PageLink, ...]
    previous: str | None
    next: str | None
    is_cut: bool = False

    @property
    def offset(self) -> int:
        """How many items stand before this page."""
        return (self.page - 1) * PAGE_SIZE

    @property
    def words(self) -> str:
        """What is shown: "Showing 26 to 50 of 1,234"."""
        more = "more than " if self.is_cut else ""
        return f"Showing {number(self.first)} to {number(self.last)} of {more}{number(self.total)}"


def asked_page(asked: Mapping[str, str]) -> int:
    """Return the page number the address asks for; 1 where it asks for nothing sensible."""
    return whole_number(asked.get("page")) or 1


def up_to(total: int, one: str, many: str | None = None) -> str:
    """Return how many there are of a list that is counted to the ceiling: "more than 1,000 cases"."""
    return f"more than {counted(CEILING, one, many)}" if total > CEILING else counted(total, one, many)


def paginate_up_to_ceiling(total: int, path: str, asked: Mapping[str, str]) -> Paging:
    """Return the paging of a list that is counted to the ceiling and one further: no page goes beyond it."""
    return replace(paginate(min(total, CEILING), path, asked), is_cut=total > CEILING)


def paginate(total: int, path: str, asked: Mapping[str, str]) -> Paging:
    """Return the paging of a list of ``total`` items; a page beyond the last shows the last."""
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(asked_page(asked), pages)

    def href(which: int) -> str:
        return with_query(path, asked, page=None if which == 1 else which)

    shown = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links: list[PageLink] = []
    for before, which in zip([0, *shown], shown, strict=False):
        if which - before > 1:
            links.append(PageLink("", "", gap=True))
        links.append(PageLink(number(which), href(which), current=which == page))
    return Paging(
        page=page,
        pages=pages,
        first=min(total, (page - 1) * PAGE_SIZE + 1),
        last=min(total, page * PAGE_SIZE),
        total=total,
        links=tuple(links),
        previous=href(page - 1) if page > 1 else None,
        next=href(page + 1) if page < pages else None,
    )
