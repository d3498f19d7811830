"""Feeds as CSV files, for tests: rows are given in our words and written under the published names."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

COMMON = (
    "FINANCIAL MONTH",
    "FINANCIAL YEAR",
    "DATE AND TIME DATA SET CREATED",
    "ORGANISATION IDENTIFIER (CODE OF PROVIDER)",
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER)",
    "SERVICE CODE",
    "POINT OF DELIVERY CODE",
)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "acm": (*COMMON, "CONTRACT MONITORING ACTUAL ACTIVITY", "CONTRACT MONITORING ACTUAL PRICE"),
    "plcm": (*COMMON, "NHS NUMBER", "TOTAL COST"),
    "drplcm": (*COMMON, "DRUG NAME (HIGH COST TARIFF EXCLUDED DRUG)", "TOTAL COST"),
    "deplcm": (*COMMON, "HIGH LEVEL CODE (HIGH COST TARIFF EXCLUDED DEVICE)", "TOTAL COST"),
}
BEFORE_MONEY = {"acm": "1", "plcm": "9990000018", "drplcm": "a drug", "deplcm": "DEV01"}


class Row(NamedTuple):
    """One row of any feed."""

    month: int | str = 1
    pounds: str = "100.00"
    line: str = "NCBPS13B"
    provider: str = "RTH"
    commissioner: str = "13R"
    point_of_delivery: str = "EL"
    year: str = "2025/26"
    created: str = "2025-05-12 09:00"

    def values(self, feed: str) -> list[str]:
        """Return the row's values in the order of the feed's header."""
        place = (self.provider, self.commissioner, self.line, self.point_of_delivery)
        return [str(self.month), self.year, self.created, *place, BEFORE_MONEY[feed], self.pounds]


def write_feed(path: Path, feed: str, rows: Sequence[Row]) -> Path:
    """Write a feed's rows under its published header."""
    return write_values(path, HEADERS[feed], [row.values(feed) for row in rows])


def write_values(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Write any values under any header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def as_pounds(pence: int) -> str:
    """Return pence as a feed writes them."""
    return str(Decimal(pence) / 100)
