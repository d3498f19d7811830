"""`speccom demonstration`: make the demonstration, or say that it is there."""

from __future__ import annotations

import argparse
import sys

from speccom import demonstration
from speccom.web.home_folder import demonstration_home

SUMMARY = "make the demonstration's synthetic year and identify it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--records",
        type=int,
        default=demonstration.RECORDS,
        metavar="N",
        help=f"how many records to make (default {demonstration.RECORDS:,})",
    )
    parser.add_argument("--reset", action="store_true", help="remove what is there and make it anew")


def run(arguments: argparse.Namespace) -> int:
    """Make it, with progress on a terminal."""
    home = demonstration_home()
    if arguments.reset:
        demonstration.remove(home)
    on_terminal = sys.stderr.isatty()
    folder = demonstration.make(home, arguments.records, _show if on_terminal else _say_nothing)
    if on_terminal:
        print(file=sys.stderr)
    print(f"The demonstration is ready: {folder}")
    return 0


def _show(stage: str, done: int, total: int) -> None:
    share = f" {done / total:.0%}" if total else ""
    print(f"\r\x1b[K{stage}{share}", end="", file=sys.stderr, flush=True)


def _say_nothing(stage: str, done: int, total: int) -> None:
    pass
