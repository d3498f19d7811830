"""`speccom restore`: bring a backup back into an empty home, whole and verified or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path

from speccom.web.home_folder import product_home
from speccom.web.restore import restore

SUMMARY = "bring a backup back into an empty home"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("archive", type=Path, metavar="FILE", help="the archive that `speccom backup` wrote")
    parser.add_argument(
        "--keys", type=Path, required=True, metavar="FILE", help="the keys that were written with it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Restore; 1 where the ledger was broken already when the backup was made."""
    done = restore(arguments.archive, arguments.keys, product_home())
    print(f"Everything is back in {done.home}: {done.files:,} files, each as it was written.")
    if done.wrong:
        print(f"The ledger was broken when the backup was made, and is: {done.wrong}.")
        return 1
    print(f"The ledger is whole: {done.events:,} events.")
    return 0
