"""What the acts of a process do to the register of policies: publish one, or end it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PolicyChange(StrEnum):
    """What becomes of a policy by an act: it is published, gives way to another, ends, or is taken back."""

    PUBLISHES = "publishes"
    SUPERSEDES = "supersedes"
    EXPIRES = "expires"
    WITHDRAWS = "withdraws"


@dataclass(frozen=True)
class PolicyEffect:
    """What one act does, and which fields hold what the register keeps; blank where none does.

    `newer` names the field or fact that holds the identifier of the policy by which one is superseded.
    """

    change: PolicyChange
    identifier: str = ""
    title: str = ""
    about: str = ""
    service_lines: str = ""
    starts: str = ""
    expires: str = ""
    newer: str = ""
