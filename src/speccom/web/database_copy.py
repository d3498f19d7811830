"""A copy of the database as at one moment, while others write: SQLite's file, or PostgreSQL's tables."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from speccom.problem import Problem
from speccom.web.database import EMBEDDED

TABLES = "tables.json"
_MADE_BY_SET_UP = {"django_migrations", "django_content_type", "auth_permission"}


def applied_migrations() -> list[str]:
    """Return what the database was made by; a copy can be used by the same version only."""
    return sorted(".".join(key) for key in MigrationLoader(connection).applied_migrations)


def known_migrations() -> list[str]:
    """Return what this version makes a database by."""
    return sorted(".".join(key) for key in MigrationLoader(None).disk_migrations)


def copy_database(folder: Path) -> list[Path]:
    """Copy the database as at one moment into an empty folder; the files there."""
    if connection.vendor == "sqlite":
        return [_copy_embedded(Path(connection.settings_dict["NAME"]), folder / EMBEDDED)]
    return _copy_tables(folder)


def load_tables(folder: Path) -> None:
    """Make the tables of an empty PostgreSQL database and fill them; to be called in a transaction."""
    if connection.introspection.table_names():
        raise Problem(
            "the database that DATABASE_URL names is not empty", mend="Make a new one, and name it there"
        )
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    tables: dict[str, list[str]] = json.loads((folder / TABLES).read_text())
    with connection.cursor() as cursor:
        for table, columns in tables.items():
            with (
                (folder / f"{table}.copy").open("rb") as file,
                cursor.copy(f"COPY {_columns_of(table, columns)} FROM STDIN") as copy,
            ):
                while piece := file.read(1 << 20):
                    copy.write(piece)
        models = connection.introspection.installed_models(list(tables))
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def _copy_embedded(path: Path, copy: Path) -> Path:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        [(verdict,)] = target.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise Problem(f"the database is damaged: {verdict}", where=str(path), mend="Restore the last backup")
    return copy


def _copy_tables(folder: Path) -> list[Path]:
    tables: dict[str, list[str]] = {}
    files = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in sorted(set(connection.introspection.table_names(cursor)) - _MADE_BY_SET_UP):
            described: Any = connection.introspection.get_table_description(cursor, table)
            tables[table] = [each.name for each in described]
            path = folder / f"{table}.copy"
            with (
                path.open("wb") as file,
                cursor.copy(f"COPY {_columns_of(table, tables[table])} TO STDOUT") as copy,
            ):
                for piece in copy:
                    file.write(piece)
            files.append(path)
    (folder / TABLES).write_text(json.dumps(tables, indent=1))
    return [*files, folder / TABLES]


def _columns_of(table: str, columns: list[str]) -> str:
    names = ", ".join(connection.ops.quote_name(each) for each in columns)
    return f"{connection.ops.quote_name(table)} ({names})"
