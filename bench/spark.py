"""Identification on Spark against Spark's own bare scan of the same columns, in one session.

    script/setup full
    python bench/episodes.py --out DIR
    python bench/spark.py --episodes DIR [--files N] [--rounds N] [--only NAME…]

`scan` is Spark decoding the columns that the answers need and doing nothing with them. `labelled` hands them
to the kernel (`mapInArrow`), the first step alone; `answered` is the whole of `identify_table`; `checked`
also looks for repeated records. `files` is the first pass of `identify --engine spark`, in which each task
reads its file itself; `files, checked` also judges values. Processor seconds are those of Java and of Spark's
workers together; a first round, in which both warm up, does not count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from speccom.activity.layouts import load_layouts
from speccom.activity.lines import LineBook
from speccom.activity.order import Order
from speccom.activity.plan import make_plan
from speccom.activity.spark.identify_table import identify_table
from speccom.activity.spark.label_files import label_files
from speccom.activity.spark.session import session
from speccom.activity.spark.table_labels import TABLE, TableLabels
from speccom.rulebook import find
from speccom.rulebook.identification import IdentificationRulebook, load_identification

RULEBOOK = Path(__file__).parents[1] / "rulebooks" / "identification" / "illustrative" / "2025-26"
TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds() -> float:
    """Return what this process and all that descend from it have used, those that ended included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    ours = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used[process] for process in ours)


def drained(frame: Any) -> None:
    """Have Spark make every row of a frame, and keep none."""
    frame.write.format("noop").mode("overwrite").save()


def needed(frame: Any, rulebook: IdentificationRulebook) -> TableLabels:
    """Return the first step's work, which knows the columns that it needs."""
    layout = load_layouts(find.shelf())["canonical"]
    plan = make_plan(frame.columns, layout, "apc", TABLE)
    return TableLabels(rulebook, LineBook(rulebook).tables, plan).for_answers()


def works(spark: Any, files: list[Path], threads: int) -> dict[str, Callable[[], None]]:
    """Return what is measured, by name."""
    from pyspark.sql.pandas.types import from_arrow_schema

    rulebook = load_identification(RULEBOOK)
    frame = spark.read.parquet(*map(str, files))
    work = needed(frame, rulebook)
    columns = frame.select(*work.needed)

    def answered(*, check: bool) -> None:
        with identify_table(frame, rulebook, dataset="apc", beside=(), check=check) as identified:
            drained(identified.labels)

    def labelled_files(*, check: bool) -> None:
        with tempfile.TemporaryDirectory() as folder:
            out, run = Path(folder) / "labels.parquet", Path(folder) / "run"
            order = Order(RULEBOOK, files, out, run, dataset="apc", threads=threads, check=check)
            label_files(order, rulebook, run, lambda stage, done, total: None)

    return {
        "scan": lambda: drained(columns),
        "labelled": lambda: drained(columns.mapInArrow(work, from_arrow_schema(work.schema()))),
        "answered": lambda: answered(check=False),
        "checked": lambda: answered(check=True),
        "files": lambda: labelled_files(check=False),
        "files, checked": lambda: labelled_files(check=True),
    }


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds and the processor seconds that some work took."""
    used, begun = processor_seconds(), time.perf_counter()
    work()
    return time.perf_counter() - begun, processor_seconds() - used


def report(given: argparse.Namespace, files: list[Path]) -> None:
    """Measure in alternating rounds and print medians and ratios."""
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    figures: dict[str, list[tuple[float, float]]] = {}
    with session(threads=given.threads, memory="2g", spark_local_dir=str(given.scratch)) as spark:
        wanted = works(spark, files, given.threads)
        for round_number in range(given.rounds + 1):
            for name, work in wanted.items():
                if given.only and name not in ("scan", *given.only):
                    continue
                figure = measured(work)
                print(f"  round {round_number}, {name}: {figure[0]:.1f} s, {figure[1]:.1f} CPU s", flush=True)
                if round_number:
                    figures.setdefault(name, []).append(figure)
    print(f"{rows:,} episodes in {len(files)} files; load {os.getloadavg()[0]:.1f} over the last minute")
    print(f"{'':<16}{'seconds':>9}{'ratio':>7}{'CPU s':>9}{'ratio':>7}{'rows/s':>12}")
    scan = [statistics.median(each) for each in zip(*figures["scan"], strict=True)]
    for name, those in figures.items():
        seconds, cpu = (statistics.median(each) for each in zip(*those, strict=True))
        ratios = f"{seconds:>9.1f}{seconds / scan[0]:>7.2f}{cpu:>9.1f}{cpu / scan[1]:>7.2f}"
        print(f"{name:<16}{ratios}{rows / seconds:>12,.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=Path, required=True)
    parser.add_argument("--files", type=int, default=4, help="take so many of the files (0: all)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these alone, beside the scan")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    report(given, sorted(given.episodes.glob("*.parquet"))[: given.files or None])
