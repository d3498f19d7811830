"""Starting Django on a home: its key, its database brought up to date, the demonstration's people."""

from __future__ import annotations

import os
from pathlib import Path

from speccom.directory.secret_file import read_or_make

_KEY = "pages.key"


def start(home: Path, *, demonstration: bool) -> None:
    """Make Django ready. To be called once a process, before anything reads Django's settings."""
    os.environ["SPECCOM_HOME"] = str(home)
    os.environ["SPECCOM_DEMONSTRATION"] = "1" if demonstration else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speccom.web.settings")
    if not os.environ.get("SPECCOM_SECRET_KEY"):
        os.environ["SPECCOM_SECRET_KEY"] = read_or_make(home, _KEY).hex()
    import django

    django.setup()
    from django.core.management import call_command

    from speccom.directory.session_store import SessionStore
    from speccom.web.database import for_its_owner_only

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    for_its_owner_only(home)
    SessionStore.clear_expired()
    from speccom.analysis.rule_editor.shelving import shelve_all

    shelve_all()
    if demonstration:
        from speccom.analysis.rule_editor.demonstration.load import drafting
        from speccom.casework.work.doing import doing
        from speccom.directory.demonstration import load
        from speccom.directory.demonstration.cards import tell_with

        tell_with(doing)
        tell_with(drafting)
        load()


def make_cases() -> None:
    """Make the demonstration's drafts and cases, in a thread of its own beside the server."""
    from django.db import connection
    from django.utils.timezone import now

    from speccom.analysis.rule_editor.demonstration.load import load as load_drafts
    from speccom.casework.demonstration.load import load

    try:
        load_drafts(now())
        load(now())
    finally:
        connection.close()
