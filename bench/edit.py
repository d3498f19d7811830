"""One rule edited: new national totals by a full run, and by asking only what the edit can touch.

    python bench/episodes.py --out DIR
    python bench/edit.py --episodes DIR --folder SCRATCH [--files N] [--rounds N]

A finished run is made once, and its workings. Then each edit is measured, each time in a process of its own:
`full` is a run of identification under the edited rulebook, its answers written and its totals added up
(`full, unchecked` without judging values and looking for repeats, as the run before it did); `compared`
finds what moves by one pass over the activity; `tried` asks what the edit can touch. Of `tried`, `first` is
that of a process that has just begun (its start-up, without Python's own, is in it), and `next` one after
it, as in an editor that is open. The new totals of the two ways are compared, and must be the same; with
`--every` for each edit, else for the first.
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
import time
from collections.abc import Callable
from pathlib import Path

RULEBOOK = Path(__file__).parents[1] / "rulebooks" / "identification" / "illustrative" / "2025-26"
AIMS = {"full": 15.0, "next": 2.0}
Rows = list[dict[str, str]]


def rewrite(path: Path, change: Callable[[Rows], Rows]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    changed = change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)


def busiest(run: Path) -> list[str]:
    """Return the lines of a run, those with most records first."""
    import pyarrow.parquet as pq

    table = pq.read_table(run / "summary.parquet").group_by("service_line").aggregate([("records", "sum")])
    rows = sorted(table.to_pylist(), key=lambda row: -row["records_sum"])
    return [row["service_line"] for row in rows if row["service_line"]]


def drafts(folder: Path, lines: list[str]) -> dict[str, Path]:
    """Write one draft for each kind of edit, of the lines that have most records."""
    with (RULEBOOK / "rules.csv").open(newline="", encoding="utf-8") as file:
        rules = [row for row in csv.DictReader(file) if row["dataset"] == "apc"]
    by_records = sorted(
        rules, key=lambda row: lines.index(row["service_code"]) if row["service_code"] in lines else 999
    )
    first = by_records[0]
    asked = next(row for row in by_records if "diagnosis('" in row["criterion"])
    name = asked["criterion"].split("diagnosis('")[1].split("'")[0]

    def narrowed(rows: Rows) -> Rows:
        return [
            {**row, "criterion": f"({row['criterion']}) AND age >= 50"} if row == first else row
            for row in rows
        ]

    def widened(rows: Rows) -> Rows:
        classification = next(row["classification"] for row in rows if row["codeset"] == name)
        return [
            *rows,
            {
                **dict.fromkeys(rows[0], ""),
                "codeset": name,
                "classification": classification,
                "code": "I10",
                "match": "prefix",
            },
        ]

    def written_anew(rows: Rows) -> Rows:
        other = "any_diagnosis('" + name + "') AND NOT (sex = '1' AND age BETWEEN 40 AND 60)"
        return [{**row, "criterion": other} if row == first else row for row in rows]

    def removed(rows: Rows) -> Rows:
        return [row for row in rows if row != first]

    def foremost(rows: Rows) -> Rows:
        return [{**row, "rank": "0"} if row["service_code"] in lines[1:6] else row for row in rows]

    edits: dict[str, tuple[str, Callable[[Rows], Rows]]] = {
        "age narrowed": ("rules.csv", narrowed),
        "a code added": ("codesets.csv", widened),
        "criterion written anew": ("rules.csv", written_anew),
        "rule removed": ("rules.csv", removed),
        "precedence changed": ("services.csv", foremost),
    }
    found = {}
    for number, (kind, (file, change)) in enumerate(edits.items()):
        draft = folder / f"draft-{number}"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(RULEBOOK, draft)
        rewrite(draft / file, change)
        found[kind] = draft
    return found


def identified(rulebook: Path, files: list[Path], folder: Path, *, check: bool) -> Path:
    """Identify the files by a rulebook; return the run's folder."""
    from speccom.activity.identify import identify
    from speccom.activity.order import Order

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    identify(Order(rulebook, files, folder / "labels.parquet", folder / "run", check=check))
    return folder / "run"


def compared(rulebook: Path, files: list[Path]) -> None:
    from speccom.activity.compare.order import CompareOrder
    from speccom.activity.compare.run import compare

    compare(CompareOrder(RULEBOOK, [rulebook], files, check=False))


