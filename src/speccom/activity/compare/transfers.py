"""What moves from one commissioner to another, added up while the activity is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.compare.accounts import Flow, money_of
from speccom.activity.compare.movements import refuse_uncountable
from speccom.activity.compare.terms import NO_LINE, Terms
from speccom.rulebook.entries import DATASETS

NO_COMMISSIONER = NO_LINE
"""What activity is called that no commissioner is named for."""

_KEYS = ("old", "new", "line", "dataset", "provider")


@dataclass(frozen=True)
class Transfer(Flow):
    """Activity that moves alike from a commissioner to another; `line` is what it counts as under both.

    Its money is the same on both sides: it is the same activity, under the same terms of its line.
    """

    line: str = NO_LINE


class Transfers:
    """The transfers under one version, by numbers that the caller gives names to."""

    def __init__(self) -> None:
        self._sums: list[pa.Table] = []

    def add(
        self,
        numbers: Sequence[npt.NDArray[np.integer]],
        pence: npt.NDArray[np.int64],
        uncosted: npt.NDArray[np.bool_],
    ) -> None:
        """Add some records: numbers of old and new commissioner, line, dataset and provider, so ordered."""
        refuse_uncountable(pence)
        columns = {name: column.astype(np.int64) for name, column in zip(_KEYS, numbers, strict=True)}
        ones = np.ones(len(pence), dtype=np.int64)
        self._sums.append(
            _summed(
                pa.table({**columns, "records": ones, "pence": pence, "uncosted": uncosted.astype(np.int64)})
            )
        )

    def named(
        self,
        commissioners: Sequence[str | None],
        lines: Sequence[str],
        providers: Sequence[str],
        terms: Terms | None,
    ) -> tuple[Transfer, ...]:
        """Return the transfers in a fixed order, whatever the order of the files."""
        if not self._sums:
            return ()
        found = []
        for row in _summed(pa.concat_tables(self._sums)).to_pylist():
            line = lines[row["line"]] if row["line"] >= 0 else NO_LINE
            money = money_of(terms or Terms(), line, row["pence"])
            found.append(
                Transfer(
                    old=commissioners[row["old"]] or NO_COMMISSIONER,
                    new=commissioners[row["new"]] or NO_COMMISSIONER,
                    old_programme=None,
                    new_programme=None,
                    dataset=DATASETS[row["dataset"]] if row["dataset"] >= 0 else "",
                    provider=providers[row["provider"]] if row["provider"] >= 0 else None,
                    records=row["records"],
                    spells=0,
                    without_cost=row["uncosted"],
                    leaves=money,
                    arrives=money,
                    line=line,
                )
            )
        return tuple(sorted(found, key=_place))


def _summed(table: pa.Table) -> pa.Table:
    sums = table.group_by(list(_KEYS), use_threads=False).aggregate(
        [(name, "sum") for name in ("records", "pence", "uncosted")]
    )
    return sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])


def _place(transfer: Transfer) -> tuple[str, ...]:
    return (transfer.old, transfer.new, transfer.line, transfer.dataset, transfer.provider or "")
