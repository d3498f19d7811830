"""Twenty versions of a rulebook compared in one pass against one, in one run.

    python bench/episodes.py --out DIR
    python bench/compare.py --episodes DIR [--files N]

Every version is the shipped rulebook with a few rules edited, each version others. A measurement is a process
of its own; rounds alternate, and medians are given. `one` compares the rulebook with a single edited version,
`one, unchecked` leaves out the search for repeated records and the judging of values, `identify` is a whole
run of one rulebook over the same files. The records are those that move, and for `identify` those labelled.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RULEBOOK = Path(__file__).parents[1] / "rulebooks" / "identification" / "illustrative" / "2025-26"
VERSIONS = 20
RULES_EDITED = 3
BOUND = 4.0
EDITS = ("age >= 19", "sex = '1'", "admission_method LIKE '2%'", "age IS NULL OR age < 65")


def edited(folder: Path, number: int) -> Path:
    """Write a version in which a few rules ask one thing more, other rules in each version."""
    shutil.copytree(RULEBOOK, folder)
    text = (folder / "rulebook.toml").read_text(encoding="utf-8")
    lines = [f'version = "{number}"' if line.startswith("version") else line for line in text.splitlines()]
    (folder / "rulebook.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "rules.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for edit in range(RULES_EDITED):
        row = rows[(number * RULES_EDITED + edit * 7) % len(rows)]
        row["criterion"] = f"({row['criterion']}) AND ({EDITS[(number + edit) % len(EDITS)]})"
    with (folder / "rules.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def compared(files: list[Path], versions: int, *, check: bool = True) -> int:
    """Compare the rulebook with some versions; return how many records move under all of them."""
    from speccom.activity.compare.order import CompareOrder
    from speccom.activity.compare.run import compare

    with tempfile.TemporaryDirectory() as folder:
        others = [edited(Path(folder) / str(number), number) for number in range(versions)]
        found = compare(CompareOrder(RULEBOOK, others, files, check=check))
        return sum(flow.records for each in found.comparisons for flow in each.flows)


def identified(files: list[Path]) -> int:
    """Identify the files by the rulebook alone, written and checked."""
    from speccom.activity.identify import identify
    from speccom.activity.order import Order

    with tempfile.TemporaryDirectory() as folder:
        manifest = identify(Order(RULEBOOK, files, Path(folder) / "labels.parquet", Path(folder) / "run"))
        return int(manifest["counts"]["labelled"])


def run_one(name: str, files: list[Path]) -> None:
    """Be one measurement: print its count, seconds and peak memory."""
    work = {
        "identify": lambda: identified(files),
        "one": lambda: compared(files, 1),
        "one, unchecked": lambda: compared(files, 1, check=False),
        f"{VERSIONS}": lambda: compared(files, VERSIONS),
        f"{VERSIONS}, unchecked": lambda: compared(files, VERSIONS, check=False),
    }
    begun = time.perf_counter()
    count = work[name]()
    inside = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"count": count, "inside": inside, "cpu": cpu, "peak_mb": used.ru_maxrss / 1024}))


def measured(name: str, given: argparse.Namespace) -> dict[str, float]:
    """Run one measurement as a process of its own."""
    words = [sys.executable, __file__, "--one", name, "--episodes", str(given.episodes)]
    child = subprocess.run([*words, "--files", str(given.files)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(child.stdout.splitlines()[-1])
    return found


def report(given: argparse.Namespace, rows: int) -> None:
    """Measure in alternating rounds and print medians, ratios and peak memory."""
    names = ("identify", "one", f"{VERSIONS}", "one, unchecked", f"{VERSIONS}, unchecked")
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(given.rounds):
        for name in names:
            figures[name].append(measured(name, given))
    print(f"{rows:,} records; load {os.getloadavg()[0]:.1f} over the last minute")
    print(f"{'':<18}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}{'records':>11}")
    seconds = {name: statistics.median(each["inside"] for each in figures[name]) for name in names}
    cpu = {name: statistics.median(each["cpu"] for each in figures[name]) for name in names}
    for name in names:
        peak = max(each["peak_mb"] for each in figures[name])
        print(f"{name:<18}{seconds[name]:>9.2f}{cpu[name]:>8.2f}{peak:>9.0f}{figures[name][0]['count']:>11,}")
    for kind in ("", ", unchecked"):
        many, one = f"{VERSIONS}{kind}", f"one{kind}"
        print(
            f"{many} against {one}: {seconds[many] / seconds[one]:.2f} times in seconds, "
            f"{cpu[many] / cpu[one]:.2f} in CPU (bound {BOUND})"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=Path, required=True)
    parser.add_argument("--files", type=int, default=4, help="take so many of the files (0: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", default="")
    given = parser.parse_args()
    files = sorted(given.episodes.glob("*.parquet"))[: given.files or None]
    if given.one:
        run_one(given.one, files)
    else:
        import pyarrow.parquet as pq

        report(given, sum(pq.read_metadata(file).num_rows for file in files))
