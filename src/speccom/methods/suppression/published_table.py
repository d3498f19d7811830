"""The table with all its totals as one list of cells, and the sums that everybody knows to hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from speccom.methods.method import Refused
from speccom.methods.suppression.counts import Cost, SuppressionInput

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOTAL = "Total"

# Linear programmes hold sums to a ten millionth of a whole or so; a thousand million leaves that room.
_MOST = 1_000_000_000


@dataclass(frozen=True)
class PublishedTable:
    """Cells by row, then column: rows are those given, groups and all; columns those given and all.

    `sums` @ counts = 0: in each row of `sums`, the parts are 1 and their total is -1.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Whole
    total: Bools
    cost: Whole
    sums: sparse.csr_matrix

    def place(self, cell: int) -> tuple[str, str]:
        """Return the row and the column of a cell."""
        row, column = divmod(cell, len(self.columns))
        return self.rows[row], self.columns[column]

    def inner(self, row: int, column: int) -> int:
        """Return the cell of a given row and column."""
        return row * len(self.columns) + column


def published_table(given: SuppressionInput) -> PublishedTable:
    """Return the table with its totals. Raises Refused where its shape or its names do not fit."""
    _check(given)
    groups = tuple(dict.fromkeys(given.row_groups))
    members = _members(given, groups)
    inner = np.array(given.counts, dtype=np.int64)
    rows = np.vstack([inner, *(inner[which].sum(axis=0)[None, :] for which in members)])
    whole = np.hstack([rows, rows.sum(axis=1, keepdims=True)])
    total = np.ones(whole.shape, dtype=bool)
    total[: len(inner), :-1] = False
    counts, is_total = whole.ravel(), total.ravel()
    each = np.maximum(counts, 1) if given.cost == Cost.COUNT else np.ones_like(counts)
    return PublishedTable(
        rows=(*given.rows, *groups, TOTAL),
        columns=(*given.columns, TOTAL),
        counts=counts,
        total=is_total,
        cost=each * np.where(is_total, given.total_cost, 1),
        sums=_sums(whole.shape, members),
    )


def _members(given: SuppressionInput, groups: tuple[str, ...]) -> list[Whole]:
    """Return, for each row of totals, the rows that it sums: groups sum rows, and all sums groups or rows."""
    count = len(given.rows)
    within = [
        np.array([place for place, group in enumerate(given.row_groups) if group == each], dtype=np.int64)
        for each in groups
    ]
    return [*within, np.arange(count)]


def _sums(shape: tuple[int, int], members: list[Whole]) -> sparse.csr_matrix:
    height, width = shape
    cells = np.arange(height * width).reshape(shape)
    parts: list[tuple[Whole, int]] = [(row[:-1], int(row[-1])) for row in cells]
    first_total = height - len(members)
    for place, rows in enumerate(members):
        total = first_total + place
        summed = np.arange(first_total, total) if total == height - 1 and len(members) > 1 else rows
        parts += [(cells[summed, column], int(cells[total, column])) for column in range(width)]
    indices = np.concatenate([np.append(cells_summed, total) for cells_summed, total in parts])
    values = np.concatenate([np.append(np.ones(len(cells_summed)), -1.0) for cells_summed, _ in parts])
    starts = np.cumsum([0, *(len(cells_summed) + 1 for cells_summed, _ in parts)])
    return sparse.csr_matrix((values, indices, starts), shape=(len(parts), cells.size))


def _check(given: SuppressionInput) -> None:
    _shape(given.counts, "counts", given)
    for names, where in (
        ((*given.rows, *dict.fromkeys(given.row_groups), TOTAL), "rows"),
        ((*given.columns, TOTAL), "columns"),
    ):
        repeated = [name for name in names if names.count(name) > 1]
        if repeated:
            raise Refused(
                f"the name `{repeated[0]}` is there more than once, among groups and `{TOTAL}` too",
                where=where,
                mend="Give each its own name",
            )
    whole = sum(sum(row) for row in given.counts)
    if whole > _MOST:
        raise Refused(
            f"the counts sum to {whole:,}, and beyond {_MOST:,} bounds cannot be told to the last one",
            where="counts",
            mend="Use smaller tables, or round the counts first",
        )
    if given.row_groups and len(given.row_groups) != len(given.rows):
        raise Refused(
            f"there are {len(given.rows)} rows and {len(given.row_groups)} groups of rows",
            where="row_groups",
            mend="Give one group for each row, or none at all",
        )
    if (given.largest is None) != (given.dominance is None):
        raise Refused(
            "dominance needs both the share (`dominance`) and the largest contributions (`largest`)",
            where="dominance",
            mend="Give both or neither",
        )
    if given.largest is not None:
        _shape(given.largest, "largest", given)
        for row, (counts, largest) in enumerate(zip(given.counts, given.largest, strict=True)):
            for column, (count, most) in enumerate(zip(counts, largest, strict=True)):
                if most > count:
                    raise Refused(
                        f"one contributor makes up {most:,} of a count of {count:,}",
                        where=f"row {given.rows[row]}, column {given.columns[column]}",
                        mend="Give a largest contribution that is no more than the count",
                    )


def _shape(table: tuple[tuple[int, ...], ...], where: str, given: SuppressionInput) -> None:
    if len(table) != len(given.rows):
        raise Refused(
            f"there are {len(table)} rows of figures and {len(given.rows)} names of rows",
            where=where,
            mend="Give one row of figures for each name",
        )
    for name, row in zip(given.rows, table, strict=True):
        if len(row) != len(given.columns):
            raise Refused(
                f"it has {len(row)} figures, and there are {len(given.columns)} columns",
                where=f"{where}, row {name}",
                mend="Give one figure for each column",
            )
