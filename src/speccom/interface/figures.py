"""Key figures and facts: the small pieces that most pages show before their tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyFigure:
    """A large figure, what it counts, and the address of the records behind it."""

    value: str
    text: str
    href: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A name and what it is, in a list of facts."""

    name: str
    text: str
    href: str | None = None
    note: str = ""
    code: bool = False
