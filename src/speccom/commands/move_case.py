"""`speccom move-case`: have a case go on under another version of its process."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from uuid import uuid4

from speccom.commands.destroy_case import actor_of
from speccom.problem import Problem
from speccom.process.decide import Refused
from speccom.web.open_home import open_home

SUMMARY = "have a case go on under another version of its process"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("reference", metavar="REFERENCE", help="the case, such as IFR-2026-0042-7")
    parser.add_argument("--to", required=True, metavar="VERSION", help="the version of its process")
    parser.add_argument("--why", required=True, metavar="REASON", help="why; it names nobody")
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who answers for it")


def run(arguments: argparse.Namespace) -> int:
    """Move the case, and say under what it goes on."""
    open_home()
    from speccom.casework.door import NoSuchCase
    from speccom.casework.newer_version import Move, move

    reference, now = arguments.reference.strip(), datetime.now(UTC)
    asked = Move(str(uuid4()), reference, arguments.to, actor_of(arguments.by), now, arguments.why)
    try:
        outcome = move(asked)
    except NoSuchCase:
        raise Problem(f"there is no case {reference}", mend="Look the reference up in the list") from None
    if isinstance(outcome, Refused):
        raise Problem(outcome.message.rstrip("."), mend="Name somebody whose role it is with --by")
    print(f"{reference} goes on under {outcome.events[0].process}.")
    return 0
