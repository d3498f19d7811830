"""Where a process, and a place in it, is shown."""

from __future__ import annotations

from speccom.interface.pages import address
from speccom.process.procedure import Procedure


def process_address(procedure: Procedure, state: str = "") -> str:
    """Return the address of a version of a process, at a state where one is named."""
    place = f"#{anchor_of(procedure, state)}" if state else ""
    return f"{address('process-version', procedure=procedure.id, version=procedure.version)}{place}"


def anchor_of(procedure: Procedure, state: str) -> str:
    """Return where on its process's page a state stands."""
    return f"step-{list(procedure.states).index(state) + 1}"
