"""In what state a run is: finished, going on, stopped, or in need of somebody."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from speccom.activity.at_work import STOP, worker_on
from speccom.activity.begun import read_begun
from speccom.activity.run_folder import PROGRESS, SAID
from speccom.analysis.run_folders import RunFolder


class State(StrEnum):
    """What can be done with a run: wait for it, stop it, go on with it, or nothing."""

    FINISHED = "finished"
    WAITING = "waiting"
    GOING = "going"
    STOPPING = "stopping"
    STOPPED = "stopped"
    REFUSED = "refused"
    FAILED = "failed"
    LOST = "lost"

    @property
    def at_work(self) -> bool:
        """Whether a process works on it, or will in a moment."""
        return self in (State.WAITING, State.GOING, State.STOPPING)

    @property
    def can_go_on(self) -> bool:
        """Whether it can be taken up where it was left."""
        return self in (State.WAITING, State.STOPPED, State.REFUSED)


def state_of(run: RunFolder) -> State:
    """Return the state of a run."""
    if run.sealed:
        return State.FINISHED
    if worker_on(run.path) is not None:
        return State.STOPPING if (run.path / STOP).exists() else State.GOING
    has_order = read_begun(run.path) is not None
    if why_not(run):
        return State.REFUSED if has_order else State.FAILED
    if not has_order:
        return State.LOST
    return State.STOPPED if (run.path / PROGRESS).exists() else State.WAITING


def why_not(run: RunFolder) -> str:
    """Return why a run that was begun or gone on with could not be done; blank where nothing was said."""
    return _text(run.path / SAID)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
