"""The three columns of money: what moves at cost, what is payable for it, and what only a baseline can move.

A line is paid for by a fixed element, agreed beforehand, and a variable one, which follows activity. When
activity at cost moves to a line, only its variable share becomes payable there; the rest is money that the
line gets only if its fixed element is changed. So notional = payable + change of baseline, to the penny.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from speccom.activity.compare.terms import NO_LINE, Terms

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Money:
    """Whole pence in three columns that are never added up; None is what nobody can know without terms."""

    notional: int = 0
    payable: int | None = 0
    baseline: int | None = 0

    def __add__(self, other: Money) -> Money:
        return Money(
            self.notional + other.notional,
            None if self.payable is None or other.payable is None else self.payable + other.payable,
            None if self.baseline is None or other.baseline is None else self.baseline + other.baseline,
        )

    def __neg__(self) -> Money:
        return Money(
            -self.notional,
            None if self.payable is None else -self.payable,
            None if self.baseline is None else -self.baseline,
        )

    def __sub__(self, other: Money) -> Money:
        return self + -other


def money_of(terms: Terms, line: str, pence: int) -> Money:
    """Return what an amount of activity at cost is worth to a line, in the three columns."""
    payable = terms.variable(line, pence)
    return Money(pence, payable, None if payable is None else pence - payable)


@dataclass(frozen=True)
class Flow:
    """What moved alike: from a line to another (NO_LINE for none) in one dataset, at one provider.

    `leaves` is what the old line loses, `arrives` what the new line gains.
    """

    old: str
    new: str
    old_programme: str | None
    new_programme: str | None
    dataset: str
    provider: str | None
    records: int
    spells: int
    without_cost: int
    leaves: Money
    arrives: Money


@dataclass(frozen=True)
class Account:
    """What came to somewhere and what left it."""

    gained_records: int = 0
    lost_records: int = 0
    gained_spells: int = 0
    lost_spells: int = 0
    gains: Money = Money()
    losses: Money = Money()

    @property
    def net(self) -> Money:
        """Gains minus losses."""
        return self.gains - self.losses

    def gaining(self, flow: Flow) -> Account:
        """Return the account with what a flow brings."""
        return Account(
            self.gained_records + flow.records,
            self.lost_records,
            self.gained_spells + flow.spells,
            self.lost_spells,
            self.gains + flow.arrives,
            self.losses,
        )

    def losing(self, flow: Flow) -> Account:
        """Return the account with what a flow takes away."""
        return Account(
            self.gained_records,
            self.lost_records + flow.records,
            self.gained_spells,
            self.lost_spells + flow.spells,
            self.gains,
            self.losses + flow.leaves,
        )


Side = Callable[[Flow, str, str | None], Key]
"""What an account is kept for: told a flow, the line on one of its sides, and that line's programme."""


def accounts(flows: Iterable[Flow], side: Side[Key], *, with_none: bool = False) -> dict[Key, Account]:
    """Keep accounts of the flows by anything; activity without a line is left out unless asked for."""
    found: dict[Key, Account] = {}
    for flow in flows:
        if with_none or flow.old != NO_LINE:
            key = side(flow, flow.old, flow.old_programme)
            found[key] = found.get(key, Account()).losing(flow)
        if with_none or flow.new != NO_LINE:
            key = side(flow, flow.new, flow.new_programme)
            found[key] = found.get(key, Account()).gaining(flow)
    return found


def by_line(flows: Iterable[Flow]) -> dict[str, Account]:
    """Keep an account for each line and for none; their notional movements come to nought together."""
    return accounts(flows, lambda flow, line, programme: line, with_none=True)


def pounds(pence: int | None) -> str | None:
    """Return whole pence as pounds in digits, exactly; None stays None."""
    return None if pence is None else f"{Decimal(pence).scaleb(-2):.2f}"
