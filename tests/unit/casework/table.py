"""A procedure's table read plainly, as a second opinion on what may happen next."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]


@dataclass
class Table:
    """The rows of `transitions.csv`, and each state's group and kind."""

    rows: list[Row]
    groups: dict[str, str]
    kinds: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> Table:
        states = _read(folder / "states.csv")
        return cls(
            _read(folder / "transitions.csv"),
            {each["state"]: each["group"] for each in states},
            {each["state"]: each["kind"] for each in states},
        )

    @property
    def acts(self) -> list[str]:
        return sorted({row["act"] for row in self.rows})

    @property
    def roles(self) -> list[str]:
        return sorted({row["role"] for row in self.rows} - {"clock"})

    def row(self, state: str, act: str) -> Row | None:
        """Return the row of an act from a state: the state's own stands before its group's."""
        named = [row for row in self.rows if row["act"] == act and row["from"] == state]
        group = self.groups.get(state)
        shared = [row for row in self.rows if row["act"] == act and group and row["from"] == group]
        return next(iter(named + shared), None)


@dataclass
class Walk:
    """Where one case ought to be: the states it was in, and who did what."""

    stays: list[str] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.stays[-1] if self.stays else ""

    def allows(self, row: Row | None, actor: str, roles: frozenset[str]) -> bool:
        if row is None or row["role"] not in roles:
            return False
        barred = {each.strip() for each in row["not_by"].split(";")} - {""}
        return not any((act, actor) in self.done for act in barred)

    def goes(self, row: Row, actor: str) -> None:
        target = self.stays[-2] if row["to"] == "previous" else row["to"]
        if target != self.state:
            self.stays.append(target)
        self.done.append((row["act"], actor))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: (value or "").strip() for name, value in row.items()} for row in csv.DictReader(file)]
