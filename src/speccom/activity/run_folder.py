"""A run leaves a folder: open until `manifest.json` is written last, and sealed from then on.

While it is open, one process at most works on it. What a stopped one leaves can be gone on with.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.at_work import STOP, WORKING, begin_work, is_mine, worker_on
from speccom.activity.begun import BEGUN, Begun, read_begun
from speccom.activity.disk_full import full_disk, is_full, naming
from speccom.activity.faults import Fault, Rejected
from speccom.activity.written_whole import write_whole
from speccom.problem import Problem

MANIFEST = "manifest.json"
PROGRESS = "progress.json"
SCRATCH = "scratch"
SAID = "said.txt"
"""Why a run that was begun or gone on with in the background could not be done, in words."""
_OURS = ("activity", "rulebook", "rulebook.partial", SCRATCH)
_WHILE_OPEN = (PROGRESS, BEGUN, WORKING, STOP, SAID)
_SECONDS_BETWEEN_NOTES = 0.5

FAULTS = pa.schema(
    [
        ("kind", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("count", pa.int64()),
        ("message", pa.string()),
        ("example_file", pa.string()),
        ("example_row", pa.int64()),
        ("example_record_id", pa.string()),
    ]
)
REJECTED = pa.schema(
    [("file", pa.string()), ("row", pa.int64()), ("record_id", pa.string()), ("reason", pa.string())]
)


class RunStopped(Problem):
    """A run that was asked to stop has stopped, and can be gone on with."""

    def __init__(self, folder: Path, stage: str, done: int, total: int) -> None:
        share = f", {done / total:.0%} of it done" if total else ""
        super().__init__(
            f"The run was stopped while {stage}{share}. Nothing that was done is lost",
            mend=f"Go on with `speccom resume {folder}`",
        )


class OpenRun:
    """The folder of one open run. Once `asked_to_stop` is set, the next word of progress stops the run."""

    def __init__(self, path: Path, asked_to_stop: threading.Event | None = None) -> None:
        self.path = path
        self.asked_to_stop = asked_to_stop or threading.Event()
        self.begun: Begun | None = None
        self.started = datetime.now(UTC)
        self._noted = 0.0
        self._let_go: Callable[[], object] = lambda: None

    @classmethod
    def begin(
        cls, path: Path, begun: Begun | None = None, asked_to_stop: threading.Event | None = None
    ) -> OpenRun:
        """Open a run in a new folder, or anew in one whose run never finished.

        A run that can be gone on with gives what it is `begun` with. Raises Problem for a sealed run, and
        for a folder that holds something else.
        """
        path.mkdir(mode=0o700, parents=True, exist_ok=True)  # patients' records: sharing them is an act
        run = cls(path, asked_to_stop)
        run._refuse_another()
        try:
            run._refuse_what_is_there()
        except Problem:
            run._let_go()
            raise
        _clear(path)
        with nothing_left(run, finished=False):
            if begun is not None:
                write_whole(path / BEGUN, begun.as_text())
                run._work_on(begun)
            run.note("starting", 0, 1)
        return run

    @classmethod
    def leave(cls, path: Path, begun: Begun) -> None:
        """Leave an order in a new folder, for a process that goes on with it. Raises FileExistsError."""
        path.mkdir(mode=0o700, parents=True)
        write_whole(path / BEGUN, begun.as_text())

    @classmethod
    def resume(cls, path: Path, asked_to_stop: threading.Event | None = None) -> OpenRun:
        """Open an unfinished run to go on with it; `begun` is then what it was begun with.

        Raises Problem where there is nothing to go on with, or another process works on it.
        """
        if not path.is_dir():
            raise Problem(
                "there is no such run", where=str(path), mend="Name the folder of a run, or a run's name"
            )
        run = cls(path, asked_to_stop)
        run._refuse_another()
        begun = read_begun(path)
        if begun is None or (path / MANIFEST).exists():
            run._let_go()
            raise _nothing_to_go_on_with(path)
        if not is_mine(worker_on(path)):  # what was handed over may have been asked to stop since
            (path / STOP).unlink(missing_ok=True)
        run._work_on(begun)
        return run

    def go_on(self) -> None:
        """Note that the run goes on from here: nothing stands in its way."""
        assert self.begun is not None
        if (self.path / PROGRESS).exists():  # an order that was only left has not been worked on yet
            self.begun = self.begun.gone_on_with()
            write_whole(self.path / BEGUN, self.begun.as_text())
        (self.path / SAID).unlink(missing_ok=True)
        self.note("starting", 0, 1)

    def _work_on(self, begun: Begun) -> None:
        self.begun, self.started = begun, begun.started
        end, let_go = begin_work(self.path, self.asked_to_stop), self._let_go
        self._let_go = weakref.finalize(self, lambda: (end(), let_go()))

    def _refuse_what_is_there(self) -> None:
        if (self.path / MANIFEST).exists():
            raise Problem(
                "this run is finished, and a finished run is never changed",
                where=str(self.path),
                mend="Name another folder with --run",
            )
        names = {each.name for each in self.path.iterdir()} - {f"{BEGUN}.partial"}
        if names and not (_is_our_progress(self.path / PROGRESS) or read_begun(self.path)):
            raise Problem(
                "this folder holds something that is no run", where=str(self.path), mend="Name a new folder"
            )

    def _refuse_another(self) -> None:
        """Hold the folder until the run ends, however it ends. Raises Problem where another process has it.

        Where the file system cannot lock a folder, the word that the process leaves there must do.
        """
        folder = os.open(self.path, os.O_RDONLY)
        self._let_go = weakref.finalize(self, os.close, folder)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _another(self.path) from None
        except OSError:
            worker = worker_on(self.path)
            if worker is not None and not is_mine(worker):
                raise _another(self.path) from None

    def note(self, stage: str, done: int, total: int, message: str = "") -> None:
        """Leave word of how far the run is, at most twice a second within one stage.

        Raises RunStopped where the run was asked to stop.
        """
        if self.asked_to_stop.is_set() and self.begun is not None:
            raise RunStopped(self.path, stage, done, total)
        now = time.monotonic()
        if done not in (0, total) and now - self._noted < _SECONDS_BETWEEN_NOTES:
            return
        self._noted = now
        note = {
            "stage": stage,
            "done": done,
            "total": total,
            "message": message,
            "updated": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_whole(self.path / PROGRESS, json.dumps(note))

    def let_go(self) -> None:
        """Leave the folder to whoever comes next, as the end of the process does."""
        self._let_go()

    def abandon(self) -> None:
        """Remove what the run left, and its folder unless something else is in it."""
        _clear(self.path)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()
        self._let_go()

    def write_faults(self, faults: Sequence[Fault], rejected: Sequence[Rejected]) -> None:
        """Write the faults, counted, and every rejected row."""
        self.write_table("faults", pa.Table.from_pylist([asdict(each) for each in faults], FAULTS))
        self.write_table("rejected", pa.Table.from_pylist([asdict(each) for each in rejected], REJECTED))

    def write_table(self, name: str, table: pa.Table) -> Path:
        """Write a small table whole or not at all."""
        target = self.path / f"{name}.parquet"
        partial = target.with_suffix(".partial")
        with naming(partial):
            pq.write_table(table, partial, compression="zstd")
        partial.replace(target)
        return target

    def seal(self, manifest: Mapping[str, object]) -> None:
        """Write the manifest, which makes the run final."""
        write_whole(self.path / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False))
        self._let_go()
        tidy(self.path)


def _is_our_progress(path: Path) -> bool:
    """Whether a run left the note: other programs call files so too, and theirs are not ours to clear."""
    try:
        note = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(note, dict) and {"stage", "done", "total", "updated"} <= note.keys()


def tidy(path: Path) -> None:
    """Remove from a sealed run's folder what was of use only while it was open."""
    shutil.rmtree(path / SCRATCH, ignore_errors=True)
    for name in (*_WHILE_OPEN, *(f"{name}.partial" for name in _WHILE_OPEN)):
        (path / name).unlink(missing_ok=True)


