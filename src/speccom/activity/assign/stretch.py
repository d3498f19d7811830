"""One stretch of activity as assignment takes it: its columns, its labels, and a row for each part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.assign.assigner import CORE, SERVICE_CODE
from speccom.activity.assign.bulk import BulkAssigner
from speccom.activity.assign.source_classes import Ids
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.row_ids import trimmed
from speccom.criteria.columns import Batch, Column, Dictionary, TextColumn
from speccom.criteria.vocabulary import Field, FieldType
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import PART

LINE = "spell_service_line"

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stretch:
    """Records to be assigned, one a row: `source` is each row's place in its chunk."""

    record_ids: pa.Array
    batch: Batch
    source: Rows
    cost: pa.ChunkedArray | None
    parts: Ids | None = None


class Stretches:
    """Reads chunks of activity, without the rows that repeat an earlier record.

    `also` are fields that are read beside those that the method asks for.
    """

    def __init__(
        self,
        reader: ActivityReader,
        bulk: BulkAssigner,
        datasets: Sequence[tuple[str | None, bool]],
        labels: Labels | None,
        *,
        parts: bool,
        also: Iterable[Field] = (),
    ) -> None:
        self.reader = reader
        self.bulk = bulk
        self.datasets = datasets
        self.labels = labels
        self.parts = parts
        of_parts = bulk.fields_of_parts if parts else ()
        self.fields = tuple(dict.fromkeys([*bulk.fields, *of_parts, *also]))

    @property
    def columns(self) -> list[str]:
        """The columns that are read."""
        return ["record_id", "total_cost", "activity_date", *(field.name for field in self.fields)]

    def read(self, chunk: Chunk, repeated: Rows, first_kept: int) -> Stretch:
        """Read one chunk. `first_kept` counts the rows kept before it, by which labels are found."""
        table = self.reader.table(chunk, dict.fromkeys(self.columns))
        source = np.arange(chunk.rows, dtype=np.int64)
        if len(repeated):
            source = np.delete(source, repeated)
            table = table.take(pa.array(source))
        batch = self.reader.encode(
            table, [ACTIVITY["activity_date"], *(f for f in self.fields if f.name in ACTIVITY)]
        )
        columns: dict[str, Column] = dict(batch.columns)
        dataset, in_rows = self.datasets[chunk.file]
        if not in_rows:
            columns.pop("dataset", None)
            if dataset:
                columns["dataset"] = TextColumn(Dictionary([dataset]), np.zeros(batch.rows, dtype=np.int32))
        record_ids = trimmed(_one(table.column("record_id")))
        if self.labels is not None:
            columns[SERVICE_CODE] = self.labels.lines(first_kept, record_ids)
        cost = table.column("total_cost") if "total_cost" in table.column_names else None
        batch = Batch(batch.rows, columns)
        if not self.parts:
            return Stretch(record_ids, batch, source, cost)
        return self._by_part(table, batch, record_ids, source)

    def _by_part(self, table: pa.Table, batch: Batch, record_ids: pa.Array, source: Rows) -> Stretch:
        """A row for the core of each record and for each part that is paid for apart.

        The cost is not divided, for nothing says how.
        """
        holds, leaving = self.bulk.parts_of(batch)
        parts = self.bulk.assigner.rulebook.parts
        rows = np.repeat(np.arange(batch.rows), 1 + holds.sum(axis=1))
        part = np.concatenate([np.zeros(0, np.int32), *([_numbers_of(holds)] if len(rows) else [])])
        wide = self.reader.encode(table.take(pa.array(rows)), self._lists())
        columns: dict[str, Column] = {
            name: TextColumn(column.dictionary, column.ids[rows])
            for name, column in batch.columns.items()
            if isinstance(column, TextColumn)
        }
        columns |= wide.columns
        columns[SERVICE_CODE] = _service_codes(
            batch.columns.get(SERVICE_CODE), leaving, rows, part, [p.service_code for p in parts]
        )
        columns[PART.name] = TextColumn(Dictionary([CORE, *(each.name for each in parts)]), part)
        taken = pa.array(rows)
        return Stretch(record_ids.take(taken), Batch(len(rows), columns), source[rows], None, part)

    def _lists(self) -> list[Field]:
        fields = [ACTIVITY["activity_date"], *(f for f in self.fields if f.name in ACTIVITY)]
        return [field for field in fields if field.type is not FieldType.TEXT]


