"""The workings of a run made in the background: how far it is, and why it could not be done."""

from __future__ import annotations

import json
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from speccom.activity.at_work import begin_work, worker_on
from speccom.activity.edited.trial import Trials
from speccom.activity.edited.workings import Workings
from speccom.activity.run_folder import PROGRESS, SAID
from speccom.activity.written_whole import write_whole
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook

_SECONDS_BETWEEN_NOTES = 0.5


@dataclass(frozen=True)
class Making:
    """How the making stands: whether a process is at it, and why an earlier one could not do it."""

    going: bool
    why_not: str


def making_beside(run: Path) -> Path:
    """Return the folder in which word of the making is left: hidden, beside the run's."""
    folder = run.absolute()
    return folder.with_name(f".{folder.name}.making")


def making_of(run: Path) -> Making:
    """Return how the making of a run's workings stands."""
    folder = making_beside(run)
    try:
        said = (folder / SAID).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        said = ""
    return Making(worker_on(folder) is not None, said)


def make(run: Path, draft: IdentificationRulebook, threads: int) -> Workings:
    """Make what trials of a draft need, and leave word of progress. Raises Problem, which is left too."""
    folder = making_beside(run)
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / SAID).unlink(missing_ok=True)
    end = begin_work(folder, threading.Event())
    try:
        trials = Trials(run, threads=threads, tell=_Word(folder).leave)
        workings = trials.prepare_for(draft)
    except Problem as problem:
        write_whole(folder / SAID, str(problem))
        raise
    finally:
        end()
    shutil.rmtree(folder, ignore_errors=True)
    return workings


class _Word:
    """Leaves word of progress, not too often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last = ("", 0.0)

    def leave(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self.last[0] == stage and now - self.last[1] < _SECONDS_BETWEEN_NOTES:
            return
        self.last = (stage, now)
        note = {"stage": stage, "done": done, "total": total, "message": ""}
        with suppress(OSError):  # a full disk ends the making itself, with its reason
            write_whole(self.folder / PROGRESS, json.dumps(note))
