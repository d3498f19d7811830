"""One file of a feed as it was read: the money by place, and everything that could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from speccom.activity.contract.feeds import FeedShape
from speccom.activity.faults import Fault

NO_CODE = "no code"
"""Stands for a service line or a commissioner that a row leaves blank."""
UNUSABLE_CODE = "unusable code"
"""Stands for one that a row gives in a form that is no code."""


class Place(NamedTuple):
    """Where a row's money lies. `year` is the one in which the financial year begins; month 1 is April."""

    provider: str
    commissioner: str
    year: int
    month: int
    line: str
    point_of_delivery: str

    @property
    def calendar_month(self) -> str:
        """The month of the calendar: `2025-06` for the third month of 2025/26."""
        year, month = (self.year, self.month + 3) if self.month <= 9 else (self.year + 1, self.month - 9)
        return f"{year:04d}-{month:02d}"


@dataclass(frozen=True)
class Money:
    """What lies at one place: pounds to a millionth, and how many rows they come from."""

    pounds: Decimal
    rows: int


@dataclass(frozen=True)
class Submission:
    """One file.

    `created` is the latest stamp in it; `stamps` says how many different ones it has. `left_out` are rows
    that could not be placed, with what they would have come to as far as that can be read.
    """

    file: str
    digest: str
    position: int
    shape: FeedShape
    created: datetime | None
    stamps: int
    rows: int
    money: Mapping[Place, Money]
    left_out: Money
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]

    @property
    def pounds(self) -> Decimal:
        """All that the file's placed rows come to."""
        return sum((each.pounds for each in self.money.values()), Decimal())
