"""Finding runs: the folders under the product's home, sealed, still open, or broken."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.begun import read_begun
from speccom.analysis.manifest import IDENTIFICATION, Manifest, parse_manifest
from speccom.catalogue.shelved import Absent, find_version, load_folder
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook

UNREADABLE = "unreadable"
_RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


class NoSuchRun(LookupError):
    """There is no run of that name."""


@dataclass(frozen=True)
class Progress:
    """How far an open run has come; ``total`` is 0 where it is not known yet."""

    stage: str
    done: int
    total: int
    message: str

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None where it is not known."""
        return min(100, self.done * 100 // self.total) if self.total > 0 else None


@dataclass(frozen=True)
class RunFolder:
    """A folder under runs/. ``digest`` is that of its manifest, empty while the run is open, and UNREADABLE
    where the manifest is there and cannot be read."""

    id: str
    path: Path
    digest: str

    @property
    def sealed(self) -> bool:
        """Whether the run has finished."""
        return bool(self.digest)

    @cached_property
    def title(self) -> str:
        """What an open run was called when it was started; its name where it was not called anything."""
        begun = read_begun(self.path)
        return str(begun.settings.get("title") or self.id) if begun else self.id

    @cached_property
    def kind(self) -> str:
        """What the run does, by its manifest or, while it is open, its order."""
        if not self.sealed:
            begun = read_begun(self.path)
            return begun.kind if begun else IDENTIFICATION
        try:
            return str(json.loads(_manifest_of(self.path)).get("kind", IDENTIFICATION))
        except (Problem, OSError, ValueError, AttributeError, RecursionError):
            return IDENTIFICATION

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest of a sealed run. Raises Problem where it cannot be read."""
        return _manifest(self.path, self.digest)

    @property
    def progress(self) -> Progress | None:
        """How far an open run is; None where it has not said."""
        return read_progress(self.path / "progress.json")

    @cached_property
    def shelved_version(self) -> str | None:
        """The version of the run's rulebook; None where the shelf has it not, or no longer."""
        try:
            return find_version(self.rulebook.id, self.rulebook.version).version
        except Absent:
            return None

    @cached_property
    def rulebook(self) -> IdentificationRulebook:
        """The copy of the rulebook in the run's folder. Raises Problem."""
        folder = self.path / "rulebook"
        if not folder.is_dir():
            raise Problem(
                "The run’s copy of its rulebook is missing",
                where=str(folder),
                mend="Put the folder back, or run the identification again",
            )
        return load_folder(folder)

    @property
    def labels(self) -> Path:
        """The labels of all records; they may lie outside the run's folder.

        Raises Problem where they are missing, or not those that the run wrote.
        """
        named = next((each for each in self.manifest.outputs if each.name == "labels"), None)
        if named is None:
            return self.file("labels.parquet")
        path = self.file(named.file)
        if _rows_of(path) != named.rows or (named.sha256 and _digest_now(path) != named.sha256):
            raise Problem(
                "The labels of this run have been changed since it finished: another run may have been "
                "given the same file with --out",
                where=str(path),
                mend="Put the file back as it was, or run the identification again",
            )
        return path

    def file(self, name: str) -> Path:
        """Return a file of the run. Raises Problem where it is missing."""
        path = self.path / name
        if not is_there(path):
            raise Problem(
                "A file of this run is missing",
                where=str(path),
                mend="Put the file back, or run the identification again",
            )
        return path


def is_there(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is that of none."""
    try:
        return path.is_file()
    except OSError:
        return False


def list_runs(home: Path) -> list[RunFolder]:
    """Return all runs, the newest first."""
    runs = home / "runs"
    if not runs.is_dir():
        return []
    folders = [path for path in runs.iterdir() if path.is_dir() and _RUN_NAME.fullmatch(path.name)]
    folders.sort(key=lambda path: (_changed(path), path.name), reverse=True)
    return [_folder(path) for path in folders]


def find_run(home: Path, run_id: str) -> RunFolder:
    """Return one run. Raises NoSuchRun."""
    path = home / "runs" / run_id
    if not _RUN_NAME.fullmatch(run_id) or not path.is_dir():
        raise NoSuchRun(run_id)
    return _folder(path)


def latest_run(home: Path) -> RunFolder | None:
    """Return the newest run that has finished and whose manifest can be read."""
    return next(iter(finished_runs(home)), None)


def finished_runs(home: Path) -> Iterator[RunFolder]:
    """Yield the identifications that have finished and whose manifest can be read, the newest first."""
    for run in list_runs(home):
        if run.sealed:
            try:
                _ = run.manifest
            except Problem:
                continue
            yield run


def read_progress(path: Path) -> Progress | None:
    """Return what a progress file says; None where there is none or it is being written."""
    try:
        data = json.loads(path.read_bytes())
        stage, message = str(data.get("stage", "")), str(data.get("message", ""))
        f"{stage}{message}".encode()  # what no page could show is no text
        return Progress(stage, int(data.get("done") or 0), int(data.get("total") or 0), message)
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _folder(path: Path) -> RunFolder:
    try:
        digest = hashlib.sha256(_manifest_of(path)).hexdigest()
    except FileNotFoundError:
        digest = ""
    except Problem:
        digest = UNREADABLE
    return RunFolder(path.name, path, digest)


def _manifest_of(path: Path) -> bytes:
    """Return a manifest's text. Raises FileNotFoundError, or Problem where it is there and cannot be read."""
    manifest = path / "manifest.json"
    try:
        if manifest.exists() and not manifest.is_file():
            raise OSError(0, "it is no file")
        return manifest.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Problem(
            f"The run’s manifest cannot be read ({error.strerror})",
            where=str(manifest),
            mend="Let speccom read the file, or run the identification again",
        ) from error


@lru_cache(maxsize=64)
def _manifest(path: Path, digest: str) -> Manifest:
    try:
        return parse_manifest(_manifest_of(path), path)
    except FileNotFoundError:
        raise Problem("This run was removed a moment ago", where=str(path)) from None


def _digest_now(path: Path) -> str:
    try:
        now = path.stat()
        return _digest(path, now.st_size, now.st_mtime_ns, now.st_ino)
    except OSError as error:
        raise _unreadable(path) from error


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, changed: int, node: int) -> str:
    """Return a file's SHA-256, read again only where its size, time of change or place on the disk differ."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows_of(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> Problem:
    return Problem(
        "A file of this run cannot be read: it may have been changed or cut short",
        where=str(path),
        mend="Put the file back as it was, or run the identification again",
    )


def _changed(path: Path) -> float:
    """Return when a run last changed; a run that goes away while the list is made counts as old."""
    manifest = path / "manifest.json"
    try:
        return (manifest if manifest.is_file() else path).stat().st_mtime
    except OSError:
        return 0.0
