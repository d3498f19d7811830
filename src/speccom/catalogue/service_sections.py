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

_SECTIONS: list[MakeSection] = []


def add_section(make: MakeSection) -> None:
    """Have every service's page ask ``make`` for a section; None leaves it out."""
    if make not in _SECTIONS:
        _SECTIONS.append(make)


def sections_for(
    rulebook: IdentificationRulebook, service: Service, asked: Parameters
) -> tuple[Section, ...]:
    """Return the sections that other rooms have for this service."""
    made = (make(rulebook, service, asked) for make in _SECTIONS)
    return tuple(section for section in made if section is not None)
