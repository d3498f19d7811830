"""Make a folder of reference tables from published files, and say what was taken from each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.published_tables import (
    PublishedTable,
    known_tables,
    read_published,
    recognise,
    squeezed,
)

ORIGIN = "origin.csv"
_ORIGIN_COLUMNS = ("table", "file", "sha256", "rows")


@dataclass(frozen=True)
class Taken:
    """What came of one table of one file; `table` is empty where it is none that we know."""

    file: Path
    found: str
    table: str
    title: str
    rows: int
    left_out: tuple[str, ...]
    nearest: str = ""


def import_reference(files: Sequence[Path], out: Path) -> list[Taken]:
    """Read published files and write the tables found in them; other tables in the folder stay.

    A table that comes in several files is the union of their rows. Raises Problem, and writes nothing, where
    a file cannot be read or none holds a table that we know.
    """
    if out.exists() and not out.is_dir():
        raise Problem("this is a file, and reference tables are a folder", where=str(out))
    known = known_tables()
    taken: list[Taken] = []
    tables: dict[str, list[Mapping[str, str]]] = {}
    origins: list[dict[str, str]] = []
    for path in files:
        if path.resolve().parent == out.resolve():
            raise Problem(
                "this file lies in the folder that is to be written",
                where=str(path),
                mend="Name another --out",
            )
        digest = _digest(path)
        reads = read_published(path)
        if not reads:
            taken.append(Taken(path, path.stem, "", "", 0, (), "it holds no rows"))
        for read in reads:
            found = recognise(read, known)
            if found is None:
                taken.append(Taken(path, read.name, "", "", 0, (), _nearest(read.columns, known)))
                continue
            name = found.table.name
            tables.setdefault(name, []).extend(found.rows)
            taken.append(Taken(path, read.name, name, found.table.title, len(found.rows), found.left_out))
            origins.append({"table": name, "file": path.name, "sha256": digest, "rows": str(len(found.rows))})
    if not tables:
        said = "; ".join(f"{each.file.name}: {each.nearest}" for each in taken)
        raise Problem("none of these files holds a table that speccom knows", mend=said)
    _write(out, known, tables, origins)
    return taken


def _write(
    out: Path,
    known: Sequence[PublishedTable],
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    origins: Sequence[Mapping[str, str]],
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    columns = {table.name: tuple(table.columns) for table in known}
    for name, rows in tables.items():
        distinct = list(dict.fromkeys(tuple(row.get(column, "") for column in columns[name]) for row in rows))
        _write_csv(out / f"{name}.csv", columns[name], distinct)
    kept = [row for row in _origins(out) if row["table"] not in tables]
    lines = [tuple(row[column] for column in _ORIGIN_COLUMNS) for row in (*kept, *origins)]
    _write_csv(out / ORIGIN, _ORIGIN_COLUMNS, sorted(lines))


def _origins(out: Path) -> list[dict[str, str]]:
    path = out / ORIGIN
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    partial.replace(path)


def _nearest(columns: Sequence[str], known: Sequence[PublishedTable]) -> str:
    """Say which table comes nearest, and which of its columns are missing."""
    there = {squeezed(name) for name in columns}

    def lacking(table: PublishedTable) -> list[str]:
        return [
            column
            for column in table.needed
            if not there & {squeezed(name) for name in table.columns[column]}
        ]

    best = min(known, key=lambda table: len(lacking(table)) / len(table.needed))
    missing = lacking(best)
    if len(missing) == len(best.needed):
        return "its columns are those of no table"
    return f"it comes nearest to the {best.title}, and lacks {', '.join(missing)}"


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise Problem("there is no such file", where=str(path), mend="Check the path") from None
    except OSError as fault:
        raise Problem(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
