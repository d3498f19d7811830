"""Reading dirty Hospital Episode Statistics as CSV into canonical Parquet, against DuckDB's bare conversion.

    python bench/csv_to_parquet.py --rows 1000000 --folder DIR

DuckDB copies every column as text into Parquet and judges nothing; `prepare` maps the columns, judges
every value, counts the faults and takes the file's SHA-256. Both run in this process, in turn.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from pathlib import Path

import duckdb

from speccom.activity.prepare import prepare
from speccom.activity.synthesise import synthesise


def bare(source: Path, target: Path) -> float:
    """Copy the CSV to Parquet by DuckDB, all columns as text; return the seconds."""
    begun = time.perf_counter()
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT parquet)"
    )
    return time.perf_counter() - begun


def prepared(source: Path, folder: Path) -> float:
    """Make the CSV canonical Parquet; return the seconds."""
    begun = time.perf_counter()
    prepare(source, folder=folder)
    return time.perf_counter() - begun


def report(rows: int, folder: Path, rounds: int) -> None:
    """Measure in turn and print medians."""
    source = synthesise(rows, folder / "year", layout="hes-apc", dirty=True)[0]
    names = ("DuckDB, judging nothing", "prepare, judging everything")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        seconds[names[0]].append(bare(source, folder / "bare.parquet"))
        seconds[names[1]].append(prepared(source, folder / "prepared"))
    with source.open("rb") as file:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1
    base = statistics.median(seconds[names[0]])
    for name in names:
        median = statistics.median(seconds[name])
        print(f"{name:<30}{median:>8.2f} s{lines / median:>12,.0f} rows a second{median / base:>8.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=800_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    report(given.rows, given.folder, given.rounds)
