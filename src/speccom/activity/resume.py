"""Going on with a stopped run of any kind, from what its folder keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

from speccom.activity import identify
from speccom.activity.assign import run as assign
from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.begun import Begun
from speccom.activity.run_folder import MANIFEST, SAID, OpenRun, RunStopped, tidy
from speccom.activity.written_whole import write_whole
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
    begun = run.begun
    assert begun is not None
    try:
        manifest = _gone_on(run, begun, tell)
    except RunStopped:
        raise
    except Problem as problem:
        say_why(folder, problem)
        raise
    finally:
        run.let_go()
    if begun.then is not None:
        resume(_followed_up(folder, begun, begun.then, manifest), tell, asked_to_stop)
    return manifest


def say_why(folder: Path, problem: Problem) -> None:
    """Leave word in a run's folder why it could not be done: nobody may be at the terminal."""
    folder.mkdir(mode=0o700, exist_ok=True)
    write_whole(folder / SAID, str(problem))


def following(folder: Path) -> Path:
    """Return a free folder beside a run's, for an assignment of what it identified."""
    names = (f"{folder.name}-payers{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(path for name in names if not (path := folder.with_name(name)).exists())


def _gone_on(run: OpenRun, begun: Begun, tell: Tell) -> dict[str, Any]:
    begun.refuse_other_software()
    if begun.kind == identify.KIND:
        return identify.resume_identification(run, begun, tell)
    if begun.kind == assign.KIND:
        return assign.resume_assignment(run, begun, tell)
    raise Problem(f"a run of the kind “{begun.kind}” cannot be gone on with", where=str(run.path))


def _followed_up(
    folder: Path, begun: Begun, settings: Mapping[str, Any], manifest: Mapping[str, Any]
) -> Path:
    """Leave the order of the assignment that follows an identification; return its folder."""
    labels = folder / manifest["outputs"]["labels"]["file"]
    run = following(folder)
    inputs = [*(Path(each.path) for each in begun.inputs), labels]
    order = AssignmentOrder.from_settings({**settings, "labels": True}, inputs, run)
    try:
        assign.leave_assignment(order, begun.by)
    except Problem as problem:
        say_why(run, problem)
        raise
    return run
