"""p-median of `location` against spopt with its default solver, and a whole country to proven optimality.

Seconds are processor seconds of a process and what it starts, since the machine may be shared.

    python bench/methods_location.py                          # ours, and the London comparison
    python bench/methods_location.py --peer-national 30       # also spopt on the country, at most 30 minutes
    python bench/methods_location.py --peer-national 30 --only-peer-national

The peer lives in an environment of its own (`--peer-venv DIR`), made here where it is missing, since it
brings a whole geospatial stack. The data are the shared ones (`SPECCOM_SHARED_DATA`, default
`../shared/data`).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PEER = "spopt<0.8"
LONDON_SITES = (4, 8, 12)
NATIONAL_SITES = (8, 24, 40, 80)
NATIONAL_PEER_SITES = 24
MINUTES = 30.0
# spopt on so many areas takes long, and gives way to whatever else the machine does.
ASIDE_FROM = 10_000
MEMORY_LIMIT = 15 * 2**30
LEAST_GAP = 1e-6

Instance = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def shared(*parts: str) -> Path:
    folder = Path(os.environ.get("SPECCOM_SHARED_DATA") or ROOT.parent / "shared" / "data")
    path = folder.joinpath(*parts)
    if not path.exists():
        raise SystemExit(f"the shared data is absent: {path.name} (SPECCOM_SHARED_DATA names its folder)")
    return path


def london() -> Instance:
    """Return minutes (4,835 areas x 23 units) and the stroke admissions of each area."""
    import duckdb

    demand = dict(
        duckdb.sql(
            f"SELECT LSOA, admissions FROM '{shared('location', 'london_stroke_admissions.csv')}'"
        ).fetchall()
    )
    rows = duckdb.sql(f"SELECT * FROM '{shared('location', 'london_stroke_time.csv')}'").fetchall()
    return np.array([row[1:] for row in rows], dtype=float), np.array([demand[row[0]] for row in rows])


def england() -> Instance:
    """Return minutes (32,839 areas x 125 hospitals) and the people of each area."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    matrix = pq.read_table(shared("geography", "car_travel_time_lsoa11_to_hospital_tenths_of_minute.parquet"))
    people = csv.read_csv(shared("geography", "lsoa11_england_population_imd_icb.csv"))
    of = dict(zip(people["lsoa11_code"].to_pylist(), people["pop_total"].to_pylist(), strict=True))
    minutes = np.column_stack([column.to_numpy() for column in matrix.columns[1:]]) / 10.0
    return minutes, np.array([of[code] for code in matrix["lsoa11_code"].to_pylist()], dtype=float)


def peer_python(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True)
    return python


