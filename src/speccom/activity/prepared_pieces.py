"""Which files of activity are prepared: a note for each, written when its canonical Parquet is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from speccom.activity.begun import Begun, changed_since, has_changed
from speccom.activity.digest import digest_of
from speccom.activity.faults import Fault, Rejected
from speccom.activity.prepare import PreparedFile
from speccom.activity.written_whole import write_whole
from speccom.problem import Problem


class PreparedPieces:
    """The prepared files of one run: their notes lie in `notes`, their Parquet in `activity`."""

    def __init__(self, notes: Path, activity: Path) -> None:
        self.notes = notes
        self.activity = activity

    def prepared(self, number: int, prepare: Callable[[], PreparedFile]) -> PreparedFile:
        """Return a file as it was prepared before, or prepare it and note that it is."""
        file = self._file(number)
        if file is None:
            file = prepare()
            self._keep(number, file)
        return file

    def _keep(self, number: int, file: PreparedFile) -> None:
        converted = file.path.parent == self.activity
        note = {
            **asdict(file),
            "path": file.path.name if converted else None,
            "original": str(file.original),
            "not_attended": sorted(file.not_attended),
            "size": file.path.stat().st_size if converted else None,
            "sha256": digest_of(file.path) if converted else None,
        }
        self.notes.mkdir(parents=True, exist_ok=True)
        write_whole(self._note(number), json.dumps(note))

    def digest(self, number: int) -> str | None:
        """Return the digest that the original of a prepared file had; None where it is not prepared."""
        note = self._read(number)
        return None if note is None else str(note["digest"])

    def _file(self, number: int) -> PreparedFile | None:
        """Return a prepared file whose Parquet is the one that the note speaks of."""
        note = self._read(number)
        if note is None:
            return None
        name, size, sha256 = (note.pop(each) for each in ("path", "size", "sha256"))
        original = Path(note.pop("original"))
        path = original if name is None else self.activity / name
        if name is not None and not _is(path, size, sha256):
            return None
        return PreparedFile(
            path=path,
            original=original,
            layout=note["layout"],
            dataset=note["dataset"],
            rows=note["rows"],
            digest=note["digest"],
            faults=tuple(Fault(**each) for each in note["faults"]),
            rejected=tuple(Rejected(**each) for each in note["rejected"]),
            absent_columns=tuple(note["absent_columns"]),
            blank_columns=tuple(note["blank_columns"]),
            not_attended=frozenset(note["not_attended"]),
        )

    def _read(self, number: int) -> dict[str, Any] | None:
        try:
            note: dict[str, Any] = json.loads(self._note(number).read_bytes())
        except (OSError, ValueError):
            return None
        return note

    def _note(self, number: int) -> Path:
        return self.notes / f"part-{number:03d}.json"


def _is(path: Path, size: int, sha256: str) -> bool:
    try:
        return path.stat().st_size == size and digest_of(path) == sha256
    except OSError:
        return False


def refuse_changed_inputs(begun: Begun, pieces: PreparedPieces) -> None:
    """Raise Problem where a file of activity is not what it was when the run began.

    One that was prepared since is known by its content, any other by its size and time of change.
    """
    for number, seen in enumerate(begun.inputs):
        changed = has_changed(seen)
        digest = pieces.digest(number)
        if digest is not None:
            changed = _digest_now(Path(seen.path)) != digest
        if changed:
            raise changed_since(seen.path)


def _digest_now(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise Problem(f"the file cannot be read ({error.strerror})", where=str(path)) from error
