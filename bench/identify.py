"""Identification against the bare reading of the same columns, in one run.

    python bench/episodes.py --out DIR
    python bench/identify.py --episodes DIR

The rounds alternate, and medians are given as ratios to DuckDB decoding the same columns and doing nothing
else. Each measurement is two processes of their own. One loads its libraries first and times the work from
there (a rulebook is read and compiled within it); the other is the whole command, from the start of Python
to its end, which gives the processor time and peak memory too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from national_rulebook import write_national_rulebook

RULEBOOK = Path(__file__).parents[1] / "rulebooks" / "identification" / "illustrative" / "2025-26"
NAIVE_ROWS = 50_000
LISTS = ("diagnoses", "procedures", "unbundled_hrgs")
IDENTIFIERS = ("record_id", "spell_id")
WRITTEN_FACTS = ("dataset", "provider", "activity_date", "total_cost")


def decode(files: list[Path], columns: list[str]) -> int:
    """Have DuckDB decode the columns, and nothing else: lists are touched so that their codes are too."""
    import duckdb

    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    touched = ", ".join(
        f'count("{column}"[1])' if column in LISTS else f'count("{column}")' for column in columns
    )
    names = [str(file) for file in files]
    connection.execute(f"SELECT {touched} FROM read_parquet(?)", [names]).fetchall()
    return 0


def label(files: list[Path], engine: str, rulebook: Path = RULEBOOK) -> int:
    """Label every record and write nothing; return how many have a line."""
    from speccom.activity.encode import ActivityReader, Chunk
    from speccom.activity.labelling import Engines, begin_loading_engine
    from speccom.activity.lines import LineBook
    from speccom.rulebook.identification import load_identification

    begin_loading_engine(engine)
    book = LineBook(load_identification(rulebook))
    engines = Engines(book, engine)
    reader = ActivityReader(files)
    fields = book.tables["apc"].fields

    def labelled(chunk: Chunk) -> int:
        table = reader.table(chunk, [field.name for field in fields])
        batch = reader.encode(table, fields)
        return int((book.labels("apc", engines.told("apc", batch), None, batch.rows) > 0).sum())

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return sum(threads.map(labelled, reader.chunks))


def write(files: list[Path], engine: str, *, check: bool) -> int:
    """Label every record and write the whole run."""
    from speccom.activity.identify import identify
    from speccom.activity.order import Order

    with tempfile.TemporaryDirectory(dir=files[0].parent) as folder:
        out = Path(folder) / "labels.parquet"
        order = Order(RULEBOOK, files, out, Path(folder) / "run", engine=engine, check=check)
        manifest = identify(order)
        print(json.dumps(manifest["timings"]), file=sys.stderr)
        return int(manifest["counts"]["labelled"])


def naive(files: list[Path]) -> int:
    """Label a sample by a rulebook of national size with the SQL that people write first."""
    import duckdb
    from naive_sql import naive_statement

    from speccom.rulebook.identification import load_identification

    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    with tempfile.TemporaryDirectory() as folder:
        rulebook = load_identification(write_national_rulebook(Path(folder) / "rulebook"))
    connection.execute(f"CREATE TABLE sample AS SELECT * FROM read_parquet('{files[0]}') LIMIT {NAIVE_ROWS}")
    found = connection.execute(naive_statement(rulebook, "sample")).fetchall()
    return sum(line is not None for (line,) in found)


def label_national(files: list[Path]) -> int:
    """Label every record by the same rulebook of national size with the bit tables."""
    with tempfile.TemporaryDirectory() as folder:
        return label(files, "numba", write_national_rulebook(Path(folder) / "rulebook"))


def rule_columns() -> list[str]:
    """Return the columns that the rulebook's rules for admitted care look at."""
    from speccom.activity.lines import LineBook
    from speccom.rulebook.identification import load_identification

    return [field.name for field in LineBook(load_identification(RULEBOOK)).tables["apc"].fields]


def measured(name: str, folder: Path, columns: list[str]) -> dict[str, float]:
    """Run one measurement: the work of a process that has loaded its libraries, and a whole command."""
    work = run_process(name, folder, columns, "--loaded")
    begun = time.perf_counter()
    whole = run_process(name, folder, columns)
    return {**whole, "work": work["work"], "command": time.perf_counter() - begun}


