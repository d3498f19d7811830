"""The files of a synthetic year: drawn batch after batch, written in parts, each saying what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from speccom.activity.disk_full import full_disk, is_full, naming
from speccom.activity.synthesise.allotment import allot, batch_bounds
from speccom.activity.synthesise.batch import Batch, draw_batch
from speccom.activity.synthesise.canonical import canonical_table
from speccom.activity.synthesise.clinical_model import ClinicalModel
from speccom.activity.synthesise.dirt import Dirt
from speccom.activity.synthesise.hospital_episodes import attendances_table, episodes_table
from speccom.activity.written_whole import write_whole
from speccom.problem import Problem

ROWS_IN_BATCH = 125_000
BATCHES_IN_PART = 7
"""Batches differ a little in size: seven of them stay well under a million rows."""

ADMITTED_SHARE = 0.4
"""Admitted care is about a seventh of real records; here more, so that a small year shows its detail."""

MARK = b"speccom.synthetic"
FORMATS = {"canonical": ("parquet", "csv"), "hes-apc": ("csv",), "hes-op": ("csv",)}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class YearOrder:
    """What is asked for."""

    records: int
    seed: int
    layout: str
    file_format: str
    dirty: bool

    def datasets(self) -> dict[str, int]:
        """How many records of each dataset."""
        if self.layout == "hes-apc":
            return {"apc": self.records}
        if self.layout == "hes-op":
            return {"op": self.records}
        admitted = round(self.records * ADMITTED_SHARE)
        return {"apc": admitted, "op": self.records - admitted}


def write_year(order: YearOrder, model: ClinicalModel, out: Path, progress: Progress | None) -> list[Path]:
    """Write the year's files and the README beside them; return the paths of the files.

    Raises Problem where the folder cannot be written.
    """
    files: list[Path] = []
    try:
        with _all_or_none(files):
            out.mkdir(parents=True, exist_ok=True)
            done = 0
            for dataset, records in order.datasets().items():
                if records:
                    told = _after(progress, done, order.records)
                    for file in _write_dataset(order, model, out, dataset, records, told):
                        files.append(file)
                done += records
            write_whole(out / "README.txt", _readme(order, model, files))
    except OSError as error:
        if is_full(error):
            raise full_disk(error, out, "Make room, or ask for fewer records, and begin again") from error
        raise Problem(
            f"the synthetic year could not be written: {error.strerror}",
            where=str(error.filename or out),
            mend="Choose a folder that can be written, with room enough",
        ) from error
    return files


@contextmanager
def _all_or_none(files: list[Path]) -> Iterator[None]:
    """Remove the files of a year that does not come to its end: a part of it passes for the whole."""
    try:
        yield
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def _after(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    def told(done: int) -> None:
        if progress:
            progress(before + done, total)

    return told


def _write_dataset(
    order: YearOrder,
    model: ClinicalModel,
    out: Path,
    dataset: str,
    records: int,
    progress: Callable[[int], None],
) -> Iterator[Path]:
    """Write a dataset's files, and yield each when it is whole."""
    tables = _tables(order, model, dataset, records)
    batches = -(-records // ROWS_IN_BATCH)
    parts = -(-batches // BATCHES_IN_PART)
    stem = f"synthetic-{order.layout if order.layout != 'canonical' else dataset}-{model.year.label}"
    files = [out / f"{stem}-{part + 1:03d}.{order.file_format}" for part in range(parts)]
    _refuse_leftovers(out, stem, files)
    done = 0
    for part, file in enumerate(files):
        with _PartFile(file, order) as part_file:
            for _ in range(min(BATCHES_IN_PART, batches - part * BATCHES_IN_PART)):
                table = next(tables)
                part_file.write(table)
                done += table.num_rows
                progress(done)
        yield file


def _refuse_leftovers(out: Path, stem: str, files: list[Path]) -> None:
    """Refuse a folder where parts of another year would stay beside the new ones and be read with them."""
    left = sorted({*out.glob(f"{stem}-*")} - {*files})
    if left:
        others = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
        raise Problem(
            f"{left[0].name}{others} is part of another synthetic year",
            where=str(out),
            mend="Choose another folder, or remove the files of the other year first",
        )


def _tables(order: YearOrder, model: ClinicalModel, dataset: str, records: int) -> Iterator[pa.Table]:
    chosen = model.scenarios_of(dataset)
    counts = np.zeros(len(model.scenarios), dtype=np.int64)
    counts[chosen] = allot(records, model.numbers("per_100k")[chosen].tolist())
    batches = -(-records // ROWS_IN_BATCH)
    bounds = batch_bounds(counts, batches)
    first_spell = 0
    for number in range(batches):
        stream = (order.seed, ("apc", "op").index(dataset), number)
        batch = draw_batch(
            model,
            bounds[:, number + 1] - bounds[:, number],
            np.random.Generator(np.random.PCG64(np.random.SeedSequence(stream))),
            first_record=int(bounds[:, number].sum()),
            first_spell=first_spell,
        )
        first_spell += len(batch.spells.scenario)
        table = _table(order, model, dataset, batch)
        if order.dirty:
            table = Dirt(order.layout, np.random.SeedSequence((*stream, 1))).soil(table)
        yield table


def _table(order: YearOrder, model: ClinicalModel, dataset: str, batch: Batch) -> pa.Table:
    if order.layout == "hes-apc":
        return episodes_table(batch, model)
    if order.layout == "hes-op":
        return attendances_table(batch, model)
    return canonical_table(batch, model, dataset)


class _PartFile:
    """One file that is being written, Parquet or CSV; it has its name only when it is whole."""

    def __init__(self, path: Path, order: YearOrder) -> None:
        self._path = path
        self._unfinished = path.with_name(f"unfinished-{path.name}")
        self._order = order
        self._writer: pq.ParquetWriter | pacsv.CSVWriter | None = None

    def __enter__(self) -> _PartFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with naming(self._path):
                if self._writer:
                    self._writer.close()
            if error is None:
                self._unfinished.replace(self._path)
        finally:
            self._unfinished.unlink(missing_ok=True)

    def write(self, table: pa.Table) -> None:
        """Add a batch's rows."""
        if self._path.suffix == ".csv":
            table = _flat(table)
        with naming(self._path):
            if self._writer is None:
                self._writer = self._open(table.schema)
            self._writer.write_table(table)

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter | pacsv.CSVWriter:
        if self._path.suffix == ".csv":
            return pacsv.CSVWriter(
                str(self._unfinished),
                schema,
                write_options=pacsv.WriteOptions(quoting_style="none", quoting_header="none"),
            )
        mark = f"synthetic activity, no real patients; seed {self._order.seed}".encode()
        return pq.ParquetWriter(str(self._unfinished), schema.with_metadata({MARK: mark}), compression="zstd")


def _flat(table: pa.Table) -> pa.Table:
    """Lists as text, parted by semicolons."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            column = table.column(place).combine_chunks()
            table = table.set_column(place, field.name, pc.binary_join(column, ";"))
    return table


def _readme(order: YearOrder, model: ClinicalModel, files: list[Path]) -> str:
    dirt = "Dirt of the kinds that real files hold was put in on purpose.\n" if order.dirty else ""
    names = "\n".join(f"  {file.name}" for file in files)
    return (
        "SYNTHETIC ACTIVITY: NO REAL PATIENTS\n\n"
        f"These files hold {order.records:,} made-up records of hospital care in the financial year "
        f"{model.year.label}.\nNobody in them exists; every record id begins with SYN. The trusts are real, "
        "what they are shown to do is\ninvented: no figure from these files says anything about them.\n"
        f"{dirt}\n"
        f"Made by speccom synthesise, layout {order.layout}, seed {order.seed}. "
        "The same number and seed give the same files again.\n\n"
        f"{names}\n"
    )