def tried(run: Path, draft: Path, check: Path | None) -> dict[str, float]:
    """Try a draft twice in this process; the second time as in an editor that is open."""
    import pyarrow.parquet as pq

    begun, processor = time.perf_counter(), time.process_time()
    from speccom.activity.edited.trial import Trials
    from speccom.rulebook.identification import load_identification

    trials = Trials(run)
    found: dict[str, float] = {}
    for name in ("first", "next"):
        result = trials.try_rulebook(load_identification(draft))
        found[name], found[f"{name} cpu"] = time.perf_counter() - begun, time.process_time() - processor
        begun, processor = time.perf_counter(), time.process_time()
    found["touched"] = result.touched
    found["moved"] = sum(flow.records for flow in result.comparison.flows)
    if check is not None:
        found["differ"] = result.summary.to_pylist() != pq.read_table(check / "summary.parquet").to_pylist()
    return found


def measure(given: argparse.Namespace, files: list[Path]) -> None:
    """Be one measurement: print what it took."""
    draft, folder = Path(given.draft), given.folder
    found: dict[str, float] = {}
    begun, processor = time.perf_counter(), time.process_time()
    if given.one == "old":
        identified(RULEBOOK, files, folder / "old", check=True)
    elif given.one == "workings":
        from speccom.activity.edited.trial import Trials

        Trials(folder / "old" / "run").prepare()
    elif given.one.startswith("full"):
        identified(draft, files, folder / "new", check=given.one == "full")
    elif given.one == "compared":
        compared(draft, files)
    else:
        full = folder / "new" / "run"
        found = tried(folder / "old" / "run", draft, full if full.exists() else None)
    found |= {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - processor}
    print(json.dumps(found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def child(given: argparse.Namespace, one: str, draft: Path) -> dict[str, float]:
    words = [sys.executable, __file__, "--episodes", str(given.episodes), "--folder", str(given.folder)]
    words += ["--files", str(given.files), "--one", one, "--draft", str(draft)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="scratch, some gigabytes")
    parser.add_argument("--files", type=int, default=0, help="take so many of the files (0: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", action="store_true", help="compare totals with a full run for every edit")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--draft", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    files = sorted(given.episodes.glob("*.parquet"))[: given.files or None]
    if given.one:
        measure(given, files)
        return
    import pyarrow.parquet as pq

    from speccom.activity.edited.trial import workings_beside

    run = given.folder / "old" / "run"
    if not (run / "manifest.json").exists():
        child(given, "old", RULEBOOK)
    shutil.rmtree(workings_beside(run), ignore_errors=True)
    made = child(given, "workings", RULEBOOK)
    size = sum(each.stat().st_size for each in workings_beside(run).iterdir()) / 1e6
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    print(f"{rows:,} records; load {os.getloadavg()[0]:.1f} over the last minute")
    print(
        f"workings: {made['seconds']:.1f} s, {made['cpu']:.1f} s of processor, {size:.0f} MB on disk, "
        f"{made['peak']:.0f} MB of memory"
    )
    edits = drafts(given.folder, busiest(run))
    first = next(iter(edits))
    for one in ("compared", "full", "full, unchecked"):
        rounds = [child(given, one, edits[first]) for _ in range(given.rounds)]
        seconds, cpu = (statistics.median(each[name] for each in rounds) for name in ("seconds", "cpu"))
        aim = f" (aim {AIMS[one]:.0f})" if one in AIMS else ""
        print(
            f"{one}, {first}: {seconds:.2f} s{aim}, {cpu:.2f} s of processor, "
            f"{rounds[0]['peak']:.0f} MB of memory"
        )
    print("| tried | first, s | processor | next, s | processor | answered anew | moved | MB | same totals |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, draft in edits.items():
        if given.every and kind != first:
            child(given, "full, unchecked", draft)
        elif kind != first:
            shutil.rmtree(given.folder / "new", ignore_errors=True)
        rounds = [child(given, "tried", draft) for _ in range(given.rounds)]
        seconds = [
            f"{statistics.median(each[name] for each in rounds):.2f}"
            for name in ("first", "first cpu", "next", "next cpu")
        ]
        last = rounds[-1]
        same = ("no" if last["differ"] else "yes") if "differ" in last else "not asked"
        print(
            f"| {kind} | {' | '.join(seconds)} | {last['touched']:,.0f} | {last['moved']:,.0f} "
            f"| {last['peak']:.0f} | {same} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
