"""The list of runs: what each found, in a sentence, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from speccom.activity.assign.run import KIND as ASSIGNMENT
from speccom.analysis.assignment_manifest import read_assignment
from speccom.analysis.manifest import Manifest
from speccom.analysis.open_run_page import progress_words
from speccom.analysis.payers_page import payers_headline
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_state import State, state_of, why_not
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.problem import Problem

_STATES = {
    State.WAITING: "About to start",
    State.GOING: "Going on",
    State.STOPPING: "Stopping",
    State.STOPPED: "Stopped",
    State.REFUSED: "Cannot go on",
    State.FAILED: "Could not be done",
    State.LOST: "Not finished",
}


@dataclass(frozen=True)
class RunItem:
    """One run in the list; ``state`` is empty where it is finished."""

    title: str
    href: str
    state: str
    words: str
    when: str


@dataclass(frozen=True)
class RunsPage:
    """The list, newest first; ``start`` is where a run is started, blank for those who may not."""

    items: tuple[RunItem, ...]
    summary: str
    start: str


def present_runs(runs: Sequence[RunFolder], *, may_start: bool) -> RunsPage:
    """Return what the list of runs shows to somebody who may start runs, or may not."""
    summary = f"{formats.counted(len(runs), 'run')}, the newest first." if runs else "There is no run yet."
    return RunsPage(tuple(_item(run) for run in runs), summary, address("run-start") if may_start else "")


def headline(manifest: Manifest) -> str:
    """Return what a run found, in a sentence or two."""
    counts = manifest.counts
    if not counts.rows:
        return "The activity holds no records, so nothing was identified."
    if not manifest.records:
        return f"None of the {formats.counted(counts.rows, 'row')} could be used, so nothing was identified."
    share = formats.percent(counts.labelled, manifest.records)
    words = (
        f"{formats.number(counts.labelled)} of {formats.counted(manifest.records, 'record')} ({share}) are "
        "specialised. "
    )
    if manifest.priced:
        words += (
            f"They cost {formats.money_in_words(manifest.cost_specialised)} of "
            f"{formats.money_in_words(manifest.cost_total)} "
            f"({formats.percent(manifest.cost_specialised, manifest.cost_total)})."
        )
    else:
        words += "The activity gives no cost."
    if counts.rejected:
        words += f" {formats.counted(counts.rejected, 'more row')} could not be used."
    return words


def _item(run: RunFolder) -> RunItem:
    href = address("run", run=run.id)
    if not run.sealed:
        return _open_item(run, href)
    try:
        if run.kind == ASSIGNMENT:
            return _assignment(run, href)
        manifest = run.manifest
    except Problem as problem:
        return RunItem(run.id, href, "Cannot be read", str(problem), "")
    when = f"Finished on {formats.day_and_time(manifest.finished)}" if manifest.finished else ""
    return RunItem(manifest.title, href, "", headline(manifest), when)


def _open_item(run: RunFolder, href: str) -> RunItem:
    progress, state = run.progress, state_of(run)
    words = progress_words(progress) if progress else "It has not said yet how far it is."
    title = f"Who pays: {run.title}" if run.kind == ASSIGNMENT else run.title
    return RunItem(title, href, _STATES[state], why_not(run) or words, "")


def _assignment(run: RunFolder, href: str) -> RunItem:
    manifest = read_assignment(run)
    when = f"Finished on {formats.day_and_time(manifest.finished)}" if manifest.finished else ""
    return RunItem(f"Who pays: {manifest.title}", href, "", payers_headline(manifest), when)
