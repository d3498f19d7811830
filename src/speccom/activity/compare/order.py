"""What a comparison is asked to do, and why some orders are refused before any work is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from speccom.problem import Problem

PARQUET, CSV = ".parquet", ".csv"


@dataclass(frozen=True)
class CompareOrder:
    """What to compare: activity under one rulebook and under each of some others, in one pass.

    `out` is the file of moved records, Parquet or CSV by its name; `terms` a file of contract terms.
    `memory` bounds, in bytes, what is held of the activity at a time. Without `check`, repeated records are
    not looked for and values not judged: for activity that has been identified before.

    With `reference`, folders of reference tables, the rulebooks are assignments: `rulebook` and `others`
    name a method on the shelf or a folder, the first tables are for the old one and the last for the others,
    and `labels` are lines of an identification, as for assigning.
    """

    rulebook: Path
    others: Sequence[Path]
    activity: Sequence[Path]
    out: Path | None = None
    terms: Path | None = None
    layout: str = "auto"
    dataset: str | None = None
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: int | None = None
    check: bool = True
    reference: Sequence[Path] = ()
    labels: Path | None = None

    def refuse_impossible(self) -> None:
        """Raise Problem where the order would destroy what it reads, or could not be carried out."""
        if not self.others:
            raise Problem("no rulebook to compare with was named", mend="Name one or more with --with")
        if not self.activity:
            raise Problem("no activity was named", mend="Name one or more files with --activity")
        if self.threads < 1:
            raise Problem(
                f"a comparison needs at least one thread, not {self.threads}", mend="Leave --threads out"
            )
        if self.labels is not None and not self.reference:
            raise Problem(
                "labels stand for the service codes of an assignment, and this compares identifications",
                mend="Leave --labels out, or name the tables of an assignment with --reference",
            )
        if self.out is not None:
            self._refuse_out(self.out)

    def _refuse_out(self, out: Path) -> None:
        where = str(out)
        if out.suffix.lower() not in (PARQUET, CSV):
            raise Problem(
                "the moved records are a Parquet or a CSV file",
                where=where,
                mend=f"Name it {out.with_suffix(PARQUET).name} or {out.with_suffix(CSV).name}",
            )
        if out.is_dir():
            raise Problem(
                "this is a folder, and the moved records are one file",
                where=where,
                mend="Name a file, such as moved.parquet",
            )
        read = [*self.activity, *(each for each in (self.terms, self.labels) if each)]
        if any(path.resolve() == out.resolve() for path in read):
            raise Problem(
                "the moved records would be written over what is read", where=where, mend="Name another --out"
            )
        kept = (self.rulebook, *self.others, *self.reference)
        if any(out.resolve().is_relative_to(folder.resolve()) for folder in kept):
            raise Problem(
                "the moved records would be written into a rulebook", where=where, mend="Name another --out"
            )
        folder = out.absolute().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise Problem(
                "the moved records cannot be written here",
                where=str(folder),
                mend="Choose a folder that is there and that you may write to",
            )
