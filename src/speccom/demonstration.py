"""The demonstration: a synthetic year of activity, identified by the illustrative rulebook.

All of it lies in a home of its own (``var/`` of a checkout). It is made in a process of its own, which
leaves word of its progress and may be stopped at any time: what is half made is made again.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from speccom import __version__
from speccom.one_at_a_time import Held, hold, holder
from speccom.problem import Problem

RECORDS = 300_000
SEED = 2025
RUN = "demonstration"
_RULEBOOK = "illustrative-identification"
_WITHIN_ITS_YEAR = date(2025, 10, 1)
_MARK = "demonstration.json"
_PROGRESS = "demonstration-progress.json"
_LOCK = "demonstration.lock"
_ACTIVITY = "demonstration"
_SECONDS_BETWEEN_WORDS = 0.5

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Standing:
    """How far the making is: ``stage`` in words, ``problem`` where it went wrong."""

    stage: str
    done: int
    total: int
    problem: str = ""


def is_ready(home: Path) -> bool:
    """Whether the demonstration is there, whole, and made by this version of the software."""
    mark = _mark(home)
    return (
        bool(mark.get("made"))
        and mark.get("version") == __version__
        and (_run(home) / "manifest.json").is_file()
    )


def is_being_made(home: Path) -> bool:
    """Whether a living process is making it."""
    return holder(home / _LOCK) is not None


def standing(home: Path) -> Standing | None:
    """Return how far the making is or was; None where nothing was begun, or all is done."""
    try:
        data = json.loads((home / _PROGRESS).read_bytes())
        return Standing(str(data["stage"]), int(data["done"]), int(data["total"]), str(data["problem"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def make(home: Path, records: int = RECORDS, tell: Tell = lambda stage, done, total: None) -> Path:
    """Make the demonstration in ``home`` and return its run's folder; at once where it is there already.

    ``tell`` hears of progress. Raises Problem where another process is making it, or something is in the way.
    """
    try:
        with hold(home / _LOCK, str(os.getpid())):
            if not is_ready(home):
                _make(home, records, tell)
    except Held as held:
        raise Problem(f"the demonstration is already being made, by process {held.note}") from None
    return _run(home)


def remove(home: Path) -> None:
    """Remove what a demonstration made, and nothing else. Raises Problem while one is being made."""
    try:
        with hold(home / _LOCK, str(os.getpid())):
            if _mark(home):
                _clear(home)
            for name in (_MARK, _PROGRESS):
                (home / name).unlink(missing_ok=True)
    except Held:
        raise Problem(
            "the demonstration is being made at this moment, so it cannot be removed",
            mend="Wait until it is ready, or stop the process that makes it",
        ) from None


def _make(home: Path, records: int, tell: Tell) -> None:
    from speccom.activity.identify import identify  # deferred: pages need only what stands above
    from speccom.activity.order import Order
    from speccom.activity.synthesise import synthesise
    from speccom.rulebook.find import find

    _refuse_what_is_not_ours(home)
    _write(home / _MARK, {"made": "", "records": records})
    _clear(home)
    word = _Word(home, tell)
    try:
        rulebook = find("identification", _RULEBOOK, on=_WITHIN_ITS_YEAR)
        files = synthesise(
            records,
            home / _ACTIVITY,
            seed=SEED,
            progress=lambda done, total: word.leave(_MAKING, done, total),
        )
        order = Order(
            rulebook=rulebook.folder,
            activity=files,
            out=_run(home) / "labels.parquet",
            run=_run(home),
            title="A synthetic year, 2025/26",
            synthetic=True,
        )
        identify(order, lambda stage, done, total: word.leave(_IDENTIFYING.get(stage, stage), done, total))
    except Problem as problem:
        _write(home / _PROGRESS, asdict(Standing("", 0, 0, str(problem))))
        raise
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _write(home / _MARK, {"made": made, "records": records, "version": __version__})
    (home / _PROGRESS).unlink(missing_ok=True)


_MAKING = "Making a synthetic year of activity"
_IDENTIFYING = {
    "reading": "Reading the activity",
    "labelling": "Asking the rules of every record",
    "matching": "Putting records of one hospital stay together",
    "writing": "Writing every record’s answer",
    "checking": "Checking answers against their explanations",
}
STAGES = (_MAKING, *_IDENTIFYING.values())
"""What the making goes through, in order."""


class _Word:
    """Leaves word of progress, at most twice a second within one stage."""

    def __init__(self, home: Path, tell: Tell) -> None:
        self.home = home
        self.tell = tell
        self.last = ("", 0.0)

    def leave(self, stage: str, done: int, total: int) -> None:
        self.tell(stage, done, total)
        now = time.monotonic()
        if self.last[0] != stage or now - self.last[1] >= _SECONDS_BETWEEN_WORDS:
            self.last = (stage, now)
            _write(self.home / _PROGRESS, asdict(Standing(stage, done, total)))


def _refuse_what_is_not_ours(home: Path) -> None:
    if _mark(home):
        return
    for path in (_run(home), home / _ACTIVITY):
        if path.exists():
            raise Problem(
                "the demonstration needs a folder that is there already and that it did not make",
                where=str(path),
                mend="Move that folder, or name another home with SPECCOM_HOME",
            )


def _clear(home: Path) -> None:
    for path in (_run(home), home / _ACTIVITY):
        shutil.rmtree(path, ignore_errors=True)


def _run(home: Path) -> Path:
    return home / "runs" / RUN


def _mark(home: Path) -> dict[str, object]:
    try:
        data = json.loads((home / _MARK).read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, data: dict[str, object]) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(data), encoding="utf-8")
    partial.replace(path)
