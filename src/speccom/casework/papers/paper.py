"""A paper as data: its title, facts and sections, and what identifies it. Every form of it says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.timezone import localtime

from speccom.interface.formats import day_and_time

ILLUSTRATIVE = "Illustrative: made to show how speccom works. It decides nothing."
DEMONSTRATION = "Demonstration: the people, treatments and companies are invented. It decides nothing."

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile(r"[^\S\xa0\u202f]+")


def tidy(text: str) -> str:
    """Return text on one line, without signs that are not seen and that some form of a paper cannot hold."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    kind: ClassVar[str] = "paragraph"
    text: str

    def __post_init__(self) -> None:
        """Hold the text as every form can show it."""
        object.__setattr__(self, "text", tidy(self.text))


@dataclass(frozen=True)
class Points:
    """A list of points, without an order."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        """Hold the points as every form can show them."""
        object.__setattr__(self, "items", tuple(tidy(each) for each in self.items))


@dataclass(frozen=True)
class Grid:
    """A table; the first column names its rows."""

    kind: ClassVar[str] = "grid"
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Hold the words as every form can show them. Raises ValueError for rows of another width."""
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError(f"the rows of “{self.caption}” are not as wide as its headings")
        object.__setattr__(self, "caption", tidy(self.caption))
        object.__setattr__(self, "headings", tuple(tidy(each) for each in self.headings))
        object.__setattr__(self, "rows", tuple(tuple(tidy(each) for each in row) for row in self.rows))


Part = Paragraph | Points | Grid


@dataclass(frozen=True)
class Section:
    """A heading, blank where none is needed, and what stands under it; `depth` is 1, or 2 within the last."""

    heading: str
    parts: tuple[Part, ...]
    depth: int = 1

    def __post_init__(self) -> None:
        """Hold the heading as every form can show it. Raises ValueError for another depth."""
        if self.depth not in (1, 2):
            raise ValueError(f"a section is of depth 1 or 2, not {self.depth}")
        object.__setattr__(self, "heading", tidy(self.heading))


@dataclass(frozen=True)
class Paper:
    """A whole paper. `mark` says what it is not, such as that it is a demonstration; blank for a real one."""

    title: str
    reference: str
    version: str
    made: datetime
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    mark: str = ""

    def __post_init__(self) -> None:
        """Hold the words as every form can show them. Raises ValueError without a title or a time zone."""
        if not tidy(self.title) or self.made.tzinfo is None:
            raise ValueError("a paper has a title, and the moment at which it was made, with its time zone")
        for name in ("title", "reference", "version", "mark"):
            object.__setattr__(self, name, tidy(getattr(self, name)))
        object.__setattr__(self, "facts", tuple((tidy(name), tidy(value)) for name, value in self.facts))

    @property
    def identity(self) -> str:
        """What stands at the foot of every sheet."""
        return f"{self.reference}, version {self.version}" if self.version else self.reference

    @property
    def origin(self) -> str:
        """What ends the paper: which one this is, and when it was made."""
        return f"{self.identity}. Made on {day_and_time(localtime(self.made))}."
