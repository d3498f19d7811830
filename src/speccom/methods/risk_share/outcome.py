"""What each member bears, and how the simulated years turned out."""

from __future__ import annotations

from decimal import Decimal

from speccom.methods.method import Figures, Pence


class MemberYear(Figures):
    """One member's year."""

    member: str
    """Who it is."""
    variance_pence: Pence
    """Spent less planned, in pence."""
    reserve_pence: Pence
    """What the national reserve pays of it, in pence."""
    kept_pence: Pence
    """What it bears alone, within the collar, in pence."""
    pooled_pence: Pence
    """What it puts into the pool, in pence; less than nought is an underspend."""
    part_pence: Pence
    """Its part of the pool, in pence."""
    borne_pence: Pence
    """What it bears in all, in pence."""
    transfer_pence: Pence
    """What it pays the others, in pence; less than nought is what they pay it."""


class MemberYears(Figures):
    """One member over the simulated years."""

    member: str
    """Who it is."""
    alone_mean_pence: Pence
    """Mean yearly variance without the reserve and the pool, in pence."""
    alone_90_pence: Pence
    """Variance that nine years in ten do not exceed without them, in pence."""
    reserve_90_pence: Pence
    """The same with the reserve and without the pool, in pence."""
    pooled_90_pence: Pence
    """The same with the reserve and the pool, in pence."""
    pooled_mean_pence: Pence
    """Mean yearly variance that it bears with both, in pence."""
    change_90: Decimal | None
    """What the pool changes of its 90th centile, as a share; nothing where there is no risk to change."""


class Years(Figures):
    """The simulated years."""

    years: int
    """How many were drawn."""
    seed: int
    """From which seed."""
    members: tuple[MemberYears, ...]
    """Each member."""
    reserve_mean_pence: Pence
    """What the national reserve pays in a mean year, in pence."""
    reserve_short_years: int
    """Years in which very rare cases cost more than the reserve, by number."""
    residual_pence: Pence
    """All variances less what the reserve paid and members bore, over all years, in pence: nought."""


class RiskShareResult(Figures):
    """The pool's year, and the simulated years."""

    collar: Decimal
    """The variance that each member bears alone, as a share of its plan."""
    pools_underspends: bool
    """Whether underspends are pooled too."""
    members: tuple[MemberYear, ...]
    """Each member's year."""
    variance_pence: Pence
    """All members' variance, in pence."""
    very_rare_pence: Pence
    """What very rare cases cost, in pence."""
    reserve_paid_pence: Pence
    """What the national reserve paid, in pence."""
    pool_pence: Pence
    """The pool, in pence; less than nought is an underspend to share."""
    residual_pence: Pence
    """All variances less what the reserve paid and the members bear, in pence: nought."""
    simulation: Years | None
    """The simulated years; nothing where none were asked for."""
