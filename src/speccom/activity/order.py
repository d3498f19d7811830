"""What a run is asked to do, and why some orders are refused before any work is done."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speccom.problem import Problem

LEAST_MEMORY = 256 * 1024**2
_PLAIN = ("layout", "dataset", "engine", "threads", "memory", "title", "synthetic", "check")


@dataclass(frozen=True)
class Order:
    """What to identify. `run` is the folder that the run leaves; `out` the file of labels.

    `memory` bounds, in bytes, what is held of the activity at a time. Without `check`, values are not
    judged, repeated records not looked for and no explanation compared: for measuring, and for activity
    that has been checked before.
    """

    rulebook: Path
    activity: Sequence[Path]
    out: Path
    run: Path
    layout: str = "auto"
    dataset: str | None = None
    engine: str = "kernel"
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: int | None = None
    title: str = ""
    synthetic: bool = False
    check: bool = True

    def settings(self) -> dict[str, Any]:
        """Return, as plain values, what else than the activity and its folder makes this order again."""
        plain = {each: getattr(self, each) for each in _PLAIN}
        out, run = self.out.resolve(), self.run.resolve()
        inside = out.is_relative_to(run)
        return {
            **plain,
            "rulebook": str(self.rulebook.resolve()),
            "out": str(out.relative_to(run) if inside else out),
        }

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], activity: Sequence[Path], run: Path) -> Order:
        """Return the order that gave the settings, whose run's folder may have moved."""
        return cls(
            rulebook=Path(settings["rulebook"]),
            activity=activity,
            out=run / settings["out"],
            run=run,
            **{each: settings[each] for each in _PLAIN},
        )

    @property
    def memory_of_a_thread(self) -> int | None:
        """What one thread's query may take; the kernels of this process need none beside the activity."""
        return None if self.memory is None else self.memory // (2 * self.threads)

    def refuse_impossible(self) -> None:
        """Raise Problem where the order would destroy what it reads, or could not be carried out."""
        if not self.activity:
            raise Problem("no activity was named", mend="Name one or more files with --activity")
        if self.threads < 1:
            raise Problem(f"a run needs at least one thread, not {self.threads}", mend="Leave --threads out")
        if self.memory is not None and self.memory < LEAST_MEMORY:
            raise Problem(
                "this is too little memory to identify anything", mend="Give at least 256MB with --memory"
            )
        self._refuse_destruction()
        if self.out.is_dir():
            raise Problem(
                "this is a folder, and the labels are one file",
                where=str(self.out),
                mend="Name a file, such as labels.parquet",
            )
        refuse_unwritable(self.out.parent, "the labels")
        if self.run.exists() and not self.run.is_dir():
            raise Problem(
                "this is a file, and a run leaves a folder", where=str(self.run), mend="Name a new folder"
            )
        refuse_unwritable(self.run.parent, "the run's folder")

    def _refuse_destruction(self) -> None:
        out, run, rulebook = (path.resolve() for path in (self.out, self.run, self.rulebook))
        for path in self.activity:
            if path.resolve() == out:
                raise Problem(
                    "the labels would be written over the activity",
                    where=str(path),
                    mend="Name another --out",
                )
            if path.resolve().is_relative_to(run):
                raise Problem(
                    "the activity lies in the folder that the run is to leave",
                    where=str(path),
                    mend="Name another --run",
                )
        if out.is_relative_to(rulebook) or run.is_relative_to(rulebook) or rulebook.is_relative_to(run):
            raise Problem(
                "the run would write into the rulebook", where=str(self.rulebook), mend="Name another place"
            )


def refuse_unwritable(folder: Path, what: str) -> None:
    """Raise Problem where files cannot be made in a folder, which may be made itself."""
    standing = folder.absolute()
    while not standing.exists() and standing != standing.parent:
        standing = standing.parent
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        raise Problem(
            f"{what} cannot be written here", where=str(folder), mend="Choose a folder that you may write to"
        )
