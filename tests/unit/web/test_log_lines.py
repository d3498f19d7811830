"""A line of the log is one line of JSON, in UTC, whatever it is made of."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from speccom.web.log_lines import OneLine


def line_of(message: str, *args: object, **more: object) -> str:
    record = logging.LogRecord("a.logger", logging.WARNING, "a.py", 1, message, args, None)
    record.__dict__.update(more)
    return OneLine().format(record)


def test_what_a_line_says() -> None:
    record = logging.LogRecord("speccom.security", logging.WARNING, "a.py", 1, "refused", (), None)
    record.created = datetime(2026, 7, 1, 12, 30, 15, 250_000, tzinfo=UTC).timestamp()
    record.__dict__["told"] = {"person": "1234", "page": "run-rows"}
    assert OneLine().format(record) == (
        '{"at": "2026-07-01T12:30:15.250+00:00", "level": "WARNING", "from": "speccom.security", '
        '"message": "refused", "person": "1234", "page": "run-rows"}'
    ), "in July the machine's own time is an hour ahead"


@given(st.text(), st.text())
def test_no_text_makes_a_second_line_or_another_event(typed: str, told: str) -> None:
    line = line_of("said %s", typed, told={"why": told})
    assert line.isascii()
    assert line.isprintable()
    read = json.loads(line)
    assert (read["message"], read["why"], read["from"]) == (f"said {typed}", told, "a.logger")


def test_a_forged_line_stays_inside_its_own() -> None:
    line = line_of("%s", 'x"}\n{"at": "2026-01-01", "message": "signed in"}\u2028\x1b[2K')
    assert line.count("\n") == 0
    assert json.loads(line)["message"].startswith('x"}\n')


def test_a_fault_keeps_to_its_line() -> None:
    try:
        raise RuntimeError("broken\nin two")
    except RuntimeError as fault:
        exc_info = (type(fault), fault, fault.__traceback__)
    line = line_of("it failed", exc_info=exc_info)
    assert line.count("\n") == 0
    assert json.loads(line)["fault"].endswith("RuntimeError: broken\nin two")
