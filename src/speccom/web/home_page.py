"""The front page: what this is, how the demonstration stands, and what the latest run found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from speccom import demonstration
from speccom.analysis.run_folders import RunFolder, latest_run
from speccom.analysis.run_page import key_figures
from speccom.analysis.runs_page import headline
from speccom.analysis.selection import Selection
from speccom.demonstration import STAGES, Standing
from speccom.interface import formats
from speccom.interface.figures import KeyFigure
from speccom.interface.pages import address
from speccom.problem import Problem


@dataclass(frozen=True)
class Making:
    """How the making of the demonstration stands; ``percent`` of all steps, None where not known."""

    going: bool
    words: str
    percent: int | None
    step: str = ""


@dataclass(frozen=True)
class LatestRun:
    """The latest run in words and figures."""

    title: str
    href: str
    headline: str
    figures: tuple[KeyFigure, ...]
    problem: str


@dataclass(frozen=True)
class HomePage:
    """What the front page shows; nothing of runs to those who may not see them."""

    making: Making | None
    sees_runs: bool
    latest: LatestRun | None


def present_home(home: Path, is_demonstration: bool, *, sees_runs: bool) -> HomePage:
    """Return what the front page shows to somebody who may see runs, or may not."""
    run = latest_run(home) if sees_runs else None
    return HomePage(
        making=_making(home) if is_demonstration else None,
        sees_runs=sees_runs,
        latest=_latest(run) if run else None,
    )


def _making(home: Path) -> Making | None:
    if demonstration.is_ready(home):
        return None
    standing = demonstration.standing(home)
    if standing and standing.problem:
        return Making(False, f"The demonstration could not be made. {standing.problem}", None)
    if not demonstration.is_being_made(home):
        if standing is None:
            return Making(True, "The demonstration is about to be made.", None)
        return Making(
            False, "The making of the demonstration was stopped. Start speccom again to make it anew.", None
        )
    if standing is None:
        return Making(True, "The making of the demonstration has begun.", None)
    return _step(standing)


def _step(standing: Standing) -> Making:
    """Return which step is being done and how much of all; every step counts alike, however long it takes."""
    words = formats.sentence(standing.stage)
    if standing.stage not in STAGES:
        return Making(True, words, None)
    before, steps = STAGES.index(standing.stage), len(STAGES)
    share = min(100, standing.done * 100 // standing.total) if standing.total > 0 else 0
    name = f"Step {before + 1} of {steps}"
    step = f"{name} is {share}% done." if share else f"{name} has begun."
    return Making(True, words, (before * 100 + share) // steps, step)


def _latest(run: RunFolder) -> LatestRun:
    href = address("run", run=run.id)
    try:
        figures = key_figures(run, Selection())
        return LatestRun(run.manifest.title, href, headline(run.manifest), figures, "")
    except Problem as problem:
        return LatestRun(run.manifest.title, href, "", (), str(problem))
