"""What counts as this computer, where another one needs more care."""

from __future__ import annotations

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_this_computer(host: str | None) -> bool:
    """Whether a host is reached without a network."""
    return host in LOOPBACK
