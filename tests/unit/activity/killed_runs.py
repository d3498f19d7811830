"""Runs in processes of their own that are killed, and what they leave compared with an undisturbed run's."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from speccom import commands
from speccom.activity.begun import BEGUN
from speccom.activity.run_folder import MANIFEST, SCRATCH
from speccom.activity.synthesise import synthesise

TIMES = ("started", "finished", "resumed", "timings", "run")
"""What a manifest may say otherwise of a run that was stopped: when, and in which folder."""

_DYING = """
import os, signal, sys
from pathlib import Path
from speccom.commands import main

when, name, share = sys.argv[1], sys.argv[2], float(sys.argv[3])
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
replace, write = Path.replace, os.write

def dying_replace(self, target):
    if Path(target).name == name:
        if when == "half":
            os.truncate(self, int(self.stat().st_size * share))
            die()
        if when == "before":
            die()
        replace(self, target)
        die()
    return replace(self, target)

lines = 0

def dying_write(file, data):
    global lines
    lines += 1
    if lines == 3:
        write(file, bytes(data)[: int(len(data) * share)])
        die()
    return write(file, data)

if name == "journal":
    os.write = dying_write
else:
    Path.replace = dying_replace
sys.exit(main(sys.argv[4:]))
"""


@dataclass(frozen=True)
class Work:
    """Some activity and a rulebook, and how to identify it."""

    rulebook: Path
    activity: tuple[Path, ...]

    def words(self, run: Path) -> list[str]:
        """The command line that identifies into a folder."""
        out = ["--out", str(run / "labels.parquet"), "--run", str(run), "--threads", "2"]
        return ["identify", "--rulebook", str(self.rulebook), "--activity", *map(str, self.activity), *out]

    def assignment(self, reference: Path, run: Path) -> list[str]:
        """The command line that assigns into a folder."""
        out = ["--out", str(run / "answers.parquet"), "--run", str(run), "--threads", "2"]
        return ["assign", "--reference", str(reference), "--activity", *map(str, self.activity), *out]

    def begin(self, run: Path) -> subprocess.Popen[bytes]:
        """Begin to identify in a process of its own."""
        return _process("-m", "speccom", *self.words(run))


def die(words: list[str], when: str, name: str, share: float) -> int:
    """Run a command in a process that kills itself when it renames a file to a name; its exit code."""
    return _process("-c", _DYING, when, name, str(share), *words).wait(120)


def some_work(folder: Path, rulebook: Path, *, stretch: int = 1_200) -> Work:
    """Write activity in several shapes: dirty CSV that is converted, and Parquet in many stretches.

    The shorter a stretch, the longer the work takes.
    """
    (csv, outpatients) = synthesise(
        4_000, folder / "csv", seed=1, layout="canonical", dirty=True, file_format="csv"
    )
    whole = []
    for path in synthesise(16_000, folder / "parquet", seed=2):
        table = pq.read_table(path)
        pq.write_table(table, path, row_group_size=stretch)
        whole.append(path)
    return Work(rulebook, (csv, *whole, outpatients))


def _process(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has made a file, or has ended."""
    while not path.exists() and process.poll() is None:
        time.sleep(0.002)


def resumed(run: Path, work: Work) -> int:
    """Go on with a run, or begin it where it had not begun; the exit code."""
    if (run / BEGUN).exists() or (run / MANIFEST).exists():
        return commands.main(["resume", str(run)])
    return commands.main(work.words(run))


def outputs(run: Path) -> dict[str, bytes]:
    """Every file that a run left, but for its manifest."""
    files = (path for path in run.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(run)): path.read_bytes() for path in files}


def manifest_without_times(run: Path) -> dict[str, Any]:
    """What a run's manifest says, but for when."""
    manifest = json.loads((run / MANIFEST).read_bytes())
    return {name: value for name, value in manifest.items() if name not in TIMES}


def stretches_left(run: Path) -> int:
    """How many stretches an unfinished run had labelled."""
    journal = run / SCRATCH / "labelled.journal"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0
