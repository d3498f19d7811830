"""Counts and money of a run, added up while its rows are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.labels import FATES, LAYERS, NOT_SPECIALISED, Answers
from speccom.criteria.columns import NumberColumn, TextColumn
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS

MONEY = pa.decimal128(20, 2)
"""Sums of pence in 64 bits, in pounds."""
EXACT_IN_FLOATS = 2.0**53
LARGEST_SUM = 9e18
HALF = 32
Pence = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Facts:
    """What the totals need to know of some records beside their answers, each (records,).

    `provider` is a position in the run's list of providers, `month` counts from January of the year
    nought, -1 being missing in both.
    """

    dataset: npt.NDArray[np.int8]
    provider: npt.NDArray[np.int32]
    month: npt.NDArray[np.int32]
    cost: Pence


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
    if rows == 0:
        return np.zeros(0, dtype=np.int32)
    first, last = int(dates.numbers.min()), int(dates.numbers.max())
    months = _months(np.arange(first, last + 1))[dates.numbers - first]
    return months if dates.missing is None else np.where(dates.missing, np.int32(-1), months)


def _months(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months.astype(np.int32)


class Totals:
    """Records, spells and cost by dataset, provider, month, line, layer and fate."""

    BITS = (2, 22, 18, 14, 3, 2)

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self._sums = _Sums(self.BITS, weights=2)

    def add(
        self,
        facts: Facts,
        answers: Answers,
        rows: npt.NDArray[np.intp],
        first_of_spell: npt.NDArray[np.bool_],
    ) -> None:
        """Add some records: the answers of some of their rows, the others having no line.

        `first_of_spell` (rows,) marks one record for each specialised spell.
        """
        facts_of = (facts.dataset, facts.provider, facts.month)
        answers_of = (answers.spell_line, answers.layer, answers.fate)
        self._sums.add(
            (*(column[rows] for column in facts_of), *answers_of),
            (facts.cost[rows], first_of_spell.astype(np.int64)),
        )
        self._sums.add((*facts_of, -1, -1, NOT_SPECIALISED), (facts.cost, 0), left_out=rows)

    def fates(self) -> dict[str, int]:
        """Return how many records met each fate."""
        columns, (records, _, _) = self._sums.total()
        return {name: int(records[columns[-1] == place].sum()) for place, name in enumerate(FATES)}

    def cost(self) -> tuple[Decimal, Decimal]:
        """Return the cost in pounds of all records, and of the specialised ones."""
        columns, (_, cost, _) = self._sums.total()
        return Decimal(int(cost.sum())) / 100, Decimal(int(cost[columns[3] >= 0].sum())) / 100

    def table(self, providers: Sequence[str]) -> pa.Table:
        """Return the cube, in a fixed order. Spells are counted where they are specialised."""
        (dataset, provider, month, line, layer, fate), (records, cost, spells) = self._sums.total()
        months = {int(each): _month_text(int(each)) for each in np.unique(month)}
        table = pa.table(
            {
                "dataset": _named(dataset, DATASETS),
                "provider": _named(provider, providers),
                "month": pa.array([months[int(each)] for each in month], type=pa.string()),
                "service_line": _named(line, self.codes),
                "layer": _named(layer, LAYERS),
                "fate": _named(fate, FATES),
                "records": pa.array(records),
                "spells": pa.array(spells),
                "cost": _pounds(cost),
            }
        )
        return table.sort_by([(name, "ascending") for name in table.column_names[:6]])


class Agreement:
    """The lines in the national extract beside ours, record by record."""

    BITS = (22, 14)

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = codes
        self.official = Names()
        self._sums = _Sums(self.BITS, weights=1)
        self._examples: dict[int, int] = {}

    def add(
        self, official: npt.NDArray[np.int32], lines: npt.NDArray[np.int16], cost: Pence, first_row: int
    ) -> None:
        """Add some records with our lines, the first of which is row `first_row` of the output."""
        self._sums.add((official, lines), (cost,))
        pairs = official.astype(np.int64) << self.BITS[1] | (lines + 1)
        for pair, row in zip(*np.unique(pairs, return_index=True), strict=True):
            example = first_row + int(row)
            self._examples[int(pair)] = min(example, self._examples.get(int(pair), example))

    def table(self) -> pa.Table:
        """Return the pairs of lines with an example each, in a fixed order."""
        (official, ours), (records, cost) = self._sums.total()
        rows = [self._examples[int(pair)] for pair in official << self.BITS[1] | (ours + 1)]
        table = pa.table(
            {
                "official_line": _named(official, self.official.listed()),
                "our_line": _named(ours, self.codes),
                "records": pa.array(records),
                "cost": _pounds(cost),
                "example_row": pa.array(rows, type=pa.int64()),
            }
        )
        return table.sort_by([("official_line", "ascending"), ("our_line", "ascending")])


class _Sums:
    """Counts and sums of whole numbers by several columns, packed into one key.

    A column has so many bits, and holds numbers from -1 on. Sums are exact.
    """

    MERGED_AT = 250_000
    WIDEST_TABLE = 100_000

    def __init__(self, bits: Sequence[int], *, weights: int) -> None:
        self._bits = bits
        self._most = 0.0
        self._keys = [np.zeros(0, dtype=np.int64)]
        self._values = [np.zeros((weights + 1, 0), dtype=np.int64)]

    def add(
        self,
        columns: Sequence[npt.NDArray[np.signedinteger] | int],
        weights: Sequence[npt.NDArray[np.int64] | int],
        left_out: npt.NDArray[np.intp] | None = None,
    ) -> None:
        """Add some records, but for the rows `left_out`: a number a column for each, and what to sum.

        The first column holds a number for each record; another, or a weight, may be one number for all.
        """
        records = len(columns[0])  # type: ignore[arg-type]
        if records == 0:
            return
        lows = [_least(column) for column in columns]
        sizes = [_most(column) - low + 1 for column, low in zip(columns, lows, strict=True)]
        place = np.zeros(records, dtype=np.int64)
        varying = [each for each in zip(columns, lows, sizes, strict=True) if each[2] > 1]
        for nth, (column, low, size) in enumerate(varying):
            if nth:
                place *= size
            place += column
            if low:
                place -= low
        if np.prod([float(size) for size in sizes]) > self.WIDEST_TABLE:
            cells, place = np.unique(place, return_inverse=True)
        else:
            cells = np.arange(int(np.prod(sizes)), dtype=np.int64)
        if left_out is not None:
            place[left_out] = len(cells)
        counts = np.bincount(place, minlength=len(cells) + 1)[:-1]
        sums = [
            counts * weight if isinstance(weight, int) else self._summed(place, weight, len(cells))
            for weight in weights
        ]
        met = np.flatnonzero(counts)
        self._keys.append(self._packed(cells[met], lows, sizes))
        self._values.append(np.array([counts, *sums], dtype=np.int64)[:, met])
        if sum(len(keys) for keys in self._keys[1:]) > max(self.MERGED_AT, len(self._keys[0])):
            self._merge()

    def _packed(
        self, cells: npt.NDArray[np.int64], lows: Sequence[int], sizes: Sequence[int]
    ) -> npt.NDArray[np.int64]:
        """Return the keys of cells of a table with these sizes, whose columns begin at `lows`."""
        keys = np.zeros(len(cells), dtype=np.int64)
        shift = 0
        for low, size, bits in zip(reversed(lows), reversed(sizes), reversed(self._bits), strict=True):
            keys |= (cells % size + low + 1) << shift
            cells = cells // size
            shift += bits
        return keys

    def _summed(
        self, groups: npt.NDArray[np.intp], weight: npt.NDArray[np.int64], size: int
    ) -> npt.NDArray[np.int64]:
        """Return the sum of each group but the last. Large numbers are summed in halves, which floats
        hold exactly."""
        most = float(max(-int(weight.min()), int(weight.max()))) * len(weight)
        if most >= EXACT_IN_FLOATS:
            most = float(np.abs(weight.astype(np.float64)).sum())
        self._most += most
        if self._most > LARGEST_SUM:
            raise Problem(
                "the costs add up to more than can be counted",
                mend="Look for impossible amounts in total_cost",
            )
        if most < EXACT_IN_FLOATS:
            return _added(groups, weight, size)
        halves = (weight >> HALF, weight & ((1 << HALF) - 1))
        upper, lower = (_added(groups, half, size) for half in halves)
        return (upper << HALF) + lower

    def total(self) -> tuple[list[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
        """Return the columns of every combination that occurred, and (count, sums…) for each."""
        self._merge()
        rest = self._keys[0].copy()
        columns = []
        for bits in reversed(self._bits):
            columns.append((rest & ((1 << bits) - 1)) - 1)
            rest >>= bits
        return columns[::-1], self._values[0]

    def _merge(self) -> None:
        keys = np.concatenate(self._keys)
        values = np.concatenate(self._values, axis=1)
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[:, order]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = [keys[starts]]
        self._values = [np.add.reduceat(values, starts, axis=1) if len(starts) else values]


def _least(column: npt.NDArray[np.signedinteger] | int) -> int:
    return column if isinstance(column, int) else int(column.min())


def _most(column: npt.NDArray[np.signedinteger] | int) -> int:
    return column if isinstance(column, int) else int(column.max())


def _added(groups: npt.NDArray[np.intp], weight: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    return np.bincount(groups, weights=weight, minlength=size + 1)[:-1].astype(np.int64)


def _named(places: npt.NDArray[np.int64], names: Sequence[str]) -> pa.Array:
    values = pa.array(list(names) or [""], type=pa.string())
    return values.take(pa.array(places, mask=places < 0))


def _pounds(pence: npt.NDArray[np.int64]) -> pa.Array:
    """Return whole pence as pounds, exactly: the same digits with the point two places to the left."""
    return pa.array([Decimal(int(each)).scaleb(-2) for each in pence], type=MONEY)


def _month_text(month: int) -> str | None:
    return None if month < 0 else f"{month // 12:04d}-{month % 12 + 1:02d}"
