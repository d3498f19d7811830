"""Sections that other rooms add to a service's page, so that the catalogue need not know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from speccom.rulebook.identification import IdentificationRulebook, Service

Parameters = dict[str, str]


@dataclass(frozen=True)
class Section:
    """A part of a service's page: its heading, the template that shows it, and what that template shows."""

    id: str
    heading: str
    template: str
    content: Any


MakeSection = Callable[[IdentificationRulebook, Service, Parameters], Section | None]

_SECTIONS: dict[MakeSection, str] = {}


def add_section(make: MakeSection, function: str) -> None:
    """Have the pages of services, for those who have a function, ask ``make``; None leaves it out."""
    _SECTIONS[make] = function


def sections_for(
    rulebook: IdentificationRulebook, service: Service, asked: Parameters, has: Callable[[str], bool]
) -> tuple[Section, ...]:
    """Return the sections that other rooms have for this service; ``has`` tells which functions one has."""
    made = (make(rulebook, service, asked) for make, function in _SECTIONS.items() if has(function))
    return tuple(section for section in made if section is not None)
