"""Acts for programs beside each other, on the three states: `python -m tests.unit.casework.acts WHAT ...`.

Each act that was acknowledged is printed at once, so that whoever reads knows what must never be lost.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from speccom.web.start import start

start(Path(os.environ["SPECCOM_HOME"]), demonstration=False)

from django.db import connections  # noqa: E402

from speccom.casework.door import Done, Note, Order, carry_out, note  # noqa: E402
from speccom.casework.ledger import verify  # noqa: E402
from speccom.casework.models import CaseRow, LedgerEvent, Receipt, Submission  # noqa: E402
from speccom.casework.read_model import differences  # noqa: E402
from speccom.casework.submissions import SUBMISSION, Content  # noqa: E402
from speccom.process.decide import Actor, Refused  # noqa: E402
from speccom.process.event import from_json  # noqa: E402

NOW = datetime(2025, 4, 14, 9, tzinfo=UTC)
CLINICIAN = Actor("00000000-0000-0000-0000-00000000000a", frozenset({"clinician"}))
OFFICER = Actor("00000000-0000-0000-0000-00000000000b", frozenset({"officer"}))


def begin(count: str, name: str = "begin") -> None:
    """Begin some cases."""
    for number in range(int(count)):
        _tell(
            f"{name}-{number}",
            carry_out(_order(f"{name}-{number}", CLINICIAN, "ask", reason=f"reason {number}")),
        )


def work(name: str, count: str) -> None:
    """Pause cases, let them go on, and note things in them, in an order of one's own."""
    drawn = Random(name)
    for number in range(int(count)):
        command = f"{name}-{number}"
        row = drawn.choice(list(CaseRow.objects.order_by("reference")))
        if drawn.random() < 0.2:
            _tell(command, note(Note(command, "thing_added.1", OFFICER, "officer", NOW, row.reference)))
        else:
            act = "pause" if row.state == "asked" else "go_on"
            _tell(command, carry_out(_order(command, OFFICER, act, row.reference, reason=command)))


def same(command: str, times: str) -> None:
    """Send one order again and again."""
    for _ in range(int(times)):
        _tell(command, carry_out(_order(command, CLINICIAN, "ask", reason="once")))


def begin_silently(count: int) -> None:
    """Begin some cases where there are none."""
    for number in range(count - CaseRow.objects.count()):
        carry_out(_order(f"begin-{number}", CLINICIAN, "ask", reason=f"reason {number}"))


def act_without_end(name: str, pipe: int) -> None:
    """Act until killed, saying on a pipe which act begins and which is done."""
    drawn, number = Random(name), 0
    while True:
        command = f"{name}-{number}"
        number += 1
        row = drawn.choice(list(CaseRow.objects.order_by("reference")))
        act = "pause" if row.state == "asked" else "go_on"
        os.write(pipe, f"begin {command}\n".encode())
        outcome = carry_out(_order(command, OFFICER, act, row.reference, reason=command))
        assert isinstance(outcome, Done)
        os.write(pipe, f"done {command}\n".encode())


def let_go() -> None:
    """Close the connection to the database, which no two processes may share."""
    connections.close_all()


def is_kept(command: str) -> bool:
    """Tell whether what an act leaves is there: its event and its receipt."""
    return (
        LedgerEvent.objects.filter(command_id=command).exists()
        and Receipt.objects.filter(command_id=command).exists()
    )


def wrong() -> str:
    """Return what is wrong with the chain, or with the rows, if anything."""
    return verify().wrong or "; ".join(str(each) for each in differences())


def kept() -> None:
    """Tell as JSON what is in the database, and what is wrong with it."""
    events = LedgerEvent.objects.order_by("sequence").values_list("command_id", "case_id", "digest")
    told = {
        "events": [dict(zip(("command", "case", "digest"), each, strict=True)) for each in events],
        "versions": dict(CaseRow.objects.order_by("reference").values_list("reference", "version")),
        "wrong": verify().wrong,
        "differences": [str(each) for each in differences()],
        "orphans": orphans(),
    }
    print(json.dumps(told))


def orphans() -> list[str]:
    """Return what is there without the events that it belongs to, or the other way round."""
    referred = {
        each.id
        for envelope in LedgerEvent.objects.values_list("envelope", flat=True)
        for each in from_json(json.loads(envelope)).references
        if each.kind == SUBMISSION
    }
    submitted = {str(each) for each in Submission.objects.values_list("id", flat=True)}
    commands = set(LedgerEvent.objects.values_list("command_id", flat=True))
    received = set(Receipt.objects.values_list("command_id", flat=True))
    keyless = set(CaseRow.objects.filter(key=None).values_list("reference", flat=True))
    return sorted((referred ^ submitted) | (commands ^ received) | keyless)


def _order(command: str, actor: Actor, act: str, case: str = "", **answers: str) -> Order:
    new = {} if case else {"procedure": "three-states", "organisation": "RX1"}
    return Order(command, act, actor, NOW, case, brings={"form": Content(answers, {})}, **new)


def _tell(command: str, outcome: Done | Refused) -> None:
    if isinstance(outcome, Done):
        print(
            "repeated" if outcome.repeated else "done",
            command,
            outcome.case,
            outcome.events[0].digest,
            flush=True,
        )
    else:
        print("refused", command, outcome.why.name, "-", flush=True)


WHAT: dict[str, Callable[..., None]] = {"begin": begin, "work": work, "same": same, "kept": kept}

if __name__ == "__main__":
    WHAT[sys.argv[1]](*sys.argv[2:])
