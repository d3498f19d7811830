"""The list of runs: what each found, in a sentence, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from speccom.analysis.manifest import Manifest
from speccom.analysis.run_folders import RunFolder
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.problem import Problem


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
    """The list, newest first."""

    items: tuple[RunItem, ...]
    summary: str


def present_runs(runs: Sequence[RunFolder]) -> RunsPage:
    """Return what the list of runs shows."""
    summary = f"{formats.counted(len(runs), 'run')}, the newest first." if runs else "There is no run yet."
    return RunsPage(tuple(_item(run) for run in runs), summary)


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
        progress = run.progress
        words = progress.message or progress.stage if progress else "It has not said yet how far it is."
        return RunItem(run.id, href, "Not finished", words, "")
    try:
        manifest = run.manifest
    except Problem as problem:
        return RunItem(run.id, href, "Cannot be read", str(problem), "")
    when = f"Finished on {formats.day_and_time(manifest.finished)}" if manifest.finished else ""
    return RunItem(manifest.title, href, "", headline(manifest), when)