def keep_rulebook(folder: Path, run: Path) -> None:
    """Keep a copy of a rulebook in a run's folder, whole or not at all."""
    kept, partial = run / "rulebook", run / "rulebook.partial"
    if kept.is_dir():
        return
    shutil.rmtree(partial, ignore_errors=True)
    for path in (folder, *sorted(folder.rglob("*"))):
        copy = partial / path.relative_to(folder)
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copy2(path, copy)
    partial.replace(kept)


def rulebook_folder(folder: Path, run: Path) -> Path:
    """Return a rulebook's folder; where it is gone, the run's own copy."""
    kept = run / "rulebook"
    return kept if kept.is_dir() and not folder.is_dir() else folder


def refuse_unfinished(path: Path) -> None:
    """Raise Problem where a file or folder is part of a run that is not finished."""
    for folder in list(path.resolve().parents)[:2]:
        if not (folder / MANIFEST).exists() and read_begun(folder) is not None:
            raise Problem(
                "this is part of a run that is not finished, so it may not be whole",
                where=str(path),
                mend=f"Go on with `speccom resume {folder}`, and use it when that is done",
            )


def _another(path: Path) -> Problem:
    worker = worker_on(path)
    who = f", by {worker.in_words}" if worker else ""
    return Problem(
        f"another run is being made in this folder at this moment{who}",
        where=str(path),
        mend="Wait until it is finished, or name another folder with --run",
    )