def run_peer(python: Path, instance: Instance, sites: int, minutes: float) -> dict[str, Any]:
    """Solve one p-median with spopt in a process of its own, watched for its time and its memory."""
    aside = len(instance[0]) > ASIDE_FROM
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "instance.npz"
        np.savez(data, times=instance[0], weights=instance[1])
        began = time.perf_counter()
        process = subprocess.Popen(
            [*(("nice", "-n", "10") if aside else ()), python, __file__, "--as-peer", str(data), str(sites)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Its solver writes a gigabyte here, which goes with the folder when it is stopped.
            env={**os.environ, "TMPDIR": folder, "TMP": folder},
        )
        peak, seconds, why = 0, 0.0, ""
        while process.poll() is None and not why:
            time.sleep(0.2)
            memory, used = _use_of_group(process.pid)
            peak, seconds = max(peak, memory), max(seconds, used)
            why = "time" if seconds > 60 * minutes else "memory" if peak > MEMORY_LIMIT else ""
        if why:
            os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        if process.returncode:
            elapsed = time.perf_counter() - began
            stopped = {"stopped_for": why or "a fault", "seconds": seconds, "elapsed": elapsed}
            return {**stopped, "peak_mb": peak / 2**20}
        return {**json.loads(said.splitlines()[-1]), "peak_mb": peak / 2**20}


def _use_of_group(leader: int) -> tuple[int, float]:
    """Return the resident memory and processor seconds of a process and its own (spopt starts its solver)."""
    memory, ticks = 0, 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == leader:
            memory += int(fields[21]) * resource.getpagesize()
            ticks += sum(map(int, fields[11:13]))
    return memory, ticks / os.sysconf("SC_CLK_TCK")


def processor_seconds() -> float:
    """Return what this process and those it has waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def as_peer(data: Path, sites: int) -> None:
    import pulp
    from spopt.locate import PMedian

    stored = np.load(data)
    before = processor_seconds()
    began = time.perf_counter()
    model = PMedian.from_cost_matrix(stored["times"], stored["weights"], p_facilities=sites)
    built = time.perf_counter()
    model = model.solve(pulp.PULP_CBC_CMD(msg=False), results=False)
    print(
        json.dumps(
            {
                "objective": pulp.value(model.problem.objective),
                "status": pulp.LpStatus[model.problem.status],
                "building": built - began,
                "elapsed": time.perf_counter() - began,
                "seconds": processor_seconds() - before,
            }
        )
    )


def ours(instance: Instance, sites: int) -> dict[str, Any]:
    from speccom.methods.location.p_median import p_median

    times, demand = instance
    nothing = np.zeros(times.shape[1], dtype=bool)
    began, before = time.perf_counter(), time.process_time()
    choice = p_median(times, demand, sites, nothing, nothing, 1_000_000)
    assert choice is not None
    return {
        "objective": choice.cost,
        "bound": choice.bound,
        "proven": choice.proven,
        "status": choice.status,
        "elapsed": time.perf_counter() - began,
        "seconds": time.process_time() - before,
    }


def whole_calculation(instance: Instance, sites: int) -> float:
    """Return the seconds of the method itself, from checked input to result, volumes and shares among it."""
    from speccom.methods.location import METHOD

    times, demand = instance
    given = METHOD.read(
        {
            "question": {"ask": "p_median", "sites": sites},
            "sites": [{"name": str(place)} for place in range(times.shape[1])],
            "areas": [
                {
                    "name": str(place),
                    "demand": people,
                    "times": tuple(row),
                    "deprivation_fifth": 1 + place % 5,
                }
                for place, (row, people) in enumerate(zip(times.tolist(), demand.tolist(), strict=True))
            ],
        }
    )
    before = time.process_time()
    METHOD.calculate(given)
    return time.process_time() - before


def main() -> None:
    arguments = _arguments()
    if arguments.as_peer:
        as_peer(Path(arguments.as_peer[0]), int(arguments.as_peer[1]))
        return
    python = peer_python(arguments.peer_venv)
    if arguments.only_peer_national:
        print(json.dumps(run_peer(python, england(), NATIONAL_PEER_SITES, arguments.peer_national)))
        return
    print("| instance | sites | ours, s | spopt, s | ratio | same optimum | ours: bound | spopt, MB |")
    print("|---|---|---|---|---|---|---|---|")
    for sites in LONDON_SITES:
        _row("London 4,835 x 23", sites, ours(london(), sites), run_peer(python, london(), sites, MINUTES))
    country = england()
    for sites in NATIONAL_SITES:
        peer = None
        if sites == NATIONAL_PEER_SITES and arguments.peer_national:
            peer = run_peer(python, country, sites, arguments.peer_national)
        _row("England 32,839 x 125", sites, ours(country, sites), peer)
    sites = NATIONAL_PEER_SITES
    print(f"\nThe whole method, England, {sites} sites: {whole_calculation(country, sites):.1f} s")
    print(f"Peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _row(instance: str, sites: int, mine: dict[str, Any], peer: dict[str, Any] | None) -> None:
    proof = f"{mine['bound']:.3f}, {mine['status']}{', proven' if mine['proven'] else ''}"
    theirs, ratio, same, memory = "", "", "", ""
    if peer is not None:
        memory = f"{peer['peak_mb']:,.0f}"
        if "stopped_for" in peer:
            theirs = f"none after {peer['seconds']:.0f}: stopped for {peer['stopped_for']}"
        else:
            theirs, ratio = f"{peer['seconds']:.1f}", f"{peer['seconds'] / mine['seconds']:.0f}"
            off = abs(peer["objective"] - mine["objective"]) / mine["objective"]
            same = "yes" if off <= LEAST_GAP else f"no: {peer['objective']:.3f}"
    cells = (instance, sites, f"{mine['seconds']:.2f}", theirs, ratio, same, proof, memory)
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cache = Path.home() / ".cache" / "speccom-bench" / "spopt"
    parser.add_argument("--peer-venv", type=Path, default=cache, metavar="DIR")
    parser.add_argument("--peer-national", type=float, default=0.0, metavar="MINUTES")
    parser.add_argument("--only-peer-national", action="store_true", help="nothing else, as JSON")
    parser.add_argument("--as-peer", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
