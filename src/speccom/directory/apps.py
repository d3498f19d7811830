"""The directory as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    """Keeps Django's own permissions out: what a person may do is decided by grants alone."""

    name = "speccom.directory"

    def ready(self) -> None:
        """Leave the tables of Django's permissions empty."""
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
