"""Kill a process in mid-act, again and again: is anything acknowledged lost, or anything half done?

    python bench/kills.py [--rounds 1000] [--seconds N]

Acts on a home of its own (SPECCOM_HOME, a new folder where it is not set), in the file there or in the
database that DATABASE_URL names. A round begins a process that acts through the door as fast as it can and
acknowledges each act on a pipe; after a time drawn at random it is killed (SIGKILL), and what it acknowledged
is looked for. The chain, the rows and what belongs to what are verified every fifty rounds and at the end.
This shows what the end of a process does; what the end of the machine does to pages that are not on the disk
yet, it cannot show.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
LONGEST = 0.3
VERIFY_EVERY = 50


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument(
        "--seconds", type=float, default=3600.0, help="end after this time, however many rounds"
    )
    asked = parser.parse_args()
    if "SPECCOM_HOME" in os.environ:
        return rounds(asked.rounds, asked.seconds)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SPECCOM_HOME": f"{folder}/home", "SPECCOM_RULEBOOKS": str(_shelf(Path(folder)))}
        return rounds(asked.rounds, asked.seconds)


def _shelf(folder: Path) -> Path:
    shelf = folder / "shelf"
    shutil.copytree(ROOT / "rulebooks" / "calendars", shelf / "calendars")
    shutil.copy(ROOT / "rulebooks" / "roles.toml", shelf)
    procedure = shelf / "processes" / "three-states" / "1"
    shutil.copytree(ROOT / "tests" / "spec" / "processes" / "three-states", procedure)
    return shelf


def rounds(count: int, seconds: float) -> int:
    sys.path.insert(0, str(ROOT))
    from tests.unit.casework import acts

    acts.begin_silently(3)
    drawn, began = Random(20261123), time.monotonic()
    told: dict[str, Any] = {
        "rounds": 0,
        "acknowledged": 0,
        "in_mid_act": 0,
        "lost": 0,
        "half_done": 0,
        "wrong": "",
    }
    for number in range(count):
        if time.monotonic() - began > seconds or told["wrong"]:
            break
        begun, acknowledged = _until_killed(acts, f"round-{number}", drawn.uniform(0.002, LONGEST))
        told["rounds"] += 1
        told["acknowledged"] += len(acknowledged)
        told["in_mid_act"] += begun > len(acknowledged)
        told["lost"] += sum(not acts.is_kept(command) for command in acknowledged)
        if number % VERIFY_EVERY == VERIFY_EVERY - 1:
            _verify(acts, told)
    _verify(acts, told)
    told["events"], told["seconds"] = acts.LedgerEvent.objects.count(), round(time.monotonic() - began, 1)
    print(json.dumps(told))
    return 1 if told["lost"] or told["half_done"] or told["wrong"] else 0


def _verify(acts: Any, told: dict[str, Any]) -> None:
    told["wrong"] = acts.wrong()
    told["half_done"] = len(acts.orphans())


def _until_killed(acts: Any, name: str, after: float) -> tuple[int, list[str]]:
    """Return how many acts a process began and which it acknowledged before it was killed."""
    acts.let_go()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            acts.act_without_end(name, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "r") as pipe:
        first = pipe.readline()
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        lines = [first.strip(), *pipe.read().split("\n")[:-1]]
    assert os.WIFSIGNALED(status), "the process ended before it was killed"
    acknowledged = [line.removeprefix("done ") for line in lines if line.startswith("done ")]
    return sum(line.startswith("begin ") for line in lines), acknowledged


if __name__ == "__main__":
    sys.exit(main())
