"""Programmes of care: the few large ones (cancer) and the clinical areas in them (radiotherapy)."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.rulebook.identification import IdentificationRulebook


@dataclass(frozen=True)
class Programme:
    """A programme of care: its letter and its title."""

    code: str
    title: str


NONE = Programme("", "No programme given")


def programme_of(rulebook: IdentificationRulebook, programme_of_care: str | None) -> Programme:
    """Return the large programme of a code: "B01" is in "B", Cancer, where "B" has a title."""
    if not programme_of_care:
        return NONE
    letter = programme_of_care[:1]
    if letter in rulebook.programmes:
        return Programme(letter, rulebook.programme_title(letter))
    return Programme(programme_of_care, rulebook.programme_title(programme_of_care))


def programmes_in_use(rulebook: IdentificationRulebook) -> tuple[Programme, ...]:
    """Return the large programmes that the rulebook's services belong to, by code."""
    found = {programme_of(rulebook, service.programme_of_care) for service in rulebook.services.values()}
    return tuple(sorted(found - {NONE}, key=lambda each: each.code))


def area_title(rulebook: IdentificationRulebook, programme_of_care: str) -> str:
    """Return the clinical area in words; nothing where the code is that of a large programme itself."""
    if programme_of(rulebook, programme_of_care).code == programme_of_care:
        return ""
    return rulebook.programme_title(programme_of_care)
