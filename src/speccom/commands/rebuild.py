"""`speccom rebuild`: make the rows of cases again from the ledger, or only say where they differ from it."""

from __future__ import annotations

import argparse

from speccom.web.open_home import open_home

SUMMARY = "make the rows of cases again from the ledger"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--check", action="store_true", help="change nothing; name each column that differs")


def run(arguments: argparse.Namespace) -> int:
    """Check or rebuild; 1 where something differs, or could not be made again."""
    open_home()
    from speccom.casework.read_model import differences, rebuild

    rebuilt = 0 if arguments.check else rebuild()
    found = 0
    for each in differences():
        found += 1
        print(f"{each.reference}: {each.column} is {each.stored!r}, and the ledger says {each.folded!r}")
    if not arguments.check:
        print(f"{rebuilt:,} {'case was' if rebuilt == 1 else 'cases were'} made again from the ledger.")
    print(f"{found:,} differ." if found else "Every case is as its events leave it.")
    return 1 if found else 0