class Labels:
    """The lines that an identification of the same files gave, in the order of its rows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise Problem(
                f"the labels cannot be read ({str(error).splitlines()[0]})",
                where=str(path),
                mend="Name the output of `speccom identify` over the same files",
            ) from error
        missing = {"record_id", LINE} - set(self.file.schema_arrow.names)
        if missing:
            raise Problem(
                f"this file has no column {' and no '.join(sorted(missing))}",
                where=str(path),
                mend="Name the output of `speccom identify` over the same files",
            )
        sizes = [self.file.metadata.row_group(n).num_rows for n in range(self.file.metadata.num_row_groups)]
        self.ends = np.cumsum([0, *sizes])

    def lines(self, start: int, record_ids: pa.Array) -> TextColumn:
        """Return the lines of some records from a row on. Raises Problem where they are other records."""
        end = start + len(record_ids)
        first = int(np.searchsorted(self.ends, start, side="right")) - 1
        last = int(np.searchsorted(self.ends, end, side="left"))
        if end > self.ends[-1]:
            raise self._differ()
        file = pq.ParquetFile(self.path)
        groups = list(range(first, max(last, first)))
        table = file.read_row_groups(groups, columns=["record_id", LINE]) if groups else None
        if table is None:
            return TextColumn(Dictionary([]), np.zeros(0, dtype=np.int32))
        table = table.slice(start - int(self.ends[first]), len(record_ids))
        if not trimmed(_one(table.column("record_id"))).equals(record_ids):
            raise self._differ()
        coded = _one(table.column(LINE)).cast(pa.string()).dictionary_encode()
        ids = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        return TextColumn(Dictionary(coded.dictionary.to_pylist()), ids)

    @property
    def records(self) -> int:
        """How many records were labelled: where it is all rows of the activity, none repeats another."""
        return int(self.ends[-1])

    def refuse_other_number(self, records: int) -> None:
        """Raise Problem where the activity has more or fewer records than were labelled."""
        if self.records != records:
            raise Problem(
                f"the labels are of {self.records:,} records, and the activity has {records:,}",
                where=str(self.path),
                mend="Run `speccom identify` over the same files, and name its output",
            )

    def _differ(self) -> Problem:
        return Problem(
            "the labels are of other records, or in another order, than the activity",
            where=str(self.path),
            mend="Run `speccom identify` over the same files in the same order, and name its output",
        )


def _numbers_of(holds: npt.NDArray[np.bool_]) -> Ids:
    """Return nought for each core followed by one more than the place of each part that holds."""
    whole = np.concatenate([np.ones((len(holds), 1), dtype=np.bool_), holds], axis=1)
    numbers: Ids = np.nonzero(whole)[1].astype(np.int32)
    return numbers


def _service_codes(
    column: Column | None, leaving: npt.NDArray[np.bool_], rows: Rows, part: Ids, codes: Sequence[str]
) -> TextColumn:
    """The part's own line for a part; for the core, its line unless that leaves it for a part."""
    written = list(column.dictionary.values) if isinstance(column, TextColumn) else []
    ids = column.ids[rows] if isinstance(column, TextColumn) else np.full(len(rows), -1, dtype=np.int32)
    new = ids.copy()
    for number, code in enumerate(codes):
        mine = [place for place, value in enumerate(written) if value == code]
        new[(part == 0) & leaving[rows, number] & np.isin(ids, mine)] = -1
        new[part == number + 1] = len(written) + number
    return TextColumn(Dictionary([*written, *codes]), new)


def _one(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return (
        pa.concat_arrays([pc.cast(each, pa.string()) for each in column.chunks])
        if column.num_chunks
        else pa.array([], pa.string())
    )
