"""A backup: all of a home but its keys in one archive, and the keys in a file that is kept elsewhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from speccom import __version__
from speccom.activity.run_folder import MANIFEST as RUN_MANIFEST
from speccom.casework.keys import seal_of
from speccom.casework.ledger import Verdict, verify
from speccom.directory.secret_file import FOLDER as KEYS
from speccom.directory.sign_in.breached import LIST as BREACHED
from speccom.problem import Problem
from speccom.process.event import canonical
from speccom.web.archive import DATABASE_FOLDER, FORMAT, KEYS_FORMAT, ArchiveWriter, new_private_file
from speccom.web.database import EMBEDDED
from speccom.web.database_copy import applied_migrations, copy_database

_RUNS = "runs"
_NOT_KEPT = (KEYS, "faults", BREACHED, EMBEDDED, f"{EMBEDDED}-wal", f"{EMBEDDED}-shm")


@dataclass(frozen=True)
class BackedUp:
    """A backup that was written, and what is not in it."""

    archive: Path
    keys: Path
    files: int
    left_out: tuple[str, ...]
    verdict: Verdict


def back_up(home: Path, place: Path, keys: Path, now: datetime) -> BackedUp:
    """Write a backup of a home that may be in use: an archive at `place`, a file or a folder, and its keys.

    Raises Problem where either is there already, or where the keys would lie beside the archive.
    """
    archive = place / f"speccom-{now.astimezone(UTC):%Y%m%d-%H%M%S}.tar" if place.is_dir() else place
    _check(home, archive, keys)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=archive.parent, prefix=".speccom-backup-") as beside:
        partial = Path(beside) / archive.name
        with new_private_file(partial) as file:
            done = _write(ArchiveWriter(file), home, Path(beside), now)
        _write_keys(home, keys)
        partial.rename(archive)
    return BackedUp(archive, keys, *done)


def seal_of_manifest(manifest: dict[str, Any]) -> str:
    """Return the seal by which keys and archive know each other, and that neither was changed."""
    told = {name: value for name, value in manifest.items() if name != "seal"}
    return seal_of("manifest of a backup", canonical(told).decode())


def _check(home: Path, archive: Path, keys: Path) -> None:
    for path in (archive, keys):
        if path.exists():
            raise Problem("there is a file of this name already", where=str(path), mend="Name another")
        if home.resolve() in path.resolve().parents:
            raise Problem(
                "a backup inside the home would be lost with it", where=str(path), mend="Name another folder"
            )
    if archive.resolve().parent == keys.resolve().parent:
        raise Problem(
            "the keys would lie beside the backup, and whoever found the one would have the other",
            where=str(keys),
            mend="Name a file in another place with --keys, best on another machine",
        )


def _write(
    writer: ArchiveWriter, home: Path, beside: Path, now: datetime
) -> tuple[int, tuple[str, ...], Verdict]:
    """Copy the database first: what it refers to was written before it, so the files that follow have it."""
    database = beside / DATABASE_FOLDER
    database.mkdir(mode=0o700)
    for path in copy_database(database):
        writer.add(path, f"{DATABASE_FOLDER}/{path.name}")
        path.unlink()
    left_out = [name for path, name in _files(home) if not (path and writer.add(path, name))]
    verdict = verify()
    manifest = {
        "format": FORMAT,
        "speccom": __version__,
        "made": now.astimezone(UTC).isoformat(),
        "database": connection.vendor,
        "migrations": applied_migrations(),
        "wrong": verdict.wrong,
        "files": writer.files,
        "left_out": left_out,
    }
    writer.close({**manifest, "seal": seal_of_manifest(manifest)})
    return len(writer.files), tuple(left_out), verdict


def _files(home: Path) -> Iterator[tuple[Path | None, str]]:
    """Return each file to keep and its name in the archive; None for what is left out and named.

    A run that is still open is left out: it can be gone on with where it is, and not from a copy.
    """
    for top in sorted(home.iterdir()):
        if top.name in _NOT_KEPT or top.suffix in (".lock", ".log") or top.name.startswith("."):
            continue
        if top.name != _RUNS:
            yield from _files_under(home, top)
            continue
        for run in sorted(top.iterdir()):
            if (run / RUN_MANIFEST).is_file():
                yield from _files_under(home, run)
            else:
                yield None, f"{_RUNS}/{run.name}"


def _files_under(home: Path, top: Path) -> Iterator[tuple[Path | None, str]]:
    for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
        name = path.relative_to(home).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield None, name
        elif path.is_file():
            yield path, name


def _write_keys(home: Path, keys: Path) -> None:
    folder = home / KEYS
    found = {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(folder.iterdir())}
    keys.parent.mkdir(parents=True, exist_ok=True)
    with new_private_file(keys) as file:
        file.write(json.dumps({"format": KEYS_FORMAT, "keys": found}, indent=1).encode())
