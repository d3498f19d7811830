"""A process rulebook copied with every state, group, act and role under another name."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from speccom.process.access import EVERYONE
from speccom.process.procedure import CLOCK, Procedure

_LISTED = re.compile(r"(acts|powers) = \[([^\]]*)\]")
_MOMENT = re.compile(r'^(from|to) = "(\w+)(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Names:
    """The new name of each state or group, act and role."""

    places: Mapping[str, str]
    acts: Mapping[str, str]
    roles: Mapping[str, str]

    @classmethod
    def of(cls, procedure: Procedure) -> Names:
        """Return new names for everything that a procedure names."""
        groups = {each.group for each in procedure.states.values() if each.group}
        roles = {each.role for each in procedure.transitions} | {each.role for each in procedure.access}
        return cls(
            {name: f"s{place}" for place, name in enumerate([*procedure.states, *sorted(groups)])},
            {name: f"a{place}" for place, name in enumerate(procedure.acts)},
            {name: f"r{place}" for place, name in enumerate(sorted(roles - {CLOCK, EVERYONE}))},
        )


def renamed(folder: Path, to: Path, names: Names) -> Path:
    """Copy a process with its names changed wherever they stand."""
    shutil.copytree(folder, to)

    def place(cell: str) -> str:
        return "; ".join(names.places.get(each, each) for each in re.split(r"\s*;\s*", cell))

    def act(cell: str) -> str:
        return "; ".join(names.acts.get(each, each) for each in re.split(r"\s*;\s*", cell))

    def role(cell: str) -> str:
        return names.roles.get(cell, cell)

    _columns(to / "states.csv", {"state": place, "group": place})
    _columns(to / "access.csv", {"role": role, "states": place})
    _columns(to / "transitions.csv", {"from": place, "to": place, "act": act, "not_by": act, "role": role})
    for path in (*to.glob("*/*"), *to.glob("*.toml")):
        text = _LISTED.sub(lambda found: f"{found[1]} = [{_quoted(found[2], names.acts)}]", path.read_text())
        path.write_text(
            _MOMENT.sub(lambda found: f'{found[1]} = "{names.acts.get(found[2], found[2])}{found[3]}"', text)
        )
    return to


def _quoted(written: str, acts: Mapping[str, str]) -> str:
    return re.sub(r'"(\w+)"', lambda found: f'"{acts[found[1]]}"', written)


def _columns(path: Path, changed: Mapping[str, Callable[[str], str]]) -> None:
    with path.open(newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        row.update({column: new(row[column]) for column, new in changed.items()})
    with path.open("w", newline="") as text:
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(rows)
