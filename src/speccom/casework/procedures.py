"""The processes on the shelf: the one in force for a new case, and the one that a case was begun under."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from speccom.problem import Problem
from speccom.process.procedure import Procedure
from speccom.process.shelved import KIND, shelved_process, sound
from speccom.rulebook.find import find, list_rulebooks, shelf


def in_force(procedure_id: str, on: date) -> Procedure:
    """Return the process that holds on a day. Raises Problem where there is none."""
    return shelved_process(find(KIND, procedure_id, on=on).folder)


def followed_from(procedure_id: str, on: date) -> Procedure | None:
    """Return the process that a case which begins on a day follows; None where none such is in force."""
    return next((each for each in all_in_force(on) if each.id == procedure_id), None)


def pinned(identity: str) -> Procedure:
    """Return the process that a case names. Raises Problem where the shelf holds another text of it."""
    found = _by_identity(shelf()).get(identity)
    if found is None:
        raise Problem(
            f"the process {identity} is not on the shelf as this case knew it",
            mend="Put the rulebook back as it was, or move the case to a newer version",
        )
    return found


def all_in_force(on: date) -> tuple[Procedure, ...]:
    """Return every process that holds on a day and has no errors, by title."""
    shelved = [each.folder for each in list_rulebooks(KIND) if each.is_valid_on(on)]
    return tuple(sorted(sound(shelved), key=lambda each: each.title))


def all_known() -> tuple[Procedure, ...]:
    """Return every version of every process that has no errors."""
    return tuple(_by_identity(shelf()).values())


@lru_cache(maxsize=2)
def _by_identity(folder: Path) -> Mapping[str, Procedure]:
    return {each.identity: each for each in sound(found.folder for found in list_rulebooks(KIND, folder))}
