"""`speccom verify-ledger`: read the whole ledger and say whether anything in it was changed or cut off."""

from __future__ import annotations

import argparse

from speccom.web.open_home import open_home

SUMMARY = "read the whole ledger again and say whether it is as it was written"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: it takes none."""


def run(arguments: argparse.Namespace) -> int:
    """Verify; 1 where something is wrong."""
    open_home()
    from speccom.casework.ledger import verify

    verdict = verify()
    if verdict.wrong:
        print(f"The ledger is broken at event {verdict.broken_at:,}: {verdict.wrong}.")
        return 1
    print(f"The ledger is whole: {verdict.events:,} {'event' if verdict.events == 1 else 'events'}.")
    if verdict.events:
        print(f"The digest of the last is {verdict.digest}.")
    return 0
