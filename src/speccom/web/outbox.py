"""The outbox: every message that is to be sent, each as a file of its own, until a service brings it away.

Whoever reads one could choose somebody's password by its link, so both folder and files are for their owner.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from speccom.web.archive import new_private_file

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


class Outbox(BaseEmailBackend):
    """Django's way to send, which writes `NAME.eml` into the home's outbox.

    The name is the part of the Message-ID before the @, so that a message written again is the same file.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write messages; each is there whole or not at all."""
        folder: Path = settings.SPECCOM_HOME / "outbox"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for each in email_messages:
            _write(folder, each)
        return len(email_messages)


def _write(folder: Path, message: EmailMessage) -> None:
    written = message.message()
    name = _UNSAFE.sub("-", str(written["Message-ID"]).strip("<>").partition("@")[0])
    partial = folder / f".{name}.{secrets.token_hex(8)}"
    try:
        with new_private_file(partial) as file:
            file.write(written.as_bytes())
        partial.replace(folder / f"{name}.eml")
    finally:
        partial.unlink(missing_ok=True)
