"""A browser's session, and whose it is."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from speccom.directory.models.person import Person


class Session(AbstractBaseSession):
    """What a browser is known by; `person` is who is signed in with it, None for a visitor."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return how sessions are kept, which Django asks."""
        from speccom.directory.session_store import SessionStore

        return SessionStore
