"""What rooms that do not know each other do for each other, arranged when Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Has the ledger record what changes in the directory."""

    name = "speccom.web"

    def ready(self) -> None:
        """Put the rooms together."""
        from speccom.directory.changes import also_record_with
        from speccom.web.directory_ledger import record_in_ledger

        also_record_with(record_in_ledger)