def _nothing_to_go_on_with(path: Path) -> Problem:
    if (path / MANIFEST).exists():
        return Problem("this run is finished, so there is nothing to go on with", where=str(path))
    return Problem(
        "this folder holds no run that was begun and stopped",
        where=str(path),
        mend="Begin it again with the command that began it",
    )


def _clear(path: Path) -> None:
    """Remove what an unfinished run left."""
    if (path / MANIFEST).exists():
        return
    for name in _OURS:
        shutil.rmtree(path / name, ignore_errors=True)
    for pattern in ("*.parquet", "*.partial", *_WHILE_OPEN):
        for left in path.glob(pattern):
            left.unlink()


@contextmanager
def nothing_left(run: OpenRun, *, finished: bool = True) -> Iterator[None]:
    """Remove the run's folder where the run cannot be done, and say why in words.

    A run that was stopped, or for which the disk has no room, is kept: it can be gone on with. The folder
    is let go at the end, unless the run is not `finished` then.
    """
    try:
        yield
    except BaseException as error:
        _end(run, error)
    if finished:
        run.let_go()


def _end(run: OpenRun, error: BaseException) -> NoReturn:
    """Leave the folder as the error asks for, and raise it in words."""
    if isinstance(error, OSError) and is_full(error) and (run.path / BEGUN).exists():
        run.let_go()
        _remove_halves(run.path)
        mend = f"Make room, then go on with `speccom resume {run.path}`"
        raise full_disk(error, run.path, mend) from error
    if isinstance(error, (Problem, UnicodeDecodeError, OSError)) and not isinstance(error, RunStopped):
        run.abandon()
    run.let_go()
    if isinstance(error, UnicodeDecodeError):
        raise Problem(
            f"a column of text holds bytes that are not UTF-8 ({error.object[:20]!r})",
            mend="Export the activity again, with its text in UTF-8",
        ) from error
    if isinstance(error, OSError) and is_full(error):
        raise full_disk(error, run.path, "Make room, and begin again") from error
    if isinstance(error, OSError):
        raise Problem(
            f"a file could not be read or written ({error.strerror or error})",
            where=str(error.filename or run.path),
            mend="Check that the place is there, may be written to and has room",
        ) from error
    raise error


def _remove_halves(path: Path) -> None:
    for half in path.rglob("*.partial"):
        if half.is_file():
            half.unlink(missing_ok=True)


def folder_beside(out: Path) -> Path:
    """Return NAME.run beside what a run writes, or NAME-2.run and so on: a finished run is never changed."""
    folder = out.with_name(f"{out.stem}.run")
    number = 2
    while (folder / MANIFEST).exists():
        folder = out.with_name(f"{out.stem}-{number}.run")
        number += 1
    return folder
