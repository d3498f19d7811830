"""`speccom tick`: do what is due by now in every case; harmless when late or repeated."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from speccom.web.open_home import open_home

SUMMARY = "do what time does in cases: to be run every few minutes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: it takes none."""


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what was done; 1 where something due could not be done."""
    open_home()
    from speccom.casework.clock import tick

    done = failed = 0
    for each in tick(datetime.now(UTC)):
        if each.done:
            done += 1
            print(f"{each.case}: {each.act}")
        else:
            failed += 1
            print(f"{each.case}: {each.act} could not be done. {each.problem}", file=sys.stderr)
    print("Nothing was due." if not done and not failed else f"{done} done, {failed} could not be done.")
    return 1 if failed else 0
