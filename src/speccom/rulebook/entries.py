"""What stands in an identification rulebook: services, how each can be identified, and rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from speccom.criteria.parse import Criterion


class Reach(StrEnum):
    """How far a line reaches from the episode that has it.

    `spell`: one such episode makes the whole spell specialised. `episode`: the line stays on its episode.
    `if_spell_specialised`: it counts only where another line makes the spell specialised.
    """

    SPELL = "spell"
    EPISODE = "episode"
    IF_SPELL_SPECIALISED = "if_spell_specialised"


DATASETS = ("apc", "op")
STATUSES = ("official", "illustrative")
ROUTE_KINDS = (
    "rules",
    "provider_statement",
    "registry",
    "local_list",
    "drug",
    "device",
    "critical_care",
)


@dataclass(frozen=True)
class Service:
    """A service line. A lower rank wins; lines of one rank are ordered by their code."""

    code: str
    title: str
    programme_of_care: str
    rank: int
    spell_excluded: bool = False
    delegation: str = ""
    reach: Reach = Reach.SPELL

    @property
    def order(self) -> tuple[int, str]:
        """What lines are ordered by, the winner first."""
        return (self.rank, self.code)


@dataclass(frozen=True)
class Rule:
    """A way to qualify for a service: a record of the dataset does when the criterion is TRUE."""

    rule_id: str
    service_code: str
    dataset: str
    criterion: Criterion
    reasoning: str = ""


@dataclass(frozen=True)
class Route:
    """A way in which a line can be identified (one of ROUTE_KINDS), and who says so."""

    service_code: str
    route: str
    source: str = ""
