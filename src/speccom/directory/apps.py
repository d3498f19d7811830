"""The directory as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    """Keeps Django's own permissions out: what a person may do is decided by grants alone."""

    name = "speccom.directory"

    def ready(self) -> None:
        """Note and tell every sign-in, and leave the tables of Django's permissions empty."""
        from speccom.directory.sign_in import changed, known_browser, session, told

        session.connect()
        told.connect()
        changed.connect()
        known_browser.connect()
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
