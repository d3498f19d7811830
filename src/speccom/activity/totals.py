"""Counts and money of a run, added up while its rows are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.labels import FATES, LAYERS, Answers
from speccom.activity.lines import DATASETS
from speccom.criteria.columns import NumberColumn, TextColumn

MONEY = pa.decimal128(18, 2)
LARGEST_TABLE = 4_000_000
"""Keys up to here are added up in a table, larger ones by sorting."""

Pence = npt.NDArray[np.int64]
Key = tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """What the totals need to know of some records beside their answers, each (records,).

    `provider` is a position in the run's list of providers, `month` counts from January of the year
    nought, -1 being missing in both; `first_of_spell` marks one record for each specialised spell.
    """

    dataset: npt.NDArray[np.int8]
    provider: npt.NDArray[np.int32]
    month: npt.NDArray[np.int32]
    cost: Pence
    first_of_spell: npt.NDArray[np.bool_]


class Names:
    """Names numbered as they come, over all the dictionaries of a run."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def of(self, column: TextColumn | None, rows: int) -> npt.NDArray[np.int32]:
        """Return the number of each record's name, -1 where it has none."""
        if column is None:
            return np.full(rows, -1, dtype=np.int32)
        numbers = [
            -1 if value is None else self.numbers.setdefault(value, len(self.numbers))
            for value in column.dictionary.values
        ]
        return np.array([*numbers, -1], dtype=np.int32)[column.ids]

    def listed(self) -> list[str]:
        """The names by number."""
        return list(self.numbers)


def months_of(dates: NumberColumn | None, rows: int) -> npt.NDArray[np.int32]:
    """Return each record's month, counted from January of the year nought; -1 where it has no date."""
    if dates is None:
        return np.full(rows, -1, dtype=np.int32)
    months = dates.numbers.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    if dates.missing is not None:
        months = np.where(dates.missing, -1, months)
    return months.astype(np.int32)


class Totals:
    """Records, spells and cost by dataset, provider, month, line, layer and fate."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self._sums: dict[Key, list[int]] = {}

    def add(self, answers: Answers, facts: Facts) -> None:
        """Add some records."""
        columns = (
            facts.dataset,
            facts.provider,
            facts.month,
            answers.spell_line,
            answers.layer,
            answers.fate,
        )
        weights = (facts.cost, facts.first_of_spell.astype(np.int64))
        for key, sums in _grouped(columns, weights):
            mine = self._sums.setdefault(key, [0] * len(sums))
            for place, value in enumerate(sums):
                mine[place] += value

    def fates(self) -> dict[str, int]:
        """Return how many records met each fate."""
        counted = dict.fromkeys(FATES, 0)
        for key, (records, _, _) in self._sums.items():
            counted[FATES[key[-1]]] += records
        return counted

    def cost(self) -> tuple[Decimal, Decimal]:
        """Return the cost in pounds of all records, and of the specialised ones."""
        total = sum(cost for _, cost, _ in self._sums.values())
        special = sum(cost for key, (_, cost, _) in self._sums.items() if key[3] >= 0)
        return Decimal(total) / 100, Decimal(special) / 100

    def table(self, providers: Sequence[str]) -> pa.Table:
        """Return the cube, in a fixed order. Spells are counted where they are specialised."""
        rows = [
            {
                "dataset": DATASETS[dataset],
                "provider": _named(providers, provider),
                "month": _month_text(month),
                "service_line": _named(self.codes, line),
                "layer": _named(LAYERS, layer),
                "fate": FATES[fate],
                "records": records,
                "spells": spells,
                "cost": Decimal(cost) / 100,
            }
            for (dataset, provider, month, line, layer, fate), (records, cost, spells) in self._sums.items()
        ]
        rows.sort(key=lambda row: tuple(str(value) for value in row.values()))
        return pa.Table.from_pylist(rows, _CUBE)


_CUBE = pa.schema(
    [
        ("dataset", pa.string()),
        ("provider", pa.string()),
        ("month", pa.string()),
        ("service_line", pa.string()),
        ("layer", pa.string()),
        ("fate", pa.string()),
        ("records", pa.int64()),
        ("spells", pa.int64()),
        ("cost", MONEY),
    ]
)
_AGREEMENT = pa.schema(
    [
        ("official_line", pa.string()),
        ("our_line", pa.string()),
        ("records", pa.int64()),
        ("cost", MONEY),
        ("example_row", pa.int64()),
    ]
)


class Agreement:
    """The lines in the national extract beside ours, record by record."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self.official = Names()
        self._sums: dict[Key, list[int]] = {}

    def add(self, official: npt.NDArray[np.int32], answers: Answers, cost: Pence, first_row: int) -> None:
        """Add some records, the first of which is row `first_row` of the output."""
        for key, (records, pence) in _grouped((official, answers.line), (cost,)):
            if key not in self._sums:
                same = (official == key[0]) & (answers.line == key[1])
                self._sums[key] = [0, 0, first_row + int(np.argmax(same))]
            self._sums[key][0] += records
            self._sums[key][1] += pence

    def table(self) -> pa.Table:
        """Return the pairs of lines, in a fixed order."""
        names = self.official.listed()
        rows = [
            {
                "official_line": _named(names, official),
                "our_line": _named(self.codes, ours),
                "records": records,
                "cost": Decimal(pence) / 100,
                "example_row": row,
            }
            for (official, ours), (records, pence, row) in self._sums.items()
        ]
        rows.sort(key=lambda row: (str(row["official_line"]), str(row["our_line"])))
        return pa.Table.from_pylist(rows, _AGREEMENT)


def _grouped(
    columns: Sequence[npt.NDArray[np.signedinteger]], weights: Sequence[npt.NDArray[np.int64]]
) -> list[tuple[Key, list[int]]]:
    """Return for each combination of values that occurs how often, and the sums of the weights.

    Sums are exact: they are of whole numbers and stay below 2^53 for one chunk of records.
    """
    if len(columns[0]) == 0:
        return []
    lows = [int(column.min()) for column in columns]
    sizes = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, low, size in zip(columns, lows, sizes, strict=True):
        key = key * size + (column.astype(np.int64) - low)
    if np.prod([float(size) for size in sizes]) > LARGEST_TABLE:
        distinct, key = np.unique(key, return_inverse=True)
    else:
        distinct = np.arange(int(np.prod(sizes)), dtype=np.int64)
    counts = np.bincount(key, minlength=len(distinct))
    sums = [np.bincount(key, weights=weight, minlength=len(distinct)) for weight in weights]
    found = []
    for place in np.flatnonzero(counts):
        values: list[int] = []
        rest = int(distinct[place])
        for low, size in zip(reversed(lows), reversed(sizes), strict=True):
            rest, value = divmod(rest, size)
            values.append(value + low)
        found.append((tuple(reversed(values)), [int(counts[place]), *(int(each[place]) for each in sums)]))
    return found


def _named(names: Sequence[str], place: int) -> str | None:
    return None if place < 0 else names[place]


def _month_text(month: int) -> str | None:
    return None if month < 0 else f"{month // 12:04d}-{month % 12 + 1:02d}"
