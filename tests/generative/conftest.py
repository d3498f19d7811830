"""Prints at the end of the run what the random criteria and records were like."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "shares":
                terminalreporter.section("random criteria and records, and how many were of the hard kinds")
                terminalreporter.write_line(str(value))
