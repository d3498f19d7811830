"""A run that is still going: how far it is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.analysis.run_folders import Progress, RunFolder
from speccom.interface import formats
from speccom.interface.pages import address


@dataclass(frozen=True)
class OpenRunPage:
    """How far an open run is; ``percent`` is None where it is not known."""

    words: str
    percent: int | None
    advice: str
    href: str


def present_open_run(run: RunFolder) -> OpenRunPage:
    """Return what the page of an open run shows."""
    progress = run.progress
    return OpenRunPage(
        words=progress_words(progress) if progress else "It has not said yet how far it is.",
        percent=progress.percent if progress else None,
        advice=("If nothing moves for minutes, the run was stopped: start it again."),
        href=address("run", run=run.id),
    )


def progress_words(progress: Progress) -> str:
    """Return how far a run is: "Identifying: 120,000 of 300,000"."""
    words = formats.sentence(progress.message or progress.stage.replace("_", " "))
    if progress.total > 0:
        words += f" {formats.number(progress.done)} of {formats.number(progress.total)} done."
    return words
