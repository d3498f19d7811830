"""A long run from the command line: progress on a terminal, and a stop after which it can be gone on with."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType

from speccom.activity.run_folder import RunStopped

DONE, STOPPED = 0, 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_START_OF_LINE = "\r\x1b[K"

Tell = Callable[[str, int, int], None]
Work = Callable[[Tell, Event], str]


def carry_out(work: Work) -> int:
    """Do the work and print what it says at the end; the exit code.

    The work is given whom to tell of progress, and the event that asks it to stop. The first request from
    the terminal or the system sets that event; a second ends the process at once.
    """
    on_terminal = sys.stderr.isatty()
    try:
        with _stopping() as asked:
            said = work(_show if on_terminal else _say_nothing, asked)
    except RunStopped as stopped:
        print(f"{_START_OF_LINE if on_terminal else ''}{stopped}", file=sys.stderr)
        return STOPPED
    if on_terminal:
        print(_START_OF_LINE, end="", file=sys.stderr, flush=True)
    print(said)
    return DONE


def _show(stage: str, done: int, total: int) -> None:
    share = f"{done / total:4.0%}" if total else ""
    print(f"{_START_OF_LINE}{stage} {share}", end="", file=sys.stderr, flush=True)


def _say_nothing(stage: str, done: int, total: int) -> None:
    pass


@contextmanager
def _stopping() -> Iterator[Event]:
    """Give an event that a request to stop sets."""
    asked = Event()
    if current_thread() is not main_thread():  # only there do signals arrive
        yield asked
        return
    before = {each: signal.getsignal(each) for each in _SIGNALS}

    def put_back() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        put_back()

    for each in _SIGNALS:
        signal.signal(each, ask)
    try:
        yield asked
    finally:
        put_back()
