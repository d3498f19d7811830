"""The database's own guards, such as those of the ledger, taken off for a while and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def guards_off() -> Iterator[None]:
    """Let any row be changed while the block runs."""
    off, on = _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()
    _execute(off)
    try:
        yield
    finally:
        _execute(on)


def _on_sqlite() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in guards], [sql for _, sql in guards]


def _on_postgresql() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        tables = [table for (table,) in cursor.fetchall()]
    return tuple(
        [f"ALTER TABLE {table} {word} TRIGGER USER" for table in tables] for word in ("DISABLE", "ENABLE")
    )


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
