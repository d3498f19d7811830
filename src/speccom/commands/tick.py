"""`speccom tick`: do what is due by now in every case, and write the day's messages; harmless when late."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from speccom.web.open_home import open_home

SUMMARY = "do what time does in cases and write the day's messages: to be run every few minutes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: it takes none."""


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what was done; 1 where something due could not be done."""
    open_home()
    from django.conf import settings

    from speccom.casework.clock import tick
    from speccom.casework.work.daily_message import write_daily_messages

    now = datetime.now(UTC)
    done = failed = 0
    for each in tick(now):
        if each.done:
            done += 1
            print(f"{each.case}: {each.act}")
        else:
            failed += 1
            print(f"{each.case}: {each.act} could not be done. {each.problem}", file=sys.stderr)
    print("Nothing was due." if not done and not failed else f"{done} done, {failed} could not be done.")
    written = sum(1 for _ in write_daily_messages(now, settings.SITE_ADDRESS))
    if written:
        print(
            f"{written:,} {'message of the day was' if written == 1 else 'messages of the day were'} written."
        )
    return 1 if failed else 0
