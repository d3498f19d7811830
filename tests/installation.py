"""An installation on disk with a database of its own, used by commands and by programs beside each other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg

Finished = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Installation:
    """A home, the shelf of rulebooks, and the database (none named: the file in the home)."""

    home: Path
    shelf: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SPECCOM_HOME": str(self.home),
            "SPECCOM_RULEBOOKS": str(self.shelf),
            "DATABASE_URL": self.database_url,
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }

    def speccom(self, *words: object) -> Finished:
        """Run a command of the product."""
        return self._run("-m", "speccom", *map(str, words))

    def runs(self, program: str, *words: object) -> str:
        """Run a module of the tests' to its end; what it printed."""
        done = self._run("-m", program, *map(str, words))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def begins(self, program: str, *words: object) -> subprocess.Popen[str]:
        """Begin a module of the tests', which goes on beside."""
        return subprocess.Popen(
            [sys.executable, "-m", program, *map(str, words)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _run(self, *words: str) -> Finished:
        return subprocess.run(
            [sys.executable, *words], env=self.environment, capture_output=True, text=True, timeout=150
        )


@contextmanager
def database_beside(address: str, name: str) -> Iterator[str]:
    """Yield the DATABASE_URL of a new database on the server at an address; nothing where there is none."""
    if not address:
        yield ""
        return
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    with psycopg.connect(
        host=options.get("host", parts.hostname),
        port=parts.port,
        user=parts.username,
        password=parts.password,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
