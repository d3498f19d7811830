"""A run that is not finished: how far it is, whether anybody works on it, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.analysis.run_folders import Progress, RunFolder
from speccom.analysis.run_state import State, state_of, why_not
from speccom.demonstration import RUN as DEMONSTRATION
from speccom.interface import formats
from speccom.interface.pages import address

TITLES = {
    State.WAITING: "This run is about to start",
    State.GOING: "This run is going on",
    State.STOPPING: "This run is stopping",
    State.STOPPED: "This run was stopped",
    State.REFUSED: "This run cannot go on as things are",
    State.FAILED: "This run could not be done",
    State.LOST: "This run was not finished",
}
_ADVICE = {
    State.WAITING: "It starts in a moment. If nothing happens for a minute, start it again.",
    State.GOING: "",
    State.STOPPING: "It stops as soon as it has put away what it is doing, within a few seconds.",
    State.STOPPED: "Nothing that was done is lost: it goes on from where it was, to the same results.",
    State.REFUSED: "Put right what is named here, then go on; or start a new run.",
    State.FAILED: "Put right what is named here, and start a new run.",
    State.LOST: "Nobody works on it, and it keeps no order to go on from. Start it again as it was started.",
}


@dataclass(frozen=True)
class Button:
    """One thing that can be done: where it is sent, and its words."""

    action: str
    text: str
    secondary: bool = False


@dataclass(frozen=True)
class OpenRunPage:
    """How far an open run is, or why it cannot go on; ``followed`` while it moves.

    ``percent`` is None where it is not known.
    """

    words: str
    percent: int | None
    advice: str
    href: str
    followed: bool
    why: str
    button: Button | None


def present_open_run(run: RunFolder, *, may_start: bool) -> OpenRunPage:
    """Return what the page of an open run shows to somebody who may start runs, or may not."""
    progress, state, why = run.progress, state_of(run), why_not(run)
    words = progress_words(progress) if progress else "It has not said yet how far it is."
    return OpenRunPage(
        words="" if why else words,
        percent=progress.percent if progress and state.at_work else None,
        advice=_ADVICE[state],
        href=address("run", run=run.id),
        followed=state.at_work,
        why=why,
        button=_button(run, state) if may_start and run.id != DEMONSTRATION else None,
    )


def progress_words(progress: Progress) -> str:
    """Return how far a run is: "Identifying: 120,000 of 300,000"."""
    words = formats.sentence(progress.message or progress.stage.replace("_", " "))
    if progress.total > 0:
        words += f" {formats.number(progress.done)} of {formats.number(progress.total)} done."
    return words


def _button(run: RunFolder, state: State) -> Button | None:
    if state is State.GOING:
        return Button(address("run-stop", run=run.id), "Stop the run", secondary=True)
    if state.can_go_on:
        words = "Start it again" if state is State.WAITING else "Go on with the run"
        return Button(address("run-resume", run=run.id), words, secondary=state is State.WAITING)
    return None
