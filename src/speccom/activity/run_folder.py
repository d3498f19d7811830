"""A run leaves a folder: open until `manifest.json` is written last, and sealed from then on."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.faults import Fault, Rejected
from speccom.problem import Problem

MANIFEST = "manifest.json"
PROGRESS = "progress.json"
_OURS = ("activity", "rulebook", "scratch")
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


class OpenRun:
    """The folder of one open run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = datetime.now(UTC)
        self._noted = 0.0
        self._let_go: Callable[[], object] = lambda: None

    @classmethod
    def begin(cls, path: Path) -> OpenRun:
        """Open a run in a new folder, or anew in one whose run never finished.

        Raises Problem for a sealed run, and for a folder that holds something else.
        """
        path.mkdir(mode=0o700, parents=True, exist_ok=True)  # patients' records: sharing them is an act
        run = cls(path)
        run._refuse_another()
        try:
            run._refuse_what_is_there()
        except Problem:
            run._let_go()
            raise
        _clear(path)
        run.note("starting", 0, 1)
        return run

    def _refuse_what_is_there(self) -> None:
        if (self.path / MANIFEST).exists():
            raise Problem(
                "this run is finished, and a finished run is never changed",
                where=str(self.path),
                mend="Name another folder with --run",
            )
        if any(self.path.iterdir()) and not _is_our_progress(self.path / PROGRESS):
            raise Problem(
                "this folder holds something that is no run", where=str(self.path), mend="Name a new folder"
            )

    def _refuse_another(self) -> None:
        """Hold the folder until the run ends, however it ends. Raises Problem where another run has it."""
        folder = os.open(self.path, os.O_RDONLY)
        self._let_go = weakref.finalize(self, os.close, folder)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                "another run is being made in this folder at this moment",
                where=str(self.path),
                mend="Wait until it is finished, or name another folder with --run",
            ) from None
        except OSError:
            return  # some file systems cannot lock a folder; the run goes on without

    def note(self, stage: str, done: int, total: int, message: str = "") -> None:
        """Leave word of how far the run is, at most twice a second within one stage."""
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
        _write_whole(self.path / PROGRESS, json.dumps(note))

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
        pq.write_table(table, partial, compression="zstd")
        partial.replace(target)
        return target

    def seal(self, manifest: Mapping[str, object]) -> None:
        """Write the manifest, which makes the run final."""
        _write_whole(self.path / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False))
        (self.path / PROGRESS).unlink(missing_ok=True)
        self._let_go()


def _is_our_progress(path: Path) -> bool:
    """Whether a run left the note: other programs call files so too, and theirs are not ours to clear."""
    try:
        note = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(note, dict) and {"stage", "done", "total", "updated"} <= note.keys()


def _clear(path: Path) -> None:
    """Remove what an unfinished run left."""
    if (path / MANIFEST).exists():
        return
    for name in _OURS:
        shutil.rmtree(path / name, ignore_errors=True)
    for pattern in ("*.parquet", "*.partial", PROGRESS):
        for left in path.glob(pattern):
            left.unlink()


def _write_whole(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@contextmanager
def nothing_left(run: OpenRun) -> Iterator[None]:
    """Remove the run's folder where the run cannot be done, and say why in words."""
    try:
        yield
    except Problem:
        run.abandon()
        raise
    except UnicodeDecodeError as error:
        run.abandon()
        raise Problem(
            f"a column of text holds bytes that are not UTF-8 ({error.object[:20]!r})",
            mend="Export the activity again, with its text in UTF-8",
        ) from error
    except OSError as error:
        run.abandon()
        raise Problem(
            f"a file could not be read or written ({error.strerror or error})",
            where=str(error.filename or run.path),
            mend="Check that the place is there, may be written to and has room",
        ) from error
    finally:
        run.let_go()


def folder_beside(out: Path) -> Path:
    """Return NAME.run beside what a run writes, or NAME-2.run and so on: a finished run is never changed."""
    folder = out.with_name(f"{out.stem}.run")
    number = 2
    while (folder / MANIFEST).exists():
        folder = out.with_name(f"{out.stem}-{number}.run")
        number += 1
    return folder
