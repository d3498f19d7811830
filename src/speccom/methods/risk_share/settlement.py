"""One year settled: the reserve pays for the very rare, each member keeps its collar, the pool is split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from speccom.methods.risk_share.agreement import RiskShareInput
from speccom.methods.rounding import shared, to_the_penny


@dataclass(frozen=True)
class Terms:
    """The agreement as whole numbers: collars in pence, shares as they stand to each other."""

    plans: tuple[int, ...]
    collars: tuple[int, ...]
    shares: tuple[Fraction, ...]
    reserve: int
    pools_underspends: bool

    @classmethod
    def of(cls, given: RiskShareInput) -> Terms:
        """Return the terms of an agreement."""
        return cls(
            plans=tuple(each.plan_pence for each in given.members),
            collars=tuple(to_the_penny(each.plan_pence * given.collar) for each in given.members),
            shares=tuple(Fraction(each.share) for each in given.members),
            reserve=given.reserve_pence,
            pools_underspends=given.pools_underspends,
        )


@dataclass(frozen=True)
class Settlement:
    """Each member's sums of a year, in pence, in the members' order."""

    variance: tuple[int, ...]
    reserve: tuple[int, ...]
    kept: tuple[int, ...]
    pooled: tuple[int, ...]
    parts: tuple[int, ...]

    @property
    def borne(self) -> tuple[int, ...]:
        """What each member bears."""
        return tuple(kept + part for kept, part in zip(self.kept, self.parts, strict=True))

    @property
    def left(self) -> tuple[int, ...]:
        """What the reserve leaves of each member's variance."""
        return tuple(whole - paid for whole, paid in zip(self.variance, self.reserve, strict=True))

    @property
    def residual(self) -> int:
        """What nobody bears: nought."""
        return sum(self.variance) - sum(self.reserve) - sum(self.borne)


def settle(terms: Terms, actual: Sequence[int], very_rare: Sequence[int]) -> Settlement:
    """Settle a year of each member's sums in pence; `very_rare` is part of `actual`."""
    variance = tuple(spent - plan for spent, plan in zip(actual, terms.plans, strict=True))
    claimed = sum(very_rare)
    reserve = shared(min(terms.reserve, claimed), very_rare) if claimed else (0,) * len(variance)
    left = [whole - paid for whole, paid in zip(variance, reserve, strict=True)]
    kept = tuple(_kept(each, collar, terms) for each, collar in zip(left, terms.collars, strict=True))
    pooled = tuple(whole - own for whole, own in zip(left, kept, strict=True))
    return Settlement(variance, reserve, kept, pooled, shared(sum(pooled), terms.shares))


def _kept(left: int, collar: int, terms: Terms) -> int:
    """Return what a member bears alone of what the reserve left."""
    if left > collar:
        return collar
    return -collar if terms.pools_underspends and left < -collar else left
