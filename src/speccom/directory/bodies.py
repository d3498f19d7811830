"""The bodies on which a role can be held: those of the processes on the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from speccom.process.bodies import Body
from speccom.process.shelved import KIND, sound
from speccom.rulebook.find import list_rulebooks


def bodies_on(day: date) -> Mapping[str, str]:
    """Return the titles of the bodies that stand on a day, by identifier."""
    found = {each.id: each.title for each in _bodies() if each.valid_from <= day <= each.valid_to}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def body_title(identifier: str) -> str:
    """Return what a body is called; its identifier where no process on the shelf has it."""
    return next((each.title for each in _bodies() if each.id == identifier), identifier)


def _bodies() -> Iterator[Body]:
    for procedure in sound(each.folder for each in list_rulebooks(KIND)):
        yield from procedure.bodies.values()
