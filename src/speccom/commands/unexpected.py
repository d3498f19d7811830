"""What a person sees of a fault of the program itself: one sentence, and a report to send."""

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from speccom import __version__


def write_report(error: BaseException, words: Sequence[str]) -> str:
    """Write the traceback where it can be found again; the message for the person.

    The report goes under SPECCOM_HOME, or the temporary folder where that cannot be written.
    """
    now = datetime.now(UTC)
    text = _report(error, words, now)
    name = f"speccom-fault-{now:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    for folder in (_home() / "faults", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return (
            f"speccom failed in a way it should not have ({type(error).__name__}). What happened is "
            f"written in {path}: please read it for anything confidential, then send it with what you "
            "were doing to whoever looks after speccom for you."
        )
    return (
        f"{text}\nspeccom failed in a way it should not have, and could not write the report above to a file."
    )


def _home() -> Path:
    given = os.environ.get("SPECCOM_HOME")
    return Path(given or os.path.expanduser("~/.local/share/speccom"))  # noqa: PTH111 (Path's may raise)


def _report(error: BaseException, words: Sequence[str], now: datetime) -> str:
    head = [
        f"speccom {__version__}, Python {platform.python_version()}, {sys.platform}",
        f"time: {now:%Y-%m-%d %H:%M:%S} UTC",
        f"command: speccom {' '.join(words)}",
        "",
    ]
    return "\n".join(head) + "".join(traceback.format_exception(error))
