"""Secrets of an installation: random bytes in files of their own, outside the database and the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from speccom.problem import Problem

FOLDER = "keys"
_SIZE = 32


def read_or_make(home: Path, name: str) -> bytes:
    """Return the secret of that name, made at the first need. Raises Problem where its file is no secret."""
    path = home / FOLDER / name
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != _SIZE:
        raise Problem(
            "a key of this installation has been damaged",
            where=str(path),
            mend="Bring it back from where keys are kept",
        )
    return found


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; of two that make one at once, the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
