"""A thing that is odd about a procedure, though it loads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Oddity:
    """One thing that is odd: where, and what."""

    where: str
    message: str
