"""A national year in one command: identified, assigned, written and added up, against the reading of it.

    python bench/national_year.py --folder SCRATCH [--records 160000000] [--rounds 1]

One record in eight is an admitted episode, in spells, and the rest are outpatient attendances, in files of up
to five million records. Two million of each are drawn; every further copy has identifiers of its own, so that
records and spells stay distinct. `year` is `speccom identify --assign`, as from the command line: every
value judged, repeated records looked for, each record's line and commissioner written, totals by line and by
commissioner. `decode` has DuckDB decode the columns that it reads, and do nothing else. The files stay
in SCRATCH for another time: about 35 bytes a record, and as much again for what a year writes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from episodes import ADMITTED_SHARE, MEAN_CODES, ROWS_IN_GROUP, coded, deepened

ROOT = Path(__file__).parents[1]
RULEBOOK = ROOT / "rulebooks" / "identification" / "illustrative" / "2025-26"
REFERENCE = ROOT / "rulebooks" / "reference" / "demonstration"
METHOD = "validation-tool-5.3"
AIM = 120.0
"""Seconds for 160 million records."""

DRAWN = 2_000_000
EPISODES_IN = 8
RECORDS_IN_FILE = 5_000_000
LISTS = ("diagnoses", "procedures", "unbundled_hrgs")
NOT_USED = (
    "site",
    "patient_classification",
    "administrative_category",
    "source_of_admission",
    "activity_count",
)
"""Columns that neither the rules nor the method look at; a real extract has a hundred of these."""


@dataclass(frozen=True)
class Measured:
    """What a process took."""

    seconds: float
    processor: float
    peak_mb: float


def make(records: int, folder: Path) -> list[Path]:
    """Write the year's files, or find those that are there; return them, episodes first."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / f"year-{records}.json"
    if whole.exists():
        return [folder / name for name in json.loads(whole.read_text())]
    from speccom.activity.synthesise import synthesise

    episodes = records // EPISODES_IN
    base = folder / "base"
    synthesise(round(min(DRAWN, max(episodes, records - episodes)) / ADMITTED_SHARE), base, seed=2025)
    files = []
    for kind, count in (("apc", episodes), ("op", records - episodes)):
        drawn = _drawn(base, kind, min(DRAWN, count))
        for number, part in enumerate(_copies(drawn, count)):
            file = folder / f"{kind}-{records}-{number:03d}.parquet"
            pq.write_table(
                part, file, compression="zstd", row_group_size=ROWS_IN_GROUP, use_dictionary=coded(part)
            )
            files.append(file)
            print(f"{file.name} written", file=sys.stderr, flush=True)
    shutil.rmtree(base)
    whole.write_text(json.dumps([file.name for file in files]))
    return files


def _drawn(base: Path, kind: str, count: int) -> pa.Table:
    parts = sorted(base.glob(f"synthetic-{kind}-*.parquet"))
    table = pa.concat_tables([pq.read_table(part) for part in parts]).slice(0, count)
    table = table.drop_columns([name for name in NOT_USED if name in table.column_names])
    if kind == "apc":
        for name in MEAN_CODES:
            place = table.column_names.index(name)
            table = table.set_column(place, name, deepened(table.column(name), name))
    return table


def _copies(drawn: pa.Table, count: int) -> Iterator[pa.Table]:
    """Yield the files' tables: copies of what was drawn, each with identifiers of its own."""
    waiting: list[pa.Table] = []
    for copy in range(-(-count // drawn.num_rows)):
        mine = drawn.slice(0, min(drawn.num_rows, count - copy * drawn.num_rows))
        for name in ("record_id", "spell_id"):
            if name in mine.column_names:
                column = pc.binary_join_element_wise(mine.column(name), f"{copy:02d}", "")
                mine = mine.set_column(mine.column_names.index(name), name, column)
        waiting.append(mine)
        while sum(each.num_rows for each in waiting) >= RECORDS_IN_FILE:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, RECORDS_IN_FILE)
            waiting = [whole.slice(RECORDS_IN_FILE)]
    rest = pa.concat_tables(waiting)
    if rest.num_rows:
        yield rest


def measured(words: Sequence[str]) -> Measured:
    """Run a process of its own and say what it took."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"this failed: {' '.join(words[:6])} …")
    return Measured(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def decode(files: Sequence[Path]) -> None:
    """Have DuckDB decode every column, and nothing else: lists are touched so that their codes are too."""
    import duckdb

    for kind in ("apc", "op"):
        mine = [str(file) for file in files if file.name.startswith(kind)]
        if mine:
            names = pq.read_schema(mine[0]).names
            touched = ", ".join(
                f'count("{each}"[1])' if each in LISTS else f'count("{each}")' for each in names
            )
            duckdb.execute(f"SELECT {touched} FROM read_parquet(?)", [mine]).fetchall()


def year(files: Sequence[Path], folder: Path) -> list[str]:
    """Return the command."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    words = [sys.executable, "-m", "speccom", "identify", "--rulebook", str(RULEBOOK)]
    words += ["--out", str(folder / "labels.parquet"), "--assign", METHOD, "--reference", str(REFERENCE)]
    return [*words, "--activity", *map(str, files)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="scratch; room for 70 bytes a record")
    parser.add_argument("--records", type=int, default=160_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--decode", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    files = make(given.records, given.folder)
    if given.decode:
        decode(files)
        return
    found: dict[str, list[Measured]] = {"decode": [], "year": []}
    for _ in range(given.rounds):
        again = [sys.executable, __file__, "--folder", str(given.folder), "--records", str(given.records)]
        found["decode"].append(measured([*again, "--decode"]))
        found["year"].append(measured(year(files, given.folder / "written")))
    report(given.records, files, given.folder / "written", found)


def report(records: int, files: Sequence[Path], written: Path, found: dict[str, list[Measured]]) -> None:
    runs = [json.loads(file.read_text()) for file in sorted(written.glob("*/manifest.json"))]
    identified = next(run for run in runs if run.get("kind") != "assignment")["counts"]
    assigned = next(run for run in runs if run.get("kind") == "assignment")["counts"]
    size = sum(file.stat().st_size for file in files) / 1e6
    out = sum(file.stat().st_size for file in written.rglob("*") if file.is_file()) / 1e6
    print(f"{records:,} records in {len(files)} files, {size:,.0f} MB; {out:,.0f} MB written")
    print(f"{identified['labelled']:,} labelled; {assigned['with_commissioner']:,} with a commissioner")
    for run in runs:
        print(f"{run['run']}: {run['timings']}")
    print(f"load {os.getloadavg()[0]:.1f} over the last minute; the aim is {AIM * records / 160e6:.0f} s")
    print("| | seconds | ratio | processor seconds | ratio | peak MB |\n|---|---|---|---|---|---|")
    bare = {
        name: statistics.median(getattr(each, name) for each in found["decode"])
        for name in ("seconds", "processor")
    }
    for name, rounds in found.items():
        seconds, processor = (statistics.median(getattr(each, what) for each in rounds) for what in bare)
        print(
            f"| {name} | {seconds:.1f} | {seconds / bare['seconds']:.1f} | {processor:.1f} "
            f"| {processor / bare['processor']:.1f} | {max(each.peak_mb for each in rounds):.0f} |"
        )


if __name__ == "__main__":
    main()
