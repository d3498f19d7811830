"""A home opened for a command: Django ready and its database there, of this version; nothing is made."""

from __future__ import annotations

import os
from pathlib import Path

from speccom.problem import Problem
from speccom.web.home_folder import product_home


def open_home(home: Path | None = None) -> Path:
    """Make Django ready on a home and return it. Raises Problem where its database is missing or older."""
    opened = make_ready(home or product_home())
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise Problem(
            "there are no cases here",
            where=str(opened),
            mend="SPECCOM_HOME names the home; `speccom serve` makes one at its first start",
        )
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Problem(
            f"the database cannot be used: {error}", mend="See that it runs, and that DATABASE_URL is right"
        ) from None
    if waiting:
        raise Problem(
            "the database was made by an earlier version of speccom",
            where=str(opened),
            mend="Make a backup with that version, then start `speccom serve` once: it brings it up to date",
        )
    return opened


def make_ready(home: Path) -> Path:
    """Make Django ready on a home, whether or not anything is in it."""
    os.environ["SPECCOM_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speccom.web.settings")
    import django

    django.setup()
    return home
