"""A backup brought back into an empty home: beside it first, in its place only when all is verified."""

from __future__ import annotations

import base64
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from speccom.problem import Problem
from speccom.web.archive import DATABASE_FOLDER, KEYS_FORMAT, new_private_file, unpack
from speccom.web.open_home import make_ready


@dataclass(frozen=True)
class Restored:
    """What was brought back. `wrong` is what was wrong with the ledger already when it was backed up."""

    home: Path
    files: int
    events: int
    wrong: str


def restore(archive: Path, keys: Path, home: Path) -> Restored:
    """Bring a backup back. To be called before Django is set up. Raises Problem, with nothing left behind."""
    if home.exists() and any(home.iterdir()):
        raise Problem(
            "the home is not empty",
            where=str(home),
            mend="Move what is there, or name another home with SPECCOM_HOME",
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}.restoring-{token_hex(4)}")
    beside.mkdir(mode=0o700)
    try:
        manifest = unpack(archive, beside)
        _write_keys(keys, beside / "keys")
        restored = _bring_up(beside, home, manifest)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return restored


def _write_keys(keys: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    try:
        written = json.loads(keys.read_text(encoding="utf-8"))
        if written["format"] != KEYS_FORMAT:
            raise ValueError
        for name, text in written["keys"].items():
            if Path(name).name != name:
                raise ValueError
            with new_private_file(folder / name) as file:
                file.write(base64.b64decode(text, validate=True))
    except FileNotFoundError:
        raise Problem("there is no such file", where=str(keys), mend="Name the keys with --keys") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Problem(
            "these are no keys of speccom", where=str(keys), mend="Name the file that the backup wrote"
        ) from None


def _bring_up(beside: Path, home: Path, manifest: dict[str, Any]) -> Restored:
    """Fill the database, verify everything, and put it in its place."""
    make_ready(beside)
    from django.db import connections, transaction

    from speccom.web.backup import seal_of_manifest
    from speccom.web.database import EMBEDDED
    from speccom.web.database_copy import load_tables

    _check(manifest, seal_of_manifest(manifest))
    database = beside / DATABASE_FOLDER
    if manifest["database"] == "sqlite":
        (database / EMBEDDED).rename(beside / EMBEDDED)
        events = _verified(manifest)
    else:
        with transaction.atomic():
            load_tables(database)
            events = _verified(manifest)
    shutil.rmtree(database)
    connections.close_all()
    beside.rename(home)
    _flush(home.parent)
    return Restored(home, len(manifest["files"]), events, manifest["wrong"])


def _check(manifest: dict[str, Any], seal: str) -> None:
    from django.db import connection

    from speccom.web.database_copy import known_migrations

    if manifest.get("seal") != seal:
        raise Problem(
            "these keys are not the ones of this backup, or the backup was changed",
            mend="Name the keys that were written with it",
        )
    if manifest["database"] != connection.vendor:
        wanted = "without DATABASE_URL" if manifest["database"] == "sqlite" else "with DATABASE_URL"
        raise Problem(
            f"this is a backup of {_NAMES[manifest['database']]}, not of {_NAMES[connection.vendor]}",
            mend=f"Restore it {wanted}",
        )
    if manifest["migrations"] != known_migrations():
        raise Problem(
            f"this backup was made by another version of speccom ({manifest['speccom']})",
            mend="Restore it with that version, and then start the newer one on it",
        )


_NAMES = {"sqlite": "the database in the home", "postgresql": "a PostgreSQL database"}


def _verified(manifest: dict[str, Any]) -> int:
    """Return how many events there are. Raises Problem where the chain is not as the backup said it was."""
    from speccom.casework.ledger import verify

    verdict = verify()
    if verdict.wrong != manifest["wrong"]:
        raise Problem(
            f"the ledger in this backup is not whole: {verdict.wrong or 'it was broken when it was made'}",
            mend="Restore from another one",
        )
    return verdict.events


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
