"""Going on with a stopped run of any kind, from what its folder keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from speccom.activity import identify
from speccom.activity.assign import run as assign
from speccom.activity.run_folder import MANIFEST, OpenRun, tidy
from speccom.problem import Problem

Tell = Callable[[str, int, int], None]


def is_finished(folder: Path) -> bool:
    """Whether a run is sealed; what it needed only while it was open is then removed."""
    if not (folder / MANIFEST).is_file():
        return False
    tidy(folder)
    return True


def resume(
    folder: Path, tell: Tell = lambda stage, done, total: None, asked_to_stop: Event | None = None
) -> dict[str, Any]:
    """Go on with a run and return its manifest; its outputs are those of a run that was never stopped.

    Raises Problem, and leaves the folder as it is, where there is nothing to go on with, where another
    process works on the run, and where the activity, the rulebook or the software has changed since.
    """
    run = OpenRun.resume(folder, asked_to_stop)
    try:
        begun = run.begun
        assert begun is not None
        begun.refuse_other_software()
        if begun.kind == identify.KIND:
            return identify.resume_identification(run, begun, tell)
        if begun.kind == assign.KIND:
            return assign.resume_assignment(run, begun, tell)
        raise Problem(f"a run of the kind “{begun.kind}” cannot be gone on with", where=str(folder))
    finally:
        run.let_go()
