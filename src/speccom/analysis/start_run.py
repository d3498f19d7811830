"""Starting runs from pages: an order is left in a new folder, and a process of its own takes it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import leave_assignment
from speccom.activity.at_work import ask_to_stop
from speccom.activity.edited.making import making_of
from speccom.activity.identify import leave_identification
from speccom.activity.order import Order
from speccom.activity.resume import following
from speccom.analysis.on_offer import Activity, Payers
from speccom.analysis.run_folders import RunFolder, list_runs
from speccom.analysis.run_process import take_up
from speccom.analysis.run_state import State, state_of
from speccom.interface import formats
from speccom.problem import Problem
from speccom.rulebook.find import ShelvedRulebook

MOST_AT_ONCE = 2


def start(
    home: Path, activity: Activity, rulebook: ShelvedRulebook, payers: Payers | None, title: str, by: str
) -> str:
    """Start an identification, which an assignment may follow; return its name. Raises Problem."""
    refuse_too_many(home)
    order = Order(
        rulebook=rulebook.folder,
        activity=activity.files,
        out=Path(),
        run=Path(),
        title=title or activity.title,
    )

    def leave(run: Path) -> None:
        then = None if payers is None else _assignment(activity.files, payers, run, order.title)
        leave_identification(replace(order, out=run / "labels.parquet", run=run), by, then)

    return _started(home, _new_names(), leave)


def start_assignment(run: RunFolder, home: Path, payers: Payers, by: str) -> str:
    """Start an assignment of what a run identified; return its name. Raises Problem."""
    refuse_too_many(home)
    files = [Path(each.original) for each in run.manifest.inputs]

    def leave(folder: Path) -> None:
        order = _assignment(files, payers, folder, run.manifest.title)
        leave_assignment(replace(order, labels=run.labels), by)

    return _started(home, iter([following(run.path).name]), leave)


def stop(run: RunFolder) -> None:
    """Ask the process that works on a run to stop; does nothing where none does."""
    if state_of(run) is State.GOING:
        ask_to_stop(run.path)


def go_on(run: RunFolder, home: Path) -> None:
    """Go on with a run that was stopped; does nothing where that cannot be done. Raises Problem."""
    if state_of(run).can_go_on:
        refuse_too_many(home)
        take_up(run.path, home)


def refuse_too_many(home: Path) -> None:
    """Raise Problem where no further process may be begun: so many work on runs, or read one for trials."""
    going = sum(_is_worked_on(each) for each in list_runs(home))
    if going >= MOST_AT_ONCE:
        raise Problem(
            f"{formats.counted(going, 'run')} are going on already",
            mend="Wait until one is finished, or stop it",
        )


def _is_worked_on(run: RunFolder) -> bool:
    return state_of(run) in (State.GOING, State.STOPPING) or making_of(run.path).going


def _assignment(
    files: tuple[Path, ...] | list[Path], payers: Payers, run: Path, title: str
) -> AssignmentOrder:
    return AssignmentOrder(
        reference=payers.reference,
        activity=files,
        out=run / "answers.parquet",
        run=run,
        method=f"{payers.method.id}-{payers.method.version}",
        title=title,
    )


def _started(home: Path, names: Iterator[str], leave: Callable[[Path], None]) -> str:
    """Leave an order under the first name that is free, and have it taken up."""
    for name in names:
        folder = home / "runs" / name
        try:
            leave(folder)
        except FileExistsError:
            continue
        take_up(folder, home)
        return name
    raise Problem("another run of that name was begun at this moment", mend="Try again")


def _new_names() -> Iterator[str]:
    day = date.today().isoformat()  # noqa: DTZ011 (the day where the run is started)
    return (f"{day}-{number}" for number in count(1))
