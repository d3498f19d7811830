"""Any activity file in, the canonical record as Parquet out, with every fault counted.

A canonical Parquet file with canonical types is left where it is; anything else is converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from speccom.activity.canonical_parquet import Progress, write_canonical
from speccom.activity.convert import Converter
from speccom.activity.csv_file import CsvFile, look_through
from speccom.activity.digest import digest_of
from speccom.activity.faults import Fault, FaultCounter, Rejected
from speccom.activity.layouts import Layout, load_layouts
from speccom.activity.plan import SOURCE_ROW, Plan, make_plan
from speccom.activity.read_csv import CsvRows
from speccom.activity.read_parquet import (
    MAGIC,
    ParquetRows,
    as_it_stands,
    open_parquet,
    refuse_impossible_types,
    unreadable,
)
from speccom.activity.recognise import AUTO, choose_layout, nearest_column
from speccom.activity.run_folder import refuse_unfinished
from speccom.problem import Problem
from speccom.rulebook import find
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS


@dataclass(frozen=True)
class PreparedFile:
    """One input file, ready for the engines.

    `path` is canonical Parquet: `original` itself where it already is, else the converted file, which has
    `source_row`, the 0-based row of data in the original, beside the record. `rows` are the rows in
    `path`; `dataset` is the one of all rows, None where rows differ. `not_attended` are the values of the
    column `attended` whose records are kept and not labelled.
    """

    path: Path
    original: Path
    layout: str
    dataset: str | None
    rows: int
    digest: str
    faults: tuple[Fault, ...]
    rejected: tuple[Rejected, ...]
    absent_columns: tuple[str, ...]
    blank_columns: tuple[str, ...]
    not_attended: frozenset[str] = frozenset()

    @property
    def rows_read(self) -> int:
        """Rows of data in the original: those kept and those rejected."""
        return self.rows + len(self.rejected)


def prepare(
    path: Path,
    *,
    layout: str = AUTO,
    dataset: str | None = None,
    folder: Path,
    shelf: Path | None = None,
    name: str | None = None,
    progress: Progress = lambda share: None,
) -> PreparedFile:
    """Make a file ready: `folder/name.parquet` where it must be converted (`name`: the file's own stem).

    `layout` is a layout's id or `auto`; `dataset` (apc or op) stands for rows that do not say. `shelf` is
    the folder of rulebooks. `progress` is told the share done, 0 to 1. Raises Problem where the file
    cannot be used at all; whatever is wrong with single rows and values is counted instead.
    """
    if dataset is not None and dataset not in DATASETS:
        raise Problem(f"the dataset is apc or op, not {dataset}")
    refuse_unfinished(path)
    layouts = load_layouts(shelf or find.shelf())
    file = path.name
    with _readable(path):
        if is_parquet(path):
            return _prepare_parquet(path, layouts, layout, dataset, _target(path, folder, name), progress)
        csv_file = look_through(path)
        chosen = choose_layout(csv_file.header, layouts, asked=layout, file=file)
        plan = make_plan(csv_file.header, chosen, dataset, file)
        counter = FaultCounter(file)
        _count_file_faults(csv_file, counter)
        _count_column_faults(csv_file.header, plan, dataset, counter)
        rows = CsvRows(csv_file, plan, file)
        converter = Converter(plan, file, counter)
        target = _target(path, folder, name)
        kept = write_canonical(rows, converter, target, progress)
        rejected = sorted([*converter.rejected, *rows.rejected], key=lambda each: each.row)
        return _prepared(path, target, csv_file.digest, converter, rejected, kept)


def _prepare_parquet(
    path: Path,
    layouts: dict[str, Layout],
    asked: str,
    dataset: str | None,
    target: Path,
    progress: Progress,
) -> PreparedFile:
    file = open_parquet(path)
    names = file.schema_arrow.names
    plan = make_plan(names, choose_layout(names, layouts, asked=asked, file=path.name), dataset, path.name)
    refuse_impossible_types(file.schema_arrow, plan, path.name)
    counter = FaultCounter(path.name)
    _count_column_faults(names, plan, dataset, counter)
    digest = digest_of(path)
    standing = as_it_stands(file, plan)
    if standing.fit:
        rows = file.metadata.num_rows
        if not rows:
            _count_no_rows(counter)
        return PreparedFile(
            path,
            path,
            plan.layout.id,
            standing.dataset or plan.dataset,
            rows,
            digest,
            counter.faults(),
            (),
            plan.absent,
            standing.blank,
            plan.layout.not_attended,
        )
    converter = Converter(plan, path.name, counter)
    kept = write_canonical(ParquetRows(path, plan), converter, target, progress)
    return _prepared(path, target, digest, converter, converter.rejected, kept)


def _prepared(
    path: Path, target: Path, digest: str, converter: Converter, rejected: list[Rejected], kept: int
) -> PreparedFile:
    plan = converter.plan
    if not kept and not rejected:
        _count_no_rows(converter.faults)
    blank = tuple(name for name in ACTIVITY if name in plan.sources and name not in converter.filled)
    return PreparedFile(
        target,
        path,
        plan.layout.id,
        converter.only_dataset,
        kept,
        digest,
        converter.faults.faults(),
        tuple(rejected),
        plan.absent,
        blank if kept else (),
        plan.layout.not_attended,
    )


def _target(path: Path, folder: Path, name: str | None) -> Path:
    """Where the converted file goes; never onto the original."""
    target = folder / f"{name or path.stem}.parquet"
    if target.resolve() == path.resolve():
        return folder / f"{path.stem}-canonical.parquet"
    return target


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its first bytes or its name."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC or path.suffix.lower() in (".parquet", ".pq")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say plainly why a file cannot be opened, or turns out to hold what no reader can take."""
    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    except FileNotFoundError as error:
        raise Problem("there is no such file", where=str(path), mend="Check the path") from error
    except IsADirectoryError as error:
        raise Problem(
            "this is a folder, not a file", where=str(path), mend="Name the activity files themselves"
        ) from error
    except PermissionError as error:
        raise Problem(
            f"the file {error.filename or path} may not be opened", mend="Ask for permission to read it"
        ) from error


def _count_file_faults(file: CsvFile, counter: FaultCounter) -> None:
    if file.encoding != "utf-8":
        mark = " and yet begins with the mark of UTF-8" if file.byte_order_mark else ""
        name = "Windows-1252" if file.encoding == "cp1252" else "Latin-1"
        counter.add("not_utf8", "", name, f"the file is not in UTF-8{mark}; it was read as {name}")
    if file.nul_bytes:
        counter.add(
            "nul_bytes",
            "",
            "",
            "the file has NUL bytes, which were left out",
            count=file.nul_bytes,
        )
    if file.quotation_marks % 2:
        counter.add(
            "odd_quotation_marks",
            "",
            '"',
            "the file has an odd number of quotation marks; if one is opened and not closed, "
            "rows after it were read as part of its value",
        )


def _count_column_faults(
    names: Sequence[str], plan: Plan, dataset: str | None, counter: FaultCounter
) -> None:
    """A dataset against the layout's own, and columns that no part of the record takes."""
    if dataset is not None and plan.layout.dataset is not None and dataset != plan.layout.dataset:
        counter.add(
            "dataset_differs",
            "dataset",
            plan.layout.dataset,
            f"the layout {plan.layout.id} is of {plan.layout.dataset} where {dataset} was asked for; "
            f"the layout is believed",
        )
    if not plan.layout.own_names:
        return
    used = {*plan.needed, SOURCE_ROW}
    for name in names:
        if name and name not in used:
            near = nearest_column(name)
            meant = f"; the nearest is {near}" if near else ""
            counter.add("unknown_column", "", name, f"the activity record has no such column{meant}")


def _count_no_rows(counter: FaultCounter) -> None:
    counter.add("no_rows", "", "", "the file has a header and no rows")
