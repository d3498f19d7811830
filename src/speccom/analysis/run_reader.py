"""Figures of a run, read from its summary with DuckDB and kept by the manifest's digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.selection import Selection, where
from speccom.problem import Problem

_DIMENSIONS = ("dataset", "provider", "month", "service_line", "layer", "fate")


@dataclass(frozen=True)
class Figure:
    """Records and their cost for one value (or one combination of values) of the dimensions asked for."""

    key: tuple[str | None, ...]
    records: int
    cost: Decimal

    @property
    def name(self) -> str | None:
        """The value of the first dimension."""
        return self.key[0]


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection that touches no network and no setting of the machine, with modest means."""
    return duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": "1GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def figures(run: RunFolder, selection: Selection, *by: str) -> tuple[Figure, ...]:
    """Return records and cost of a selection by these dimensions, the greatest cost first.

    ``by`` are columns of the summary: dataset, provider, month, service_line, layer, fate.
    Raises Problem where the run's files are missing or cannot be read.
    """
    unknown = set(by) - set(_DIMENSIONS)
    if unknown:
        raise ValueError(f"not dimensions of a summary: {sorted(unknown)}")
    return _figures(run.path, run.digest, selection, by)


def total(run: RunFolder, selection: Selection) -> Figure:
    """Return records and cost of a whole selection."""
    found = figures(run, selection)
    return found[0] if found else Figure((), 0, Decimal(0))


def read_rows(path: Path, columns: str = "*", order: str = "") -> list[Mapping[str, Any]]:
    """Return a small Parquet file (faults, agreement) as mappings. Raises Problem where it cannot be read."""
    statement = f"SELECT {columns} FROM read_parquet(?) {order}"
    return query(path, statement, [str(path)])


def query(path: Path, statement: str, values: list[Any]) -> list[Mapping[str, Any]]:
    """Return the rows of a statement; ``path`` is what is named when it cannot be read."""
    try:
        with connect() as connection:
            answer = connection.execute(statement, values)
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    except duckdb.Error as error:
        raise Problem(
            "A file of this run cannot be read: it may have been moved, changed or cut short",
            where=str(path),
            mend="Put the file back as it was, or run the identification again",
        ) from error


@lru_cache(maxsize=512)
def _figures(path: Path, digest: str, selection: Selection, by: tuple[str, ...]) -> tuple[Figure, ...]:
    run = RunFolder(path.name, path, digest)
    summary = run.file("summary.parquet")
    condition, values = where(selection, run.rulebook)
    keys = ", ".join(by)
    statement = (
        f"SELECT {keys + ',' if keys else ''} sum(records)::BIGINT AS records, "
        "sum(cost)::DECIMAL(20, 2) AS cost FROM read_parquet(?) "
        f"WHERE {condition} {f'GROUP BY {keys}' if keys else ''}"
    )
    rows = query(summary, statement, [str(summary), *values])
    made = [
        Figure(tuple(row[name] for name in by), row["records"] or 0, row["cost"] or Decimal(0))
        for row in rows
    ]
    made.sort(key=lambda each: (-each.cost, -each.records, tuple(name or "" for name in each.key)))
    return tuple(made)
