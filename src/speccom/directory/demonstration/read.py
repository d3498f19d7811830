"""Read who plays in the demonstration."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from speccom.directory.grants import Place

_HERE = Path(__file__).parent
_ADDRESS = "demonstration.example"


@dataclass(frozen=True)
class PlayerGrant:
    """A role of a player, held from a day on."""

    role: str
    place: Place
    starts: date


@dataclass(frozen=True)
class Player:
    """An invented person: `key` names them to the sign-in page."""

    key: str
    name: str
    grants: tuple[PlayerGrant, ...]

    @property
    def email(self) -> str:
        """The address of the account."""
        return f"{self.key}@{_ADDRESS}"


@cache
def players() -> Mapping[str, Player]:
    """Return the people by their keys, in the order of the sign-in page."""
    return {str(each["key"]): _player(each) for each in _read("people.toml")["person"]}


def organisations() -> Mapping[str, list[Mapping[str, object]]]:
    """Return the organisations, and who took over from whom, as they are written."""
    return _read("organisations.toml")


def _player(written: Mapping[str, object]) -> Player:
    grants = written["grants"]
    assert isinstance(grants, list)
    return Player(
        key=str(written["key"]),
        name=str(written["name"]),
        grants=tuple(
            PlayerGrant(
                each["role"], Place(each.get("organisation", ""), each.get("body", "")), each["starts"]
            )
            for each in grants
        ),
    )


def _read(name: str) -> dict[str, list[Mapping[str, object]]]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
