"""Which database the product keeps its cases and people in, from the environment."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from speccom.problem import Problem
from speccom.this_computer import is_this_computer

EMBEDDED = "db.sqlite3"
"""The file in the home where no other database is named."""

_SECONDS_TO_WAIT = 20
_CHECKED = "verify-full"


def database(address: str, home: Path) -> dict[str, Any]:
    """Return Django's settings of the database at `address`; of one file in the home where it is empty."""
    return _postgresql(address) if address else _embedded(home / EMBEDDED)


def for_its_owner_only(home: Path) -> None:
    """Keep a home's database from others on this computer, who could sign in by the sessions in it."""
    for name in (f"{EMBEDDED}-wal", f"{EMBEDDED}-shm", EMBEDDED):
        with suppress(FileNotFoundError, PermissionError):
            (home / name).chmod(0o600)


def _embedded(path: Path) -> dict[str, Any]:
    """One file. A write takes its turn when its transaction begins, since one that reads first would fail."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 0,  # a connection belongs to one thread, and is closed when its request is answered
        "OPTIONS": {
            "timeout": _SECONDS_TO_WAIT,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise Problem(
            "DATABASE_URL names no PostgreSQL database",
            mend="Write it as postgres://user:password@host:5432/name, or leave it out",
        )
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or (parts.hostname or "")
    if not _is_here(host) and options.get("sslmode") != _CHECKED:
        raise Problem(
            f"the database at {host} would be asked without making sure that it is the right one",
            where="DATABASE_URL",
            mend=f"End it with ?sslmode={_CHECKED}&sslrootcert=/path/of/the/authority.pem",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


def _is_here(hosts: str) -> bool:
    """Whether all hosts are this computer: by its name, its own addresses, or a socket's folder."""
    return all(not each or each.startswith(("/", "@")) or is_this_computer(each) for each in hosts.split(","))
