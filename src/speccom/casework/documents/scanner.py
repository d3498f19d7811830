"""A virus scanner beside the product: clamd over a socket, or none, which pages then say."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from speccom.problem import Problem
from speccom.this_computer import is_this_computer

_CHUNK = 1 << 17
_LONGEST_ANSWER = 4096
_SECONDS = 60.0


class Outcome(StrEnum):
    """What a scan found. A document whose scan failed is held: neither taken nor given to anybody."""

    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Scan:
    """The outcome, and what the scanner said: the name of what it found, or why it failed."""

    outcome: Outcome
    said: str = ""


class Scanner(Protocol):
    """Looks at the content of a document for viruses."""

    def scan(self, content: bytes) -> Scan:
        """Return what was found; a scanner that cannot be asked is an outcome too, never an exception."""


class NoScanner:
    """Stands where an installation has no scanner."""

    def scan(self, content: bytes) -> Scan:
        """Say that nobody looked."""
        return Scan(Outcome.NOT_SCANNED)


@dataclass(frozen=True)
class Clamd:
    """ClamAV's daemon, on a host and port or on a socket of this machine (`path`)."""

    host: str = ""
    port: int = 0
    path: str = ""
    seconds: float = _SECONDS

    def scan(self, content: bytes) -> Scan:
        """Send the content and read the verdict."""
        try:
            answer = self._ask(content)
        except (OSError, ValueError):
            return Scan(Outcome.FAILED, "the scanner cannot be reached")
        if answer == "stream: OK":
            return Scan(Outcome.CLEAN)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return Scan(Outcome.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
        return Scan(
            Outcome.FAILED, f"the scanner answered “{answer}”" if answer else "the scanner gave no answer"
        )

    def _ask(self, content: bytes) -> str:
        with self._connected() as connection:
            try:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK):
                    chunk = content[start : start + _CHUNK]
                    connection.sendall(struct.pack(">I", len(chunk)) + chunk)
                connection.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # what was too large for it is told in its answer, before it hangs up
            return self._answer(connection)

    def _answer(self, connection: socket.socket) -> str:
        said = b""
        while b"\0" not in said and len(said) < _LONGEST_ANSWER:
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            said += part
        whole, ended, _ = said.partition(b"\0")
        return whole.decode("utf-8", "replace").strip() if ended else ""

    def _connected(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), self.seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.seconds)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection


def scanner_from(written: str) -> Scanner:
    """Return the scanner of a setting: blank for none, `clamd://host:port` or `clamd:///path/of/its/socket`."""
    if not written:
        return NoScanner()
    parts = urlsplit(written)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme == "clamd" and host and not is_this_computer(host):
        raise Problem(
            "documents would go to the virus scanner in the clear",
            where="SPECCOM_SCANNER",
            mend="clamd knows no TLS: run it on this computer, or a tunnel with TLS that ends here",
        )
    if parts.scheme == "clamd" and host and port:
        return Clamd(host=host, port=port)
    if parts.scheme == "clamd" and not parts.netloc and parts.path:
        return Clamd(path=parts.path)
    raise Problem(
        f"“{written}” names no virus scanner",
        where="SPECCOM_SCANNER",
        mend="Write clamd://host:port or clamd:///path/of/its/socket, or leave it blank for none",
    )
