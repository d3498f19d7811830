"""Questions about whole columns of a Parquet file, answered from its statistics where it has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class ParquetColumns:
    """The columns of one open file; a list column stands for its elements."""

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file = file
        paths = [file.schema.column(number).path for number in range(len(file.schema))]
        self._leaves = {path: number for number, path in enumerate(paths)}
        for number, path in enumerate(paths):
            self._leaves.setdefault(path.split(".")[0], number)

    def nulls(self, column: str) -> int:
        """How many rows have no value (for a list column, how many have no element or a null one)."""
        found = [
            each.null_count if each and each.has_null_count else None for each in self._statistics(column)
        ]
        if all(count is not None for count in found):
            return sum(count for count in found if count is not None)
        return int(sum(batch.null_count for batch in self._batches(column)))

    def blank(self, column: str) -> bool:
        """Whether no row has a value."""
        for each in self._statistics(column):
            if each is None or not each.has_null_count:
                return all(_empty(batch) for batch in self._batches(column))
            if each.has_min_max or each.num_values:
                return False
        return True

    def range(self, column: str) -> tuple[Any, Any]:
        """The lowest and highest value, (None, None) where there is none.

        Statistics of long text may be cut short; what they give is never above the lowest value.
        """
        statistics = list(self._statistics(column))
        if all(each is not None and (each.has_min_max or not each.num_values) for each in statistics):
            known = [each for each in statistics if each.has_min_max]
            if not known:
                return None, None
            try:
                return min(each.min for each in known), max(each.max for each in known)
            except UnicodeDecodeError:  # text whose bytes are none
                raise
            except (OverflowError, ValueError):  # a date that no calendar has
                return date.min, date.max
        try:
            found = [pc.min_max(batch).as_py() for batch in self._batches(column)]
        except UnicodeDecodeError:
            raise
        except (OverflowError, ValueError):
            return date.min, date.max
        lows = [each["min"] for each in found if each["min"] is not None]
        highs = [each["max"] for each in found if each["max"] is not None]
        return (min(lows), max(highs)) if lows else (None, None)

    def distinct(self, column: str) -> set[Any]:
        """The values that occur, None among them where a row has none."""
        low, high = self.range(column)
        if low == high and not self.nulls(column):
            return {low}
        return {value for batch in self._batches(column) for value in pc.unique(batch).to_pylist()}

    def _statistics(self, column: str) -> Iterator[Any]:
        metadata = self._file.metadata
        for group in range(metadata.num_row_groups):
            yield metadata.row_group(group).column(self._leaves[column]).statistics

    def _batches(self, column: str) -> Iterator[pa.Array]:
        for batch in self._file.iter_batches(columns=[column]):
            array = batch.column(0)
            yield array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _empty(array: pa.Array) -> bool:
    if pa.types.is_list(array.type):
        elements = pc.list_flatten(array)
        return bool(elements.null_count == len(elements))
    return bool(array.null_count == len(array))
