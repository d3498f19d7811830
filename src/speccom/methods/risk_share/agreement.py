"""The agreement of the members of a pool, and a year's sums."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures, Pence

Sum = Annotated[Pence, Field(ge=0, le=10**15)]
Expected = Annotated[float, Field(ge=0, le=1e6)]


class Risk(Figures):
    """What a member's year is drawn from in the simulation."""

    cases: Expected
    """Cases expected in a year, by number."""
    cost_per_case_pence: Sum
    """Mean cost of a case, in pence."""
    spread: float = Field(ge=0, le=10)
    """Standard deviation of the cost of a case, as a multiple of its mean."""
    very_rare_cases: Expected = 0
    """Very rare cases expected in a year, by number; 0.1 is one in ten years."""
    very_rare_cost_pence: Sum = 0
    """Cost of one of them, in pence."""


class Member(Figures):
    """One member of the pool."""

    member: str = Field(min_length=1)
    """Who it is."""
    share: Decimal = Field(ge=0, le=1)
    """Its agreed share of the pool, between 0 and 1."""
    plan_pence: Sum
    """Its plan for the year, without very rare cases, in pence."""
    actual_pence: Sum
    """What it spent, in pence."""
    very_rare_pence: Sum = 0
    """What of that went to very rare cases, in pence."""
    risk: Risk | None = None
    """What its years are drawn from; needed for a simulation."""


class Simulation(Figures):
    """How many years are drawn, and from which seed."""

    years: int = Field(ge=100, le=20_000)
    """Years, by number."""
    seed: int = Field(ge=0, le=2**63 - 1)
    """The seed; the same seed draws the same years."""


class RiskShareInput(Figures):
    """A pool, its members, and optionally a simulation."""

    members: tuple[Member, ...]
    """The members; their shares sum to 1."""
    collar: Decimal = Field(ge=0, le=1)
    """The variance that each member bears alone, as a share of its plan."""
    pools_underspends: bool = False
    """Whether what a member spends less than its plan less the collar goes to the pool too."""
    reserve_pence: Sum = 0
    """The national reserve for very rare cases, for a year, in pence."""
    simulation: Simulation | None = None
    """Whether and how to simulate; nothing where it is not wanted."""