def run_process(name: str, folder: Path, columns: list[str], *how: str) -> dict[str, float]:
    """Be a process that makes one measurement."""
    program = [sys.executable, __file__, "--one", name, "--episodes", str(folder), *how]
    child = subprocess.run([*program, "--columns", *columns], check=True, capture_output=True, text=True)
    return dict(json.loads(child.stdout.splitlines()[-1]))


def run_one(name: str, folder: Path, read: list[str], *, loaded: bool) -> None:
    """Make one measurement: print its count, seconds and peak memory."""
    files = sorted(folder.glob("*.parquet"))
    every = list(dict.fromkeys([*IDENTIFIERS, *read, *WRITTEN_FACTS]))
    work: dict[str, Callable[[], int]] = {
        "decode": lambda: decode(files, read),
        "decode all": lambda: decode(files, every),
        "labelled, Numba": lambda: label(files, "numba"),
        "labelled, NumPy": lambda: label(files, "numpy"),
        "labelled, DuckDB": lambda: label(files, "duckdb"),
        "written, Numba": lambda: write(files, "numba", check=False),
        "written, NumPy": lambda: write(files, "numpy", check=False),
        "checked, Numba": lambda: write(files, "numba", check=True),
        "checked, NumPy": lambda: write(files, "numpy", check=True),
        "national, Numba": lambda: label_national(files),
        "naive": lambda: naive(files),
    }
    if loaded:
        load_libraries(name)
    begun = time.perf_counter()
    count = work[name]()
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"count": count, "work": seconds, "cpu": cpu, "peak_mb": round(used.ru_maxrss / 1024)}))


def load_libraries(name: str) -> None:
    """Load what a measurement works with."""
    if name.startswith(("decode", "naive")):
        import duckdb  # noqa: F401
    else:
        import speccom.activity.identify  # noqa: F401
        from speccom.criteria.kernel import begin_loading

        if not name.endswith("DuckDB"):
            begin_loading("numba" if name.endswith("Numba") else "numpy").get()


WIDTHS = (9, 7, 7, 9, 7, 8, 7, 9, 11)
BOUNDS = {
    "labelled, Numba": ("decode", 1.5),
    "labelled, NumPy": ("decode", 2.5),
    "written, Numba": ("decode all", 2.5),
    "written, NumPy": ("decode all", 3.5),
    "checked, Numba": ("decode all", 3.5),
    "checked, NumPy": ("decode all", 4.5),
}


def report(folder: Path, rounds: int, with_duckdb: bool) -> None:
    """Measure in alternating rounds and print medians, ratios and peak memory."""
    names = ["decode", "decode all", *BOUNDS]
    columns = rule_columns()
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            figures[name].append(measured(name, folder, columns))
    if with_duckdb:
        figures["labelled, DuckDB"] = [measured("labelled, DuckDB", folder, columns)]
    heads = ("work, s", "ratio", "aim", "command", "ratio", "CPU, s", "ratio", "peak MB", "labelled")
    print(" " * 18 + "".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    middle = {
        kind: {name: statistics.median(one[kind] for one in runs) for name, runs in figures.items()}
        for kind in ("work", "command", "cpu")
    }
    for name, runs in figures.items():
        base, bound = BOUNDS.get(name, ("decode", 0.0))
        ratio = {kind: of[name] / of[base] for kind, of in middle.items()}
        print(
            f"{name:<18}{middle['work'][name]:>9.2f}{ratio['work']:>7.2f}{bound or '':>7}"
            f"{middle['command'][name]:>9.2f}{ratio['command']:>7.2f}"
            f"{middle['cpu'][name]:>8.2f}{ratio['cpu']:>7.2f}"
            f"{max(one['peak_mb'] for one in runs):>9.0f}{runs[0]['count']:>11,.0f}"
        )
    import pyarrow.parquet as pq

    rows = sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))
    fast = rows / measured("national, Numba", folder, columns)["work"]
    slow = NAIVE_ROWS / measured("naive", folder, columns)["work"]
    print(f"a rulebook of national size: naive SQL {slow:,.0f} rows a second (on {NAIVE_ROWS:,} rows),")
    print(f"bit tables {fast:,.0f} rows a second: {fast / slow:,.0f} times as fast")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duckdb", action="store_true", help="time the DuckDB engine too")
    parser.add_argument("--one", default="")
    parser.add_argument("--columns", nargs="*", default=[])
    parser.add_argument("--loaded", action="store_true")
    given = parser.parse_args()
    if given.one:
        run_one(given.one, given.episodes, given.columns, loaded=given.loaded)
    else:
        report(given.episodes, given.rounds, given.duckdb)
