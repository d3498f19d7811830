"""Drafts tried on finished runs: what trials share is kept open, so that an answer takes moments."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import TypeVar

from speccom.activity.compare.terms import Terms
from speccom.activity.edited.making import making_beside, making_of
from speccom.activity.edited.trial import Trials, Tried
from speccom.activity.run_folder import PROGRESS, SAID
from speccom.analysis.assignment_manifest import assignments_of
from speccom.analysis.rule_editor.drafts import OpenDraft
from speccom.analysis.run_folders import Progress, RunFolder, read_progress
from speccom.analysis.run_process import begin
from speccom.analysis.start_run import refuse_too_many
from speccom.rulebook.identification import IdentificationRulebook
from speccom.rulebook.write_folder import write_folder

_OPEN, _ANSWERS = 2, 16
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class NotReady:
    """The run's workings have to be made first: whether that is going on, how far, and why it failed."""

    going: bool
    progress: Progress | None
    why_not: str


class OpenTrials:
    """The trials that the server keeps open, one a run and its assignment, and their answers of late."""

    def __init__(self) -> None:
        self._trials: OrderedDict[object, tuple[Trials, Lock]] = OrderedDict()
        self._answers: OrderedDict[object, Tried] = OrderedDict()
        self._lock = Lock()

    def ask(self, run: RunFolder, draft: IdentificationRulebook, share: Decimal | None) -> Tried | NotReady:
        """Return what a draft would make of a run; `share` is the variable share of each line's payment.

        Raises Problem where the run's files cannot be used.
        """
        assigned = next((each for each in assignments_of(run) if each.sealed), None)
        place = run.path, run.digest, assigned.digest if assigned else ""
        asked = *place, draft.digest, share
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
        trials, one_at_a_time = self._opened(place, run, assigned)
        with one_at_a_time:
            if not trials.is_ready_for(draft):
                self._forget(place)  # so that workings which were made meanwhile are looked for anew
                return _how_far(run.path)
            tried = trials.try_rulebook(draft, None if share is None else Terms(default=share))
        self._keep(self._answers, asked, tried, _ANSWERS)
        return tried

    def _opened(self, place: object, run: RunFolder, assigned: RunFolder | None) -> tuple[Trials, Lock]:
        with self._lock:
            if place in self._trials:
                self._trials.move_to_end(place)
                return self._trials[place]
        opened = Trials(run.path, assigned=assigned.path if assigned else None), Lock()
        self._keep(self._trials, place, opened, _OPEN)
        return opened

    def _forget(self, place: object) -> None:
        with self._lock:
            self._trials.pop(place, None)

    def _keep(self, kept: OrderedDict[object, Kept], key: object, value: Kept, most: int) -> None:
        with self._lock:
            kept[key] = value
            while len(kept) > most:
                kept.popitem(last=False)


def make_workings(run: RunFolder, draft: OpenDraft, home: Path) -> None:
    """Have the workings of a run made by a process of its own; does nothing where one is at it.

    Raises Problem where the draft has errors, or where too many runs are going on.
    """
    draft.needs_rulebook()
    if making_of(run.path).going:
        return
    refuse_too_many(home)
    folder = making_beside(run.path)
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in (PROGRESS, SAID):
        (folder / left).unlink(missing_ok=True)
    rulebook = folder / "rulebook"
    write_folder(draft.content.written, rulebook, replace=True)
    begin(folder, home, "try-edit", str(run.path), "--rulebook", str(rulebook), "--prepare")


def _how_far(run: Path) -> NotReady:
    making = making_of(run)
    progress = read_progress(making_beside(run) / PROGRESS) if making.going else None
    return NotReady(making.going, progress, "" if making.going else making.why_not)


OPEN_TRIALS = OpenTrials()
