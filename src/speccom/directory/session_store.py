"""Where sessions are kept: in the database, each with whose it is, so that a person's can be found."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as InDatabase

from speccom.directory.models import Session


class SessionStore(InDatabase):
    """Django's own store, with the person in a column beside what is stored."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return what a session is kept as."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return a session as it is to be kept."""
        made = super().create_model_instance(data)
        assert isinstance(made, Session)
        made.person_id = data.get(SESSION_KEY)
        return made
