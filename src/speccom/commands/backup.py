"""`speccom backup`: write a backup of everything in the home, and its keys apart from it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from speccom.web.open_home import open_home

SUMMARY = "write a backup of everything, and its keys apart from it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("place", type=Path, metavar="FOLDER|FILE", help="where the archive is to be")
    parser.add_argument(
        "--keys",
        type=Path,
        required=True,
        metavar="FILE",
        help="where the keys are to be: never beside the archive, which nobody can read without them",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write it; 1 where the ledger was found broken, which a backup keeps as it is."""
    home = open_home()
    from speccom.web.backup import back_up

    done = back_up(home, arguments.place, arguments.keys, datetime.now(UTC))
    print(f"Everything is in {done.archive} ({done.files:,} files, {done.archive.stat().st_size:,} bytes).")
    print(f"The keys are in {done.keys}: keep them apart from it.")
    for name in done.left_out:
        print(f"Left out: {name} (still open, or no plain file).")
    if done.verdict.wrong:
        print(f"The ledger is broken, and is so in the backup: {done.verdict.wrong}.")
        return 1
    print(f"The ledger is whole: {done.verdict.events:,} events.")
    return 0
