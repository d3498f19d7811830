"""What an assignment is asked to do, and why some orders are refused before any work is done."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speccom.activity.order import LEAST_MEMORY, refuse_unwritable
from speccom.problem import Problem

DEFAULT_METHOD = "validation-tool-5.3"
_PLAIN = ("title", "method", "parts", "layout", "dataset", "threads", "memory", "check")


@dataclass(frozen=True)
class AssignmentOrder:
    """What to assign. `method` is a method on the shelf; `rulebook` a folder that stands in for it.

    `labels` is the output of an identification of the same files, whose lines then stand for the submitted
    service codes. With `parts`, each part of an admission that is paid for apart has a row of its own.
    Without `check`, repeated records are not looked for: for activity that has been checked before.
    """

    reference: Path
    activity: Sequence[Path]
    out: Path
    run: Path
    method: str = DEFAULT_METHOD
    rulebook: Path | None = None
    labels: Path | None = None
    parts: bool = False
    layout: str = "auto"
    dataset: str | None = None
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: int | None = None
    title: str = ""
    check: bool = True

    def settings(self) -> dict[str, Any]:
        """Return, as plain values, what else than the files and the run's folder makes this order again."""
        out, run = self.out.resolve(), self.run.resolve()
        return {
            **{each: getattr(self, each) for each in _PLAIN},
            "reference": str(self.reference.resolve()),
            "rulebook": None if self.rulebook is None else str(self.rulebook.resolve()),
            "labels": self.labels is not None,
            "out": str(out.relative_to(run) if out.is_relative_to(run) else out),
        }

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that go in: the activity, and the labels after it."""
        return (*self.activity, *([self.labels] if self.labels else []))

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], inputs: Sequence[Path], run: Path) -> AssignmentOrder:
        """Return the order that gave the settings, whose run's folder may have moved."""
        labels = settings["labels"]
        return cls(
            reference=Path(settings["reference"]),
            activity=inputs[:-1] if labels else inputs,
            out=run / settings["out"],
            run=run,
            rulebook=None if settings["rulebook"] is None else Path(settings["rulebook"]),
            labels=inputs[-1] if labels else None,
            **{each: settings[each] for each in _PLAIN},
        )

    def refuse_impossible(self) -> None:
        """Raise Problem where the order would destroy what it reads, or could not be carried out."""
        if not self.activity:
            raise Problem("no activity was named", mend="Name one or more files with --activity")
        if self.threads < 1:
            raise Problem(f"a run needs at least one thread, not {self.threads}", mend="Leave --threads out")
        if self.memory is not None and self.memory < LEAST_MEMORY:
            raise Problem(
                "this is too little memory to assign anything", mend="Give at least 256MB with --memory"
            )
        if self.out.is_dir():
            raise Problem(
                "this is a folder, and the answers are one file",
                where=str(self.out),
                mend="Name a file, such as assigned.parquet",
            )
        self._refuse_destruction()
        for folder, what in ((self.out.parent, "the answers"), (self.run.parent, "the run's folder")):
            refuse_unwritable(folder, what)

    def _refuse_destruction(self) -> None:
        out, run, reference = (path.resolve() for path in (self.out, self.run, self.reference))
        for path in self.inputs:
            if path.resolve() == out:
                raise Problem(
                    "the answers would be written over what they are made from",
                    where=str(path),
                    mend="Name another --out",
                )
            if path.resolve().is_relative_to(run):
                raise Problem(
                    "this file lies in the folder that the run is to leave",
                    where=str(path),
                    mend="Name another --run",
                )
        if out.is_relative_to(reference) or run.is_relative_to(reference) or reference.is_relative_to(run):
            raise Problem(
                "the run would write among the reference tables",
                where=str(self.reference),
                mend="Name another place",
            )
