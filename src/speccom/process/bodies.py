"""The bodies of a procedure: what each may do, and who must be in the room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class BodyKind(StrEnum):
    """Whether a body gives advice or decides. Advice is never a decision."""

    ADVISORY = "advisory"
    DECIDING = "deciding"


@dataclass(frozen=True)
class Need:
    """How many members who hold one of some seats must be there."""

    seats: tuple[str, ...]
    at_least: int


@dataclass(frozen=True)
class Quorum:
    """How many members must be there, and of which seats."""

    members: int
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Body:
    """One body. `powers` are the acts that its meetings do, `seats` what its members may be.

    `mark` says whether a source was seen for its quorum and terms, as with a setting.
    """

    id: str
    title: str
    kind: BodyKind
    scope: str
    powers: tuple[str, ...]
    seats: Mapping[str, str]
    quorum: Quorum
    valid_from: date
    valid_to: date
    term_years: int | None = None
    mark: str = "design"
    note: str = field(default="", compare=False)


def quorum_lacks(body: Body, present: Sequence[str]) -> tuple[str, ...]:
    """Return in words what a body lacks to be quorate; nothing where it is. `present` has a seat a member."""
    found = []
    if len(present) < body.quorum.members:
        found.append(f"{body.quorum.members} members are needed and {len(present)} are here")
    for need in body.quorum.needs:
        here = sum(seat in need.seats for seat in present)
        if here < need.at_least:
            words = " or ".join(body.seats[seat] for seat in need.seats)
            found.append(f"{words}: {need.at_least} needed and {here} here")
    return tuple(found)
